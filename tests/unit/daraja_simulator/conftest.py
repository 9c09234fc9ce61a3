"""A push as a careful client sends it, for tests to spoil."""

import base64
from datetime import datetime
from typing import Any

import pytest

from local.daraja.nairobi import EAST_AFRICA_TIME
from local.daraja.settings import Credentials

NOON = datetime(2026, 12, 24, 12, 0, 0, tzinfo=EAST_AFRICA_TIME)


@pytest.fixture
def moment() -> datetime:
    return NOON


@pytest.fixture
def credentials() -> Credentials:
    return Credentials()


@pytest.fixture
def push_body(credentials: Credentials) -> dict[str, Any]:
    timestamp = "20261224120000"
    password = base64.b64encode(f"{credentials.short_code}{credentials.passkey}{timestamp}".encode()).decode()
    return {
        "BusinessShortCode": credentials.short_code,
        "Password": password,
        "Timestamp": timestamp,
        "TransactionType": "CustomerPayBillOnline",
        "Amount": 500,
        "PartyA": "254708374149",
        "PartyB": credentials.short_code,
        "PhoneNumber": "254708374149",
        "CallBackURL": "https://tickets.example/v1/payments/0123456789abcdef0123456789abcdef/result",
        "AccountReference": "T9FKQ2M4XA",
        "TransactionDesc": "Tickets",
    }
