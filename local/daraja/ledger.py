"""Every receipt that M-PESA issued here: STK and C2B payments in, B2C and reversals out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["payment", "payout", "reversal"]


@dataclass
class Entry:
    """Amount in whole KES."""

    receipt: str
    kind: Kind
    amount: int
    phone: str
    account: str
    at: datetime
    conversation_id: str = ""
    originator_conversation_id: str = ""
    reversed_by: str | None = None


class Ledger:
    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        self._entries[entry.receipt] = entry

    def get(self, receipt: str) -> Entry | None:
        return self._entries.get(receipt)

    def by_conversation(self, conversation_id: str) -> Entry | None:
        """Either id: the one we gave, or the one the caller chose."""
        for entry in self._entries.values():
            if conversation_id and conversation_id in (entry.conversation_id, entry.originator_conversation_id):
                return entry
        return None
