"""How many are inside, by tier and gate: counted in the very transaction that admits, spread over a few shards."""

import hashlib
from collections import Counter

from pynamodb.transactions import TransactWrite

from tiketi.admission.items import COUNT_SHARDS, AdmissionsItem, count_key
from tiketi.catalogue.items import load_event
from tiketi.table import SCHEMA_VERSION


def count(together: TransactWrite, event_id: str, scan: str, ticket_type: str, gate: str, change: int) -> None:
    """Adds a write to a transaction that admits a ticket, or takes its admission back."""
    shard = hashlib.sha256(scan.encode()).digest()[0] % COUNT_SHARDS
    together.update(
        AdmissionsItem(count_key(event_id, shard), f"COUNT#{ticket_type}#{gate}"),
        actions=[
            AdmissionsItem.admitted.add(change),
            AdmissionsItem.type.set(AdmissionsItem),
            AdmissionsItem.ticket_type.set(ticket_type),
            AdmissionsItem.gate.set(gate),
            AdmissionsItem.schema_version.set(SCHEMA_VERSION),
        ],
    )


def admissions(event_id: str) -> dict[str, object]:
    """The figures of `GET …/admissions`, exact: a query for each shard, and one for the tickets sold.

    Raises Refusal `event_not_found`.
    """
    event = load_event(event_id)
    both: Counter[tuple[str, str]] = Counter()
    for shard in range(COUNT_SHARDS):
        for item in AdmissionsItem.query(count_key(event_id, shard), consistent_read=True):
            both[item.ticket_type, item.gate] += int(item.admitted)
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
    }
