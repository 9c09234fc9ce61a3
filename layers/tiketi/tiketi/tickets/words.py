"""What a ticket says to its holder, on its page, in its files and in a wallet: English and Swahili side by side."""

from tiketi import clock
from tiketi.messages import Language
from tiketi.tickets import times
from tiketi.tickets.holder import HeldTicket, State

WORDS: dict[str, dict[Language, str]] = {
    "ticket": {"en": "Ticket", "sw": "Tiketi"},
    "when": {"en": "When", "sw": "Lini"},
    "nairobi": {"en": "Nairobi time", "sw": "saa za Nairobi"},
    "where": {"en": "Where", "sw": "Mahali"},
    "tier": {"en": "Ticket type", "sw": "Aina ya tiketi"},
    "code": {"en": "Code", "sw": "Msimbo"},
    "number": {"en": "Ticket {number}", "sw": "Tiketi ya {number}"},
    "show": {
        "en": "Show this code at the gate. It admits one person, once.",
        "sw": "Onyesha msimbo huu langoni. Unamruhusu mtu mmoja kuingia, mara moja.",
    },
    "or_say": {
        "en": "If it cannot be scanned, read out the code:",
        "sw": "Ukishindwa kuskaniwa, soma msimbo kwa sauti:",
    },
    "qr": {
        "en": "QR code of this ticket. The code to read out is {code}.",
        "sw": "Msimbo wa QR wa tiketi hii. Msimbo wa kusoma kwa sauti ni {code}.",
    },
    "pdf": {"en": "Download as PDF", "sw": "Pakua kama PDF"},
    "calendar": {"en": "Add to calendar", "sw": "Weka kwenye kalenda"},
    "image": {"en": "Save the QR code", "sw": "Hifadhi msimbo wa QR"},
    "apple": {"en": "Add to Apple Wallet", "sw": "Weka kwenye Apple Wallet"},
    "google": {"en": "Add to Google Wallet", "sw": "Weka kwenye Google Wallet"},
    "checked": {"en": "As of {time}, Nairobi time.", "sw": "Kufikia {time}, saa za Nairobi."},
    "offline": {
        "en": "This page opens without a network once you have seen it. Keep the link to yourself: whoever has it has "
        "your ticket.",
        "sw": "Ukurasa huu hufunguka bila mtandao ukishaufungua. Usimpe mtu kiungo hiki: aliye nacho ana tiketi yako.",
    },
    "not_found": {"en": "There is no such ticket.", "sw": "Hakuna tiketi kama hiyo."},
    "look_again": {
        "en": "Check the link: it may have been cut off in the message.",
        "sw": "Kagua kiungo: huenda kilikatwa kwenye ujumbe.",
    },
}

STATES: dict[State, dict[Language, str]] = {
    "valid": {"en": "Valid", "sw": "Halali"},
    "used": {"en": "Used", "sw": "Imetumika"},
    "refunded": {"en": "Refunded", "sw": "Imerudishiwa pesa"},
    "void": {"en": "Not valid", "sw": "Si halali"},
    "transferred": {"en": "Given to someone else", "sw": "Amepewa mtu mwingine"},
    "cancelled": {"en": "Event cancelled", "sw": "Tukio limefutwa"},
}

REASONS: dict[State, dict[Language, str]] = {
    "used": {
        "en": "This ticket has been used: it admitted one person{when}.",
        "sw": "Tiketi hii imeshatumika: mtu mmoja aliingia{when}.",
    },
    "refunded": {
        "en": "The money for this ticket was sent back, so it admits nobody.",
        "sw": "Pesa za tiketi hii zilirudishwa, kwa hivyo hairuhusu mtu kuingia.",
    },
    "void": {
        "en": "This ticket was withdrawn, so it admits nobody. Ask the organizer.",
        "sw": "Tiketi hii ilifutwa, kwa hivyo hairuhusu mtu kuingia. Muulize mwandaaji.",
    },
    "transferred": {
        "en": "This ticket was given to someone else, who has a new one. This one admits nobody.",
        "sw": "Tiketi hii alipewa mtu mwingine, aliye na tiketi mpya. Hii hairuhusu mtu kuingia.",
    },
    "cancelled": {
        "en": "The event is cancelled, so this ticket admits nobody. Your money is sent back.",
        "sw": "Tukio limefutwa, kwa hivyo tiketi hii hairuhusu mtu kuingia. Pesa zako zitarudishwa.",
    },
}
"""Why there is no QR code."""


def say(key: str, language: Language, **blanks: object) -> str:
    return WORDS[key][language].format(**blanks)


def reason(ticket: HeldTicket, language: Language) -> str:
    """Why a ticket admits nobody; it must be one that does not."""
    return REASONS[ticket.state][language].format(when=_admission(ticket, language))


def when(ticket: HeldTicket, language: Language) -> str:
    """Empty when the event is gone."""
    if ticket.start is None or ticket.end is None:
        return ""
    return times.from_to(ticket.start, ticket.end, language)


def _admission(ticket: HeldTicket, language: Language) -> str:
    at = ticket.item.admitted_at
    if not at:
        return ""
    gate = ticket.item.admitted_gate
    moment = times.day_and_time(clock.parse(at), language)
    named = {"en": f", at {gate}", "sw": f", kwenye {gate}"}[language] if gate else ""
    return f" ({moment}{named})"
