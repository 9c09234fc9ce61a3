"""What a scanner is told of a scan, in words that somebody at a loud gate reads at a glance."""

from typing import Any

from tiketi import clock
from tiketi.admission.items import AttemptItem
from tiketi.messages import Language

_WORDS: dict[str, tuple[str, str]] = {
    "admitted": ("Let in.", "Ruhusu kuingia."),
    "already_admitted": ("Already used: {time} at {gate}.", "Imeshatumika: {time} kwenye {gate}."),
    "event_cancelled": ("The event is cancelled. Let nobody in.", "Tukio limeghairiwa. Usimruhusu mtu yeyote kuingia."),
    "refunded": ("Refunded. This ticket no longer admits.", "Pesa zilirudishwa. Tiketi hii hairuhusu kuingia tena."),
    "void": ("Cancelled. This ticket no longer admits.", "Imefutwa. Tiketi hii hairuhusu kuingia tena."),
    "transferred": (
        "Passed on to somebody else. Only the new holder's ticket admits.",
        "Imehamishiwa mtu mwingine. Tiketi ya mwenye mpya pekee ndiyo inayoruhusu kuingia.",
    ),
    "wrong_event": ("A ticket for another event.", "Tiketi ya tukio lingine."),
    "unknown": ("No such ticket for this event.", "Hakuna tiketi kama hiyo kwa tukio hili."),
    "forged": ("Not a ticket of ours.", "Hii si tiketi yetu."),
}


def scan_answer(attempt: AttemptItem, language: Language) -> dict[str, Any]:
    """`admitted_at` and `gate` are of the scan that admitted the ticket, this one or another."""
    admitted = attempt.outcome == "admitted"
    used = attempt.outcome == "already_admitted"
    return {
        "scan_id": attempt.scan_id,
        "outcome": attempt.outcome,
        "message": _message(attempt, language),
        "admitted_at": attempt.scanned_at if admitted else (attempt.other_at if used else None),
        "gate": attempt.gate if admitted else (attempt.other_gate if used else None),
        "ticket": _ticket(attempt),
    }


def synced_answer(attempt: AttemptItem, language: Language) -> dict[str, Any]:
    """The same with what is wrong, when somebody was let in by it who should not have been, or twice."""
    return {
        **scan_answer(attempt, language),
        "conflict": bool(attempt.conflict),
        "conflict_kind": attempt.conflict,
        "scanned_at": attempt.scanned_at,
        "scanned_gate": attempt.gate,
        "other_at": attempt.other_at,
        "other_gate": attempt.other_gate,
    }


def _ticket(attempt: AttemptItem) -> dict[str, str | None] | None:
    if not attempt.ticket_type:
        return None
    return {"id": attempt.ticket_id, "code": attempt.code, "tier": attempt.ticket_type}


def _message(attempt: AttemptItem, language: Language) -> str:
    words = _WORDS[attempt.outcome][language == "sw"]
    time = clock.parse(attempt.other_at).astimezone(clock.NAIROBI).strftime("%H:%M") if attempt.other_at else "?"
    return words.format(time=time, gate=attempt.other_gate or "?")
