"""Keeps a complaint that comes again and again from filling the terminal."""

import time

SECONDS_OF_SILENCE = 60.0


class Repetitions:
    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def is_news(self, complaint: str) -> bool:
        """False while the same complaint was told within the last minute."""
        now = time.monotonic()
        if now - self._told.get(complaint, -SECONDS_OF_SILENCE) < SECONDS_OF_SILENCE:
            return False
        self._told[complaint] = now
        return True
