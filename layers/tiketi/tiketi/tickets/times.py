"""Times as they are read in Nairobi: 24-hour clock, which both languages write and nobody mistakes."""

from datetime import datetime

from tiketi.clock import NAIROBI
from tiketi.messages import Language

_DAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "sw": ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"),
}
_MONTHS: dict[Language, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    "sw": (
        "Januari", "Februari", "Machi", "Aprili", "Mei", "Juni", "Julai", "Agosti", "Septemba", "Oktoba", "Novemba",
        "Desemba",
    ),
}  # fmt: skip


def day_and_time(moment: datetime, language: Language) -> str:
    """`Thursday 24 December 2026, 18:00`"""
    there = moment.astimezone(NAIROBI)
    return f"{day(moment, language)}, {there:%H:%M}"


def day(moment: datetime, language: Language) -> str:
    there = moment.astimezone(NAIROBI)
    return f"{_DAYS[language][there.weekday()]} {there.day} {_MONTHS[language][there.month - 1]} {there.year}"


def from_to(start: datetime, end: datetime, language: Language) -> str:
    """The day once when it ends on the same one."""
    there, then = start.astimezone(NAIROBI), end.astimezone(NAIROBI)
    last = f"{then:%H:%M}" if there.date() == then.date() else day_and_time(end, language)
    return f"{day_and_time(start, language)} – {last}"
