"""Every word that customers are sent, in English and Swahili: an SMS, and an e-mail's subject and text, by kind.

What stands in braces is looked up when a notice is sent: `title`, `when` (short in an SMS, long in an e-mail), `where`,
`tier`, `quantity`, `link` (the first), `links` (one for each ticket; in an SMS those that two hold), `amount` (KES),
`name` of whoever is addressed, `code` of the ticket.
An SMS names the sender, says what happened, and comes to the link; its text has GSM 7-bit characters only.
"""

from typing import NamedTuple

from tiketi.delivery.notices import Kind
from tiketi.messages import Language


class Words(NamedTuple):
    sms: str
    subject: str
    text: str


WORDS: dict[Kind, dict[Language, Words]] = {
    "tickets_issued": {
        "en": Words(
            "Tiketi Tamasha: {quantity} x {tier}, {title}, {when}. Tickets: {links}",
            "Your tickets for {title}",
            """Hello {name},

You have {quantity} x {tier} for {title}.

When: {when}
Where: {where}

Each ticket admits one person. Show its code at the gate, on your phone or on paper:

{links}

Do not send a link to anybody but the person who shall use that ticket.""",
        ),
        "sw": Words(
            "Tiketi Tamasha: {quantity} x {tier}, {title}, {when}. Tiketi: {links}",
            "Tiketi zako za {title}",
            """Habari {name},

Una {quantity} x {tier} za {title}.

Lini: {when}
Wapi: {where}

Kila tiketi inaingiza mtu mmoja. Onyesha msimbo wake langoni, kwenye simu au kwenye karatasi:

{links}

Usimtumie mtu kiungo isipokuwa yule atakayeitumia tiketi hiyo.""",
        ),
    },
    "ticket_resend": {
        "en": Words(
            "Tiketi Tamasha: as you asked, your tickets for {title}, {when}: {links}",
            "Your tickets for {title}, once more",
            """Hello {name},

As you asked, here are your tickets for {title} once more.

When: {when}
Where: {where}

{links}

If you did not ask for this, change your password: somebody else may know it.""",
        ),
        "sw": Words(
            "Tiketi Tamasha: kama ulivyoomba, tiketi zako za {title}, {when}: {links}",
            "Tiketi zako za {title}, tena",
            """Habari {name},

Kama ulivyoomba, hizi hapa tena tiketi zako za {title}.

Lini: {when}
Wapi: {where}

{links}

Kama si wewe uliyeomba, badilisha nenosiri lako: huenda mtu mwingine analijua.""",
        ),
    },
    "ticket_transferred": {
        "en": Words(
            "Tiketi Tamasha: you were given a ticket ({tier}) for {title}, {when}. Yours alone: {link}",
            "A ticket for {title} is yours",
            """Hello {name},

You were given a ticket ({tier}) for {title}. It is yours alone: the code its former holder had admits nobody any more.

When: {when}
Where: {where}

{links}""",
        ),
        "sw": Words(
            "Tiketi Tamasha: umepewa tiketi ya {tier} ya {title}, {when}. Ni yako pekee: {link}",
            "Umepewa tiketi ya {title}",
            """Habari {name},

Umepewa tiketi ya {tier} ya {title}. Ni yako pekee: msimbo aliokuwa nao mwenye tiketi wa awali haumwingizi mtu tena.

Lini: {when}
Wapi: {where}

{links}""",
        ),
    },
    "ticket_voided": {
        "en": Words(
            "Tiketi Tamasha: the organizer made your ticket {code} ({tier}) for {title}, {when}, void. It admits "
            "nobody. No money comes back by that: ask the organizer.",
            "Your ticket {code} for {title} is void",
            """Hello {name},

The organizer of {title} has made your ticket {code} ({tier}) void. It admits nobody any more.

When: {when}
Where: {where}

No money comes back by that. If you paid for it, or think that this is a mistake, ask the organizer.""",
        ),
        "sw": Words(
            "Tiketi Tamasha: mwandaaji amebatilisha tiketi yako {code} ({tier}) ya {title}, {when}. Haimwingizi mtu. "
            "Pesa hazirudishwi kwa hilo: mwulize mwandaaji.",
            "Tiketi yako {code} ya {title} imebatilishwa",
            """Habari {name},

Mwandaaji wa {title} amebatilisha tiketi yako {code} ({tier}). Haimwingizi mtu tena.

Lini: {when}
Wapi: {where}

Pesa hazirudishwi kwa hilo. Kama uliilipia, au unadhani kuna makosa, mwulize mwandaaji.""",
        ),
    },
    "refund_due": {
        "en": Words(
            "Tiketi Tamasha: KES {amount} for {title} is on its way back to the M-PESA number that paid. "
            "You need not do anything.",
            "Your money for {title} is on its way back",
            """Hello {name},

KES {amount} for {title} is on its way back to the M-PESA number that paid. You need not do anything.""",
        ),
        "sw": Words(
            "Tiketi Tamasha: KES {amount} za {title} zinarudishwa kwa nambari ya M-PESA iliyolipa. "
            "Huhitaji kufanya lolote.",
            "Pesa zako za {title} zinarudishwa",
            """Habari {name},

KES {amount} za {title} zinarudishwa kwa nambari ya M-PESA iliyolipa. Huhitaji kufanya lolote.""",
        ),
    },
    "refund_sent": {
        "en": Words(
            "Tiketi Tamasha: KES {amount} for {title} was sent back to the M-PESA number that paid.",
            "Your money for {title} was sent back",
            """Hello {name},

KES {amount} for {title} was sent back to the M-PESA number that paid.""",
        ),
        "sw": Words(
            "Tiketi Tamasha: KES {amount} za {title} zimerudishwa kwa nambari ya M-PESA iliyolipa.",
            "Pesa zako za {title} zimerudishwa",
            """Habari {name},

KES {amount} za {title} zimerudishwa kwa nambari ya M-PESA iliyolipa.""",
        ),
    },
    "reminder": {
        "en": Words(
            "Tiketi Tamasha: tomorrow, {title}, {when}, {where}. Your ticket: {link}",
            "Tomorrow: {title}",
            """Hello {name},

Tomorrow is the day: {title}.

When: {when}
Where: {where}

Open your ticket while you have a network, and it will be there at the gate:

{links}""",
        ),
        "sw": Words(
            "Tiketi Tamasha: kesho, {title}, {when}, {where}. Tiketi yako: {link}",
            "Kesho: {title}",
            """Habari {name},

Kesho ndiyo siku yenyewe: {title}.

Lini: {when}
Wapi: {where}

Fungua tiketi yako ukiwa na mtandao, nawe utakuwa nayo langoni:

{links}""",
        ),
    },
    "event_changed": {
        "en": Words(
            "Tiketi Tamasha: {title} has changed. Now: {when}, {where}. Your ticket stays valid: {link}",
            "{title} has changed",
            """Hello {name},

The organizer has changed {title}. It is now:

When: {when}
Where: {where}

Your ticket stays valid:

{links}""",
        ),
        "sw": Words(
            "Tiketi Tamasha: tukio {title} limebadilika. Sasa: {when}, {where}. Tiketi yako bado ni halali: {link}",
            "Tukio {title} limebadilika",
            """Habari {name},

Mwandaaji amebadilisha tukio {title}. Sasa ni:

Lini: {when}
Wapi: {where}

Tiketi yako bado ni halali:

{links}""",
        ),
    },
    "event_cancelled": {
        "en": Words(
            "Tiketi Tamasha: {title}, {when}, is cancelled. If you paid, your money comes back to M-PESA by itself.",
            "{title} is cancelled",
            """Hello {name},

{title}, {when}, is cancelled. If you paid for your ticket, your money comes back by itself to the M-PESA number that
paid. Your ticket admits nobody any more.""",
        ),
        "sw": Words(
            "Tiketi Tamasha: tukio {title}, {when}, limefutwa. Kama ulilipa, pesa zako zitarudishwa kwa M-PESA.",
            "Tukio {title} limefutwa",
            """Habari {name},

Tukio {title}, {when}, limefutwa. Kama ulilipia tiketi, pesa zako zitarudishwa kwa nambari ya M-PESA iliyolipa, bila
wewe kufanya lolote. Tiketi yako haimwingizi mtu tena.""",
        ),
    },
    "gate_invite": {
        "en": Words(
            "Tiketi Tamasha: you are asked to check tickets at {title}, {when}. Keep this link to yourself: {link}",
            "Check tickets at {title}",
            """Hello,

You are asked to check tickets at {title}.

When: {when}
Where: {where}

Open this link on the phone that you will scan with, and keep it to yourself:

{link}""",
        ),
        "sw": Words(
            "Tiketi Tamasha: umealikwa kukagua tiketi za {title}, {when}. Usimpe mtu kiungo hiki: {link}",
            "Kagua tiketi za {title}",
            """Habari,

Umealikwa kukagua tiketi za {title}.

Lini: {when}
Wapi: {where}

Fungua kiungo hiki kwenye simu utakayotumia kukagua, na usimpe mtu mwingine:

{link}""",
        ),
    },
}

MORE_LINKS: dict[Language, str] = {"en": "and {number} by e-mail", "sw": "na {number} kwa barua pepe"}
"""Behind the links of an SMS that has no room for all."""

NAMELESS: dict[Language, str] = {"en": "your event", "sw": "tukio lako"}
"""For a title of which nothing is left in an SMS."""

WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "sw": ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"),
}
MONTHS: dict[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "sw": "Januari Februari Machi Aprili Mei Juni Julai Agosti Septemba Oktoba Novemba Desemba",
}
