from local.openapi import answers, examples
from local.openapi.described import Described

TAG = "Tickets"

ROUTES = {
    "GET /.well-known/jwks.json": Described(
        TAG,
        "Read the keys that tickets are signed with",
        answers.TicketKeys,
        "The public keys, the newest first. A ticket that one of them has signed is genuine.",
        {"keys": {"keys": [examples.TICKET_KEY]}},
        description="A JSON Web Key Set. With it a scanner verifies QR codes by itself: `docs/tickets.md` has their "
        "bytes.",
        language=False,
    ),
}
