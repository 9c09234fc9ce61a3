"""How many came in, by tier, gate and minute: counted in the very transaction that admits, spread over a few shards."""

import hashlib
from collections import Counter
from typing import NamedTuple

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from tiketi.admission.items import COUNT_SHARDS, AdmissionsItem, count_key
from tiketi.catalogue.items import load_event
from tiketi.table import SCHEMA_VERSION

_SLOT = len("2026-12-24T15:0")


class Admission(NamedTuple):
    """At which gate somebody was let in, and when (RFC 3339)."""

    gate: str
    at: str


def count(
    together: TransactWrite,
    event_id: str,
    scan: str,
    ticket_type: str,
    *,
    came: Admission | None = None,
    gone: Admission | None = None,
) -> None:
    """Adds to a transaction that admits a ticket, takes its admission back, or makes another of it, what counts that.

    A transaction takes one write for each item: what falls into the same ten minutes of a gate is one.
    """
    shard = hashlib.sha256(scan.encode()).digest()[0] % COUNT_SHARDS
    slots: dict[tuple[str, str], Counter[str]] = {}
    for admission, change in ((came, 1), (gone, -1)):
        if admission:
            minutes = slots.setdefault((admission.gate, admission.at[:_SLOT]), Counter())
            minutes[admission.at[_SLOT]] += change
    for (gate, slot), minutes in slots.items():
        if any(minutes.values()):
            together.update(
                AdmissionsItem(count_key(event_id, shard), f"COUNT#{ticket_type}#{gate}#{slot}"),
                actions=[
                    *_added(minutes),
                    AdmissionsItem.type.set(AdmissionsItem),
                    AdmissionsItem.ticket_type.set(ticket_type),
                    AdmissionsItem.gate.set(gate),
                    AdmissionsItem.slot.set(slot),
                    AdmissionsItem.schema_version.set(SCHEMA_VERSION),
                ],
            )


def _added(minutes: Counter[str]) -> list[Action]:
    return [
        AdmissionsItem.admitted.add(minutes.total()),
        *(getattr(AdmissionsItem, f"m{minute}").add(change) for minute, change in minutes.items()),
    ]


def admissions(event_id: str) -> dict[str, object]:
    """The figures of `GET …/admissions`, exact: a query for each shard, and one for the tickets sold.

    Raises Refusal `event_not_found`.
    """
    event = load_event(event_id)
    both: Counter[tuple[str, str]] = Counter()
    minutes = Counter[str]()
    for shard in range(COUNT_SHARDS):
        for item in AdmissionsItem.query(count_key(event_id, shard), consistent_read=True):
            both[item.ticket_type, item.gate] += int(item.admitted)
            minutes.update({f"{item.slot}{minute}:00Z": int(getattr(item, f"m{minute}")) for minute in range(10)})
    tiers, gates = Counter[str](), Counter[str]()
    for (tier, gate), admitted in both.items():
        tiers[tier] += admitted
        gates[gate] += admitted
    return {
        "event_id": event_id,
        "admitted": both.total(),
        "tickets_sold": event.tickets_sold,
        "by_tier": [{"ticket_type": tier, "admitted": tiers[tier]} for tier in sorted(tiers) if tiers[tier]],
        "by_gate": [{"gate": gate, "admitted": gates[gate]} for gate in sorted(gates) if gates[gate]],
        "by_tier_and_gate": [
            {"ticket_type": tier, "gate": gate, "admitted": admitted}
            for (tier, gate), admitted in sorted(both.items())
            if admitted
        ],
        "by_minute": [{"minute": minute, "admitted": minutes[minute]} for minute in sorted(minutes) if minutes[minute]],
    }
