"""Which wallets this deployment can put a ticket into: those whose account is in the settings."""

from typing import Literal

from tiketi.errors import Refusal
from tiketi.settings import settings

Wallet = Literal["apple", "google"]


def wallets() -> list[Wallet]:
    known = settings()
    configured: dict[Wallet, bool] = {
        "apple": bool(known.apple_pass_type_id and known.apple_team_id),
        "google": bool(known.google_wallet_issuer_id),
    }
    return [wallet for wallet, is_configured in configured.items() if is_configured]


def demand(wallet: Wallet) -> None:
    """Raises Refusal `no_such_wallet` where it is not configured."""
    if wallet not in wallets():
        raise Refusal("no_such_wallet")
