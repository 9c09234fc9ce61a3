"""Rows as CSV that a spreadsheet opens as it is, and that it takes for text, never for a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

MEDIA_TYPE = "text/csv; charset=utf-8"
_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as something else, and turns "Wanjirũ" into noise."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell must not begin with (OWASP: "CSV Injection"); the wide ones are the same to a spreadsheet."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]], *, first: bool) -> str:
    """A page of a table. Only the first one names the columns, so pages one after the other make one file."""
    text = io.StringIO()
    if first:
        text.write(_MARK)
    table = csv.writer(text)
    if first:
        table.writerow(columns)
    table.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value
