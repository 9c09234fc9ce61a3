"""Tickets on paper: a PDF with a page for each, which prints on A5 and reads on a phone.

The document has a title, a language, an outline by ticket and words for each QR code; its text can be selected.
Fonts are embedded for what the built-in ones lack (Ngũgĩ, Wanjikũ); a character they lack too is left out or a "?".
"""

import io
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.prefs import ViewerPreferences

from tiketi import clock
from tiketi.messages import Language
from tiketi.tickets import qr, words
from tiketi.tickets.holder import HeldTicket
from tiketi.tickets.token import sign
from tiketi.tickets.words import STATES, say

CONTENT_TYPE = "application/pdf"
_FONTS = files("tiketi.tickets") / "fonts"
_FONT = "DejaVu"
_MARGIN = 14.0
_QR_MM = 76.0
_GREEN = (11, 93, 59)
_GREY = (84, 84, 84)
_LONG_TITLE = 60
"""Characters from which a title is set smaller, so that a ticket stays on its page."""


def tickets_pdf(tickets: Sequence[HeldTicket], language: Language) -> bytes:
    """At least one ticket, all of one event."""
    pdf = _document(tickets[0], language)
    for number, ticket in enumerate(tickets, 1):
        _add_page(pdf, ticket, f"{number}/{len(tickets)}", language)
    return bytes(pdf.output())


def _document(first: HeldTicket, language: Language) -> FPDF:
    pdf = FPDF(format=(148, 210))
    pdf.set_auto_page_break(False)
    pdf.set_margin(_MARGIN)
    pdf.set_lang("sw-KE" if language == "sw" else "en-KE")
    pdf.set_title(f"{say('ticket', language)}: {printable(first.title)}")
    pdf.set_author("Tiketi Tamasha")
    pdf.set_creation_date(clock.utc_now())
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        with as_file(_FONTS / name) as file:
            pdf.add_font(_FONT, style, file)
    return pdf


def _add_page(pdf: FPDF, ticket: HeldTicket, number: str, language: Language) -> None:
    pdf.add_page()
    pdf.start_section(say("number", language, number=number))
    pdf.set_fill_color(*_GREEN)
    pdf.rect(0, 0, pdf.w, 16, style="F")
    pdf.set_xy(_MARGIN, 5)
    _line(pdf, "Tiketi Tamasha", 11, bold=True, colour=(255, 255, 255))
    pdf.set_y(22)
    _line(pdf, ticket.title, 20 if len(ticket.title) <= _LONG_TITLE else 14, bold=True)
    when = words.when(ticket, language)
    _fact(pdf, say("when", language), f"{when} ({say('nairobi', language)})" if when else "")
    _fact(pdf, say("where", language), ticket.place)
    _fact(pdf, say("tier", language), ticket.item.ticket_type)
    pdf.set_y(max(pdf.get_y() + 3, 92))
    _admission(pdf, ticket, language)
    pdf.set_xy(_MARGIN, pdf.h - 12)
    _line(pdf, say("number", language, number=number), 8, colour=_GREY)


def _admission(pdf: FPDF, ticket: HeldTicket, language: Language) -> None:
    """The QR code and the code to read out; of a ticket that admits nobody, why."""
    if not ticket.admits:
        _line(pdf, STATES[ticket.state][language], 20, bold=True)
        _line(pdf, words.reason(ticket, language), 11)
        return
    image = io.BytesIO(qr.png(sign(ticket.item)))
    pdf.image(image, x=(pdf.w - _QR_MM) / 2, w=_QR_MM, alt_text=say("qr", language, code=ticket.code))
    pdf.set_y(pdf.get_y() + 1)
    _line(pdf, ticket.code, 18, bold=True, align=Align.C)
    _line(pdf, say("show", language), 8, colour=_GREY, align=Align.C)


def _fact(pdf: FPDF, name: str, value: str) -> None:
    if value:
        pdf.set_y(pdf.get_y() + 2)
        _line(pdf, name, 8, colour=_GREY)
        _line(pdf, value, 11)


def _line(
    pdf: FPDF,
    text: str,
    size: float,
    *,
    bold: bool = False,
    colour: tuple[int, int, int] = (0, 0, 0),
    align: Align = Align.L,
) -> None:
    pdf.set_font(_FONT, "B" if bold else "", size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, size * 0.45, printable(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


@cache
def _characters() -> frozenset[int]:
    with as_file(_FONTS / "DejaVuSans.ttf") as file:
        return frozenset(TTFont(file).getBestCmap() or {})


def printable(text: str) -> str:
    """What the fonts can show of a text: symbols they lack are left out, letters they lack become question marks."""
    shown = (_shown(character) for character in unicodedata.normalize("NFC", text))
    return " ".join("".join(shown).split()) or "?"


def _shown(character: str) -> str:
    if ord(character) in _characters():
        return character
    kind = unicodedata.category(character)
    if kind.startswith("Z") or character in "\t\r\n":
        return " "
    return "?" if kind.startswith(("L", "N", "P")) else ""
