"""The SMS that M-PESA sends a customer."""

from dataclasses import dataclass
from datetime import datetime

from local.daraja.results import Result


@dataclass(frozen=True)
class TextMessage:
    at: datetime
    text: str
    sender: str = "MPESA"


def shillings(amount: int) -> str:
    return f"Ksh{amount:,}.00"


def day_and_time(moment: datetime) -> str:
    """17/7/26 at 3:45 PM"""
    return f"{moment.day}/{moment.month}/{moment:%y} at {moment.hour % 12 or 12}:{moment:%M %p}"


def paid(receipt: str, amount: int, business: str, account: str, moment: datetime, balance: int) -> str:
    return (
        f"{receipt} Confirmed. {shillings(amount)} sent to {business} for account {account} "
        f"on {day_and_time(moment)} New M-PESA balance is {shillings(balance)}. Transaction cost, Ksh0.00."
    )


def received(receipt: str, amount: int, business: str, moment: datetime, balance: int) -> str:
    return (
        f"{receipt} Confirmed. You have received {shillings(amount)} from {business} "
        f"on {day_and_time(moment)} New M-PESA balance is {shillings(balance)}."
    )


def reversed_payment(receipt: str, original: str, amount: int, moment: datetime, balance: int) -> str:
    return (
        f"{receipt} Confirmed. Your transaction {original} has been reversed on {day_and_time(moment)} "
        f"and {shillings(amount)} is credited to your M-PESA account. New M-PESA balance is {shillings(balance)}."
    )


def not_paid(result: Result, amount: int, business: str) -> str | None:
    """None where M-PESA stays silent: the customer cancelled, or never saw the prompt."""
    if result.code == "1":
        return f"Failed. You have insufficient funds in your M-PESA account to send {shillings(amount)} to {business}."
    if result.code == "2001":
        return f"Failed. You have entered the wrong PIN. {shillings(amount)} was not sent to {business}."
    if result.code == "8006":
        return "Failed. Your M-PESA PIN is locked. Dial *334# or call 100 for help."
    return None
