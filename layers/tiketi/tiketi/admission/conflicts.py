"""Who came in although the ticket did not admit him, or admitted somebody else: what offline gates could not know."""

from typing import Any

from tiketi.admission.items import ConflictItem, gate_key
from tiketi.sales.items import TicketItem, ticket_key
from tiketi.sorted_pages import PageInput, Position, sorted_page


def conflicts(event_id: str, asked: PageInput) -> tuple[list[dict[str, Any]], str | None]:
    """A page, the earliest scan first, and the next cursor. Reads all of an event's conflicts: they are few."""
    items = ConflictItem.query(gate_key(event_id), ConflictItem.sk.startswith("CONFLICT#"))
    page, cursor = sorted_page(items, _position, asked)
    tickets = _tickets({item.ticket_id for item in page if item.ticket_id})
    return [_answer(item, tickets.get(item.ticket_id or "")) for item in page], cursor


def _position(item: ConflictItem) -> Position:
    return item.scanned_at, item.sk


def _tickets(ticket_ids: set[str]) -> dict[str, TicketItem]:
    keys = [ticket_key(ticket_id) for ticket_id in ticket_ids]
    return {ticket.ticket_id: ticket for ticket in TicketItem.batch_get(keys)} if keys else {}


def _answer(item: ConflictItem, ticket: TicketItem | None) -> dict[str, Any]:
    """The scan that does not count beside the one that does, which the ticket has."""
    return {
        "kind": item.kind,
        "ticket": None
        if ticket is None
        else {"id": ticket.ticket_id, "code": ticket.code, "tier": ticket.ticket_type, "status": ticket.status},
        "scanned_at": item.scanned_at,
        "gate": item.gate,
        "staff_id": item.staff_id,
        "admitted_at": ticket.admitted_at if ticket else None,
        "admitted_gate": ticket.admitted_gate if ticket else None,
    }
