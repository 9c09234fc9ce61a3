"""What became of a message given to a provider."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """The provider has taken it; `reference` is the provider's own id of it."""

    reference: str


@dataclass(frozen=True)
class Failed:
    """Certainly not sent, and worth another try: the provider is busy, away, or refuses us rather than the address."""

    detail: str


@dataclass(frozen=True)
class Refused:
    """Certainly not sent, and never will be: the address does not exist, or wants nothing from us."""

    detail: str


@dataclass(frozen=True)
class Unknown:
    """The request left and its answer did not come, or said nothing certain. It is never repeated."""

    detail: str


Outcome = Sent | Failed | Refused | Unknown
