"""What comes with an e-mail that hands tickets over: their PDF."""

from tiketi.delivery.matters import Matter
from tiketi.delivery.notices import Kind
from tiketi.delivery.wording import Attachment
from tiketi.messages import Language

HANDS_OVER: frozenset[Kind] = frozenset({"tickets_issued", "ticket_resend", "ticket_transferred"})
_NAMES: dict[Language, str] = {"en": "tickets.pdf", "sw": "tiketi.pdf"}


def attachment_of(kind: Kind, matter: Matter, language: Language) -> Attachment | None:
    """A page for each ticket; None for what reminds or tells of them."""
    if kind not in HANDS_OVER or not matter.tickets:
        return None
    # Imported here: it brings the fonts along, which a reminder need not load.
    from tiketi.tickets.holder import HeldTicket
    from tiketi.tickets.pdf import tickets_pdf

    held = [HeldTicket(ticket, matter.event) for ticket in matter.tickets]
    return Attachment(_NAMES[language], tickets_pdf(held, language))
