"""A ticket for Google Wallet: an address at Google that carries the whole pass, signed with our service account's key.

Google Wallet API, "Issue passes with JWTs". Event and ticket are told within the JWT, so nothing is created before.
"""

import json
from typing import Any

import jwt

from tiketi import clock
from tiketi.clock import rfc3339
from tiketi.messages import Language
from tiketi.settings import secret, settings
from tiketi.tickets.holder import HeldTicket

SAVE = "https://pay.google.com/gp/v/save/"
_STATES = {"valid": "ACTIVE", "used": "COMPLETED"}


def google_pass_url(ticket: HeldTicket, token: str, language: Language) -> str:
    account = json.loads(secret("GOOGLE_WALLET_ACCOUNT"))
    claims = {
        "iss": account["client_email"],
        "aud": "google",
        "typ": "savetowallet",
        "iat": clock.epoch_now(),
        "payload": {
            "eventTicketClasses": [_event(ticket, language)],
            "eventTicketObjects": [_ticket(ticket, token, language)],
        },
    }
    return SAVE + jwt.encode(claims, account["private_key"], algorithm="RS256")


def _class_id(ticket: HeldTicket) -> str:
    return f"{settings().google_wallet_issuer_id}.{ticket.item.event_id}"


def _event(ticket: HeldTicket, language: Language) -> dict[str, Any]:
    times = {"start": rfc3339(ticket.start), "end": rfc3339(ticket.end)} if ticket.start and ticket.end else None
    return {
        "id": _class_id(ticket),
        "issuerName": "Tiketi Tamasha",
        "reviewStatus": "UNDER_REVIEW",
        "eventName": _localized(ticket.title, language),
        **({"dateTime": times} if times else {}),
        "venue": {"name": _localized(ticket.place, language), "address": _localized(ticket.place, language)},
        "hexBackgroundColor": "#0b5d3b",
    }


def _ticket(ticket: HeldTicket, token: str, language: Language) -> dict[str, Any]:
    return {
        "id": f"{settings().google_wallet_issuer_id}.{ticket.id}",
        "classId": _class_id(ticket),
        "state": _STATES.get(ticket.state, "INACTIVE"),
        "ticketNumber": ticket.code,
        "ticketType": _localized(ticket.item.ticket_type, language),
        "barcode": {"type": "QR_CODE", "value": token, "alternateText": ticket.code},
    }


def _localized(text: str, language: Language) -> dict[str, Any]:
    return {"defaultValue": {"language": language, "value": text or "-"}}
