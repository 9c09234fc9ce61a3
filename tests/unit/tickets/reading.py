"""Reads what was drawn, as a phone at the gate would: pictures, not the words that went into them."""

import io
import re
from typing import Any

import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader


def scanned(picture: bytes) -> list[str]:
    """The texts of all QR codes in a picture."""
    with Image.open(io.BytesIO(picture)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image.convert("L"))]


def scanned_svg(svg: str, scale: int = 8) -> list[str]:
    """Draws the strokes of a QR code's one path, as segno writes them, and scans that."""
    path = re.search(r'<path[^>]* d="([^"]+)"', svg)
    width = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg) or re.search(r'width="(\d+)" height="(\d+)"', svg)
    strokes = re.findall(r'<path[^>]*stroke="#000"[^>]* d="([^"]+)"|<path[^>]* d="([^"]+)"[^>]*stroke="#000"', svg)
    assert path
    assert width
    assert strokes
    grown = re.search(r'transform="scale\((\d+)\)"', svg)
    side = int(width[1]) // (int(grown[1]) if grown else 1)
    image = Image.new("L", (side * scale, side * scale), 255)
    pen, x, y = ImageDraw.Draw(image), 0.0, 0.0
    for letter, numbers in re.findall(r"([Mmh])([-\d. ]+)", strokes[-1][0] or strokes[-1][1]):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if letter == "M":
            x, y = values
        elif letter == "m":
            x, y = x + values[0], y + values[1]
        else:
            pen.rectangle((x * scale, (y - 0.5) * scale, (x + values[0]) * scale - 1, (y + 0.5) * scale - 1), fill=0)
            x += values[0]
    return [found.text for found in zxingcpp.read_barcodes(image)]


def pages(pdf: bytes) -> list[Any]:
    return list(PdfReader(io.BytesIO(pdf)).pages)


def scanned_pdf(pdf: bytes) -> list[list[str]]:
    """The texts of the QR codes on each page."""
    return [[text for image in page.images for text in scanned(on_white(image.image))] for page in pages(pdf)]


def on_white(image: Any) -> bytes:
    file = io.BytesIO()
    image.convert("RGB").save(file, "PNG")
    return file.getvalue()
