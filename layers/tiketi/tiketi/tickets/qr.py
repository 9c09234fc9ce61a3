"""QR codes of tokens. Level M bears 15 % of dirt and cracks, and four modules of white around are the standard's."""

import io

import segno

QUIET = 4


def _code(token: str) -> segno.QRCode:
    return segno.make_qr(token, error="m", mode="alphanumeric", boost_error=False)


def png(token: str, scale: int = 8) -> bytes:
    file = io.BytesIO()
    _code(token).save(file, kind="png", scale=scale, border=QUIET)
    return file.getvalue()


def svg(token: str, title: str) -> str:
    """A file of its own; `title` says in words what it is."""
    file = io.BytesIO()
    _code(token).save(file, kind="svg", scale=8, border=QUIET, light="#fff", dark="#000", title=title, xmldecl=True)
    return file.getvalue().decode()


def inline_svg(token: str, named_by: str) -> str:
    """For a page of HTML: as wide as its place, and an image to a screen reader, named by the element of that id."""
    code = _code(token)
    side = code.symbol_size(border=QUIET)[0]
    file = io.BytesIO()
    code.save(file, kind="svg", border=QUIET, xmldecl=False, svgns=False, nl=False, omitsize=True, dark="#000")
    drawing = file.getvalue().decode()
    path = drawing[drawing.index("<path") : drawing.rindex("</svg>")]
    return f'<svg viewBox="0 0 {side} {side}" role="img" aria-labelledby="{named_by}">{path}</svg>'
