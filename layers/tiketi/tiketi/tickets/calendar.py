"""A ticket's event for a calendar: iCalendar, RFC 5545."""

import re
from datetime import datetime

from tiketi import clock
from tiketi.clock import NAIROBI
from tiketi.errors import Refusal
from tiketi.messages import Language
from tiketi.tickets import words
from tiketi.tickets.holder import HeldTicket

CONTENT_TYPE = "text/calendar; charset=utf-8"
_LINE_BYTES = 75
_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Africa/Nairobi",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0300",
    "TZOFFSETTO:+0300",
    "TZNAME:EAT",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def calendar(ticket: HeldTicket, url: str, language: Language) -> str:
    """One entry for each event: two tickets of it do not stand in a calendar twice.

    A ticket that admits nobody any more is a cancelled entry, which takes itself out. Raises Refusal
    `event_not_found` when the event is gone.
    """
    event = ticket.event
    if event is None or ticket.start is None or ticket.end is None:
        raise Refusal("event_not_found")
    about = f"{ticket.item.ticket_type}\n{words.say('code', language)}: {ticket.code}\n{url}"
    gone = not ticket.admits and ticket.state != "used"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tiketi Tamasha//Tickets//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *_ZONE,
        "BEGIN:VEVENT",
        f"UID:{event.event_id}@tiketi-tamasha",
        f"DTSTAMP:{clock.utc_now():%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{int(event.version)}",
        f"DTSTART;TZID=Africa/Nairobi:{_local(ticket.start)}",
        f"DTEND;TZID=Africa/Nairobi:{_local(ticket.end)}",
        f"SUMMARY:{_escaped(ticket.title)}",
        f"LOCATION:{_escaped(ticket.place)}",
        f"DESCRIPTION:{_escaped(about)}",
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if gone else 'CONFIRMED'}",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(NAIROBI):%Y%m%dT%H%M%S}"


def _escaped(text: str) -> str:
    """TEXT of RFC 5545 §3.3.11; control characters, which no reader takes, are left out."""
    text = re.sub(r"\r\n?", "\n", text)
    text = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", text)
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def _folded(line: str) -> str:
    """No line longer than 75 bytes, and none cut within a character (§3.1)."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > _LINE_BYTES - (1 if pieces else 0):
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
