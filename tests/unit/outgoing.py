"""The queues of delivery, which remember what was put into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tiketi.delivery import queues


@dataclass
class RememberingQueue:
    """`troubles` are raised by the next calls, one each, instead of doing anything."""

    messages: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    hidden: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    troubles: list[Exception] = field(default_factory=list[Exception])

    def send(self, message: Mapping[str, object]) -> None:
        self.send_all([message])

    def send_all(self, messages: Sequence[Mapping[str, object]]) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.messages += [dict(message) for message in messages]

    def hide(self, receipt_handle: str, seconds: int) -> None:
        self.hidden.append((receipt_handle, seconds))


class Outgoing:
    """`notices` are of one person, `bulk` those that a fan-out made, `fan_outs` its steps."""

    def __init__(self) -> None:
        self.notices = RememberingQueue()
        self.bulk = RememberingQueue()
        self.fan_outs = RememberingQueue()

    def replace_queues(self, patch: pytest.MonkeyPatch) -> None:
        for name, queue in {
            "delivery_queue": self.notices,
            "bulk_queue": self.bulk,
            "fan_out_queue": self.fan_outs,
        }.items():
            patch.setattr(queues, name, lambda queue=queue: queue)

    def kinds(self) -> list[tuple[str, str]]:
        """Of each notice so far: its kind and whom it is for."""
        return [(message["kind"], message["recipient"]) for message in self.notices.messages]
