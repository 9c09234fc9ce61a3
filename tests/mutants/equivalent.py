"""Mutants that no test can kill, because they decide nothing, each with its reason."""

_CODEC = "Python reads the name of an encoding without its punctuation"
_NO_NUMBER = "Decimal refuses 'None', 'True' and 'False' too, and that is answered with None as well"
_NOTHING_OR_BOOL = "payments.callback read_amount: value is None or isinstance(value, bool)"
_NO_REFERENCE = "neither is an order's reference"

EQUIVALENT = {
    "payments.callback _text: 'utf-8' -> 'utf-8?'": _CODEC,
    "payments.callback_token read_token: 'ascii' -> 'ascii?'": _CODEC,
    "payments.initiator_result _text: 'utf-8' -> 'utf-8?'": _CODEC,
    "payments.initiator_result fee: '' -> '?'": "neither text has a digit in it",
    f"{_NOTHING_OR_BOOL} -> False": _NO_NUMBER,
    f"{_NOTHING_OR_BOOL} -> value is None and isinstance(value, bool)": _NO_NUMBER,
    f"{_NOTHING_OR_BOOL} -> isinstance(value, bool)": _NO_NUMBER,
    f"{_NOTHING_OR_BOOL} -> value is None": _NO_NUMBER,
    "payments.confirmation module: 'T[0-9A-Z]{11}' -> 'T[0-9A-Z]{11}?'": "a lazy count of eleven is eleven",
    "payments.confirmation read_confirmation: '' -> '?'": "neither is a receipt",
    "payments.confirmation read_confirmation: '[\\\\s-]' -> '[\\\\s-]?'": "what it matches besides is empty",
    "payments.confirmation read_confirmation: fields.get('BillRefNumber') or '' -> fields.get('BillRefNumber')": (
        _NO_REFERENCE
    ),
    "payments.confirmation read_confirmation: '' -> '?' #3": _NO_REFERENCE,
}
