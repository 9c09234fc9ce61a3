"""From what was held before a scanner to the ticket it is about."""

import hashlib
from dataclasses import dataclass, field

from tiketi.admission.rules import Outcome
from tiketi.ids import read_ticket_code
from tiketi.sales.items import ticket_ids_with_code
from tiketi.tickets.keys import public_keys
from tiketi.tickets.token import verify


@dataclass(frozen=True)
class Presented:
    """Tickets it may be, more than one where two share a code; or, when it is none, what it comes to.

    `subject` names it in the log.
    """

    tickets: list[str] = field(default_factory=list[str])
    outcome: Outcome = "unknown"
    subject: str = ""


def present(event_id: str, token: str, code: str) -> Presented:
    """A token is verified without a read; a code costs half a read unit."""
    return _by_token(event_id, token) if token else _by_code(event_id, code)


def ticket_subject(ticket_id: str) -> str:
    return f"TICKET#{ticket_id}"


def _by_token(event_id: str, token: str) -> Presented:
    claims = verify(token, public_keys())
    if claims is None:
        return Presented(outcome="forged", subject=_text_subject(token))
    if claims.event_id != event_id:
        return Presented(outcome="wrong_event", subject=_text_subject(token))
    return Presented([claims.ticket_id])


def _by_code(event_id: str, typed: str) -> Presented:
    code = read_ticket_code(typed)
    found = ticket_ids_with_code(event_id, code) if code else []
    return Presented(sorted(found)) if found else Presented(subject=_text_subject(code or typed))


def _text_subject(text: str) -> str:
    return f"TEXT#{hashlib.sha256(text.encode()).hexdigest()[:32]}"
