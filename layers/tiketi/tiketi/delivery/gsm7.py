"""What an SMS can say, and what it costs: GSM 7-bit text (3GPP TS 23.038 §6.2.1), 160 characters for one, 153 for
each of several. A single character outside it would turn the whole message into UCS-2: 70 characters for one."""

import re
import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
"""Each counts twice: an escape stands before it."""
_LOOKALIKES = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‐": "-"}
    | {"‑": "-", "–": "-", "—": "-", "−": "-", "…": "...", "•": "-", "·": "-", "×": "x", "\t": " "}
)
ONE_SMS = 160
ONE_OF_SEVERAL = 153


def fold(text: str) -> str:
    """The text in GSM 7-bit: plain quotes and dashes, letters without the accents it lacks, nothing for the rest."""
    folded = "".join(_fold(character) for character in text.translate(_LOOKALIKES))
    return re.sub(r" {2,}", " ", folded).strip()


def _fold(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    if character.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", character)
    return "".join(part for part in plain if part in _BASIC or part in _EXTENDED)


def septets(text: str) -> int:
    """The length of GSM 7-bit text as an SMS counts it. Raises ValueError for text that is none."""
    foreign = [character for character in text if character not in _BASIC and character not in _EXTENDED]
    if foreign:
        raise ValueError(f"not GSM 7-bit: {''.join(sorted(set(foreign)))!r}")
    return len(text) + sum(character in _EXTENDED for character in text)


def segments(text: str) -> int:
    """How many SMS the text is, each of which is paid for."""
    length = septets(text)
    return 1 if length <= ONE_SMS else -(-length // ONE_OF_SEVERAL)
