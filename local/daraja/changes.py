"""Tells every open page that something changed; pages then fetch the state they are sent."""

import asyncio


class Changes:
    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()

    def listen(self) -> asyncio.Event:
        changed = asyncio.Event()
        changed.set()
        self._listeners.add(changed)
        return changed

    def stop_listening(self, changed: asyncio.Event) -> None:
        self._listeners.discard(changed)

    def announce(self) -> None:
        for changed in self._listeners:
            changed.set()
