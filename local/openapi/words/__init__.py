"""The words of every route, by its method and path."""

from local.openapi.described import Described
from local.openapi.words import accounts, admission, callbacks, catalogue, customer, event_sales, sales, tickets

ROUTES: dict[str, Described] = {
    **accounts.ROUTES,
    **catalogue.ROUTES,
    **event_sales.ROUTES,
    **sales.ROUTES,
    **customer.ROUTES,
    **tickets.ROUTES,
    **admission.ROUTES,
    **callbacks.ROUTES,
}

TAGS: dict[str, str] = {
    accounts.TAG: "Registering, signing in, and the account itself.",
    catalogue.FINDING: "Open to everybody, without a token.",
    catalogue.ORGANIZING: "For organizers: their own events.",
    event_sales.TAG: "For organizers: what their events have sold, and to whom.",
    sales.TAG: "From the order to the tickets. The steps are described above.",
    customer.TAG: "Tickets, payments and events of the customer who is signed in.",
    tickets.TAG: "What admits one person: its data, its QR code, its page for a phone and its files.",
    admission.STAFF: "Who may scan an event, without an account.",
    admission.GATE: "Letting people in, online and offline: `docs/gate.md` tells the whole story.",
    callbacks.TAG: "Not for clients: Safaricom tells the result of a payment here.",
}
