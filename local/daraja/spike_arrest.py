"""Apigee's spike arrest: n a minute without a burst means one every 60/n seconds."""

from datetime import datetime, timedelta


class SpikeArrest:
    def __init__(self, per_minute: float) -> None:
        self._interval = timedelta(seconds=60 / per_minute)
        self._next: datetime | None = None

    def allows(self, moment: datetime) -> bool:
        """A refused call costs nothing: the next one may come when it could have come anyway."""
        if self._next is not None and moment < self._next:
            return False
        self._next = moment + self._interval
        return True
