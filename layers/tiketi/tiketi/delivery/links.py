"""Where messages lead."""

from tiketi.settings import settings
from tiketi.tickets.link import link_of


def ticket_url(ticket_id: str) -> str:
    """The public page of a ticket. Whoever has it has the ticket, so it goes to its holder alone."""
    return f"{settings().public_url.rstrip('/')}/t/{link_of(ticket_id)}"
