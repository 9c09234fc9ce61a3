"""The files that make up a ticket's page; each stands in `assets/` as itself."""

from functools import cache
from importlib.resources import files


@cache
def asset(name: str) -> str:
    return (files("tiketi.tickets") / "assets" / name).read_text()


def worker() -> str:
    """The service worker that keeps opened tickets on the phone."""
    return asset("worker.js")
