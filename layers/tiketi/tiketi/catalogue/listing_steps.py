"""The way from the copies an event has to the copies it shall have, in steps that each fit one transaction."""

from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from tiketi.catalogue.listing_keys import Key, is_counted


@dataclass
class Step:
    """Copies to put where there are none, to delete, and to put over old ones."""

    put: set[Key] = field(default_factory=set[Key])
    delete: set[Key] = field(default_factory=set[Key])
    rewrite: set[Key] = field(default_factory=set[Key])

    def counts(self) -> dict[str, int]:
        """By listing, how many copies more it has afterwards; a copy that moves within its listing changes nothing."""
        changes = Counter(key.what for key in self.put)
        changes.subtract(key.what for key in self.delete)
        return {what: change for what, change in changes.items() if change and is_counted(what)}

    def writes(self) -> int:
        return len(self.put) + len(self.delete) + len(self.rewrite) + len(self.counts())

    def joined(self, other: "Step") -> "Step":
        return Step(self.put | other.put, self.delete | other.delete, self.rewrite | other.rewrite)


def steps(present: Set[Key], wanted: Set[Key], rewrite: bool, most: int) -> Iterator[Step]:
    """Steps of at most `most` writes. All that concerns one listing is in one step, its count included."""
    by_listing: dict[str, Step] = {}

    def of(key: Key) -> Step:
        return by_listing.setdefault(key.what, Step())

    for key in wanted - present:
        of(key).put.add(key)
    for key in present - wanted:
        of(key).delete.add(key)
    for key in wanted & present if rewrite else ():
        of(key).rewrite.add(key)
    step = Step()
    for what in sorted(by_listing):
        longer = step.joined(by_listing[what])
        if longer.writes() > most and step.writes():
            yield step
            longer = by_listing[what]
        step = longer
    if step.writes():
        yield step
