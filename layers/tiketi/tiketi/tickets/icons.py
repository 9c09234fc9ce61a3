"""The mark of Tiketi Tamasha in any size: a white ticket on green."""

import io
from functools import cache

from PIL import Image, ImageDraw

_GREEN, _WHITE = (11, 93, 59), (255, 255, 255)


@cache
def icon(side: int) -> bytes:
    """A square PNG."""
    image = Image.new("RGB", (side, side), _GREEN)
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = side * 0.14, side * 0.3, side * 0.86, side * 0.7
    pen.rounded_rectangle((left, top, right, bottom), side * 0.05, fill=_WHITE)
    notch = side * 0.07
    for edge in (left, right):
        pen.ellipse((edge - notch, side / 2 - notch, edge + notch, side / 2 + notch), fill=_GREEN)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
