"""Every setting of the system in one typed place, read from the environment at a cold start.

Secrets are not in the environment on AWS: `secret` reads them from SSM Parameter Store, once per execution
environment. `.env.example` explains each name to whoever deploys.
"""

import os
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

SANDBOX_SHORT_CODE = "174379"
"""The short code every Daraja sandbox app shares. Money sent to it in production belongs to nobody."""


def _comma_separated(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class Settings(BaseModel, frozen=True, extra="ignore"):
    """What may differ between two deployments. Amounts are whole KES, times are seconds."""

    stage: str = "local"
    table_name: str = "tiketi"
    secrets_prefix: str = "/tiketi/local"
    cors_allowed_origins: Annotated[list[str], BeforeValidator(_comma_separated)] = []
    max_body_bytes: int = 100_000

    access_token_seconds: int = 24 * 3600

    hold_seconds: int = Field(default=180, ge=30, le=3600)
    prompt_seconds: int = Field(default=90, ge=30, le=300)
    """How long a prompt may be answered on the phone; a hold that would end before is extended, by so much at most."""
    stock_shard_size: int = Field(default=100, ge=1)
    """Tickets per shard of stock. A shard takes about 1,000 writes a second, the limit of one DynamoDB item."""
    stock_shards_max: int = Field(default=64, ge=1, le=64)
    check_queue_url: str = ""
    check_delays_seconds: Annotated[list[int], BeforeValidator(_comma_separated)] = [20, 25, 45]
    """Pauses between questions about a payment whose callback has not come; the last one repeats."""

    end_orders_queue_url: str = ""

    delivery_queue_url: str = ""
    bulk_delivery_queue_url: str = ""
    fan_out_queue_url: str = ""
    gifts_per_hour: int = Field(default=100, ge=1)
    transfers_per_hour: int = Field(default=30, ge=1)
    """Of one organizer, and of one customer: each has a message sent to an address that he chooses."""
    invitations_per_hour: int = Field(default=100, ge=1)
    """To gates, of one organizer: each goes where he chooses, with a title that he writes."""
    moves_per_hour: int = Field(default=5, ge=1)
    """New times or places of one event: all who hold its tickets are told of each."""
    sms_provider: Literal["none", "sns", "africas_talking"] = "none"
    sms_sender_id: str = Field(default="", max_length=11)
    """The name an SMS comes from, as registered with the provider; empty: the provider's own number."""
    africas_talking_username: str = ""
    africas_talking_base_url: str = "https://api.africastalking.com"
    email_sender: str = ""
    """An address of the SES identity, with a name if you like; empty: no e-mail is sent."""
    public_url: str = ""
    """Where links in messages lead, stage included: the shorter, the cheaper an SMS."""
    outbox_url: str = ""
    """The local stack's outbox, which answers as SNS, SES and Africa's Talking do; empty: the real ones."""

    apple_pass_type_id: str = ""
    apple_team_id: str = ""
    """With the secrets APPLE_WALLET_CERTIFICATES and APPLE_WALLET_KEY; empty: no passes for Apple Wallet."""
    google_wallet_issuer_id: str = ""
    """With the secret GOOGLE_WALLET_ACCOUNT; empty: no passes for Google Wallet."""

    mpesa_environment: Literal["sandbox", "production"] = "sandbox"
    mpesa_base_url: str = "https://sandbox.safaricom.co.ke"
    mpesa_business_short_code: str = SANDBOX_SHORT_CODE
    mpesa_party_b: str = ""
    """The till number, for a Buy Goods till; for a PayBill it is the short code and may stay empty."""
    mpesa_transaction_type: Literal["CustomerPayBillOnline", "CustomerBuyGoodsOnline"] = "CustomerPayBillOnline"
    mpesa_callback_url: str = ""
    """The public address of this API, for Daraja to call. Empty: the address the buyer's own request came to."""
    mpesa_timeout_seconds: float = 20
    """A whole exchange with M-PESA: a new token, the request, and the answer to its last byte."""
    mpesa_queries_per_minute: int = Field(default=5, ge=1, le=60_000)
    """STK queries of the whole system. The default is what Safaricom's sandbox takes; production's limit is in the
    contract."""
    mpesa_query_burst: int = Field(default=1, ge=1, le=1000)
    mpesa_initiator_name: str = ""
    """The API operator of the M-PESA portal who may reverse and pay out. Empty: refunds are made by hand."""
    mpesa_b2c_short_code: str = ""
    """The bulk disbursement short code that pays a part of the money back. Empty: that is done by hand."""
    refund_queue_url: str = ""
    refund_delays_seconds: Annotated[list[int], BeforeValidator(_comma_separated)] = [60, 120, 300, 900, 3600]
    """Pauses before a refund is asked about, or tried again when M-PESA was busy; the last one repeats."""

    mpesa_callback_ips: Annotated[list[str], BeforeValidator(_comma_separated)] = []
    mpesa_callback_ip_check: Literal["log", "enforce"] = "log"

    @model_validator(mode="after")
    def production_is_meant(self) -> Self:
        """Refuses what would send customers' money astray: sandbox credentials in production, or the reverse."""
        if self.mpesa_environment == "production":
            if self.mpesa_business_short_code == SANDBOX_SHORT_CODE:
                raise ValueError(f"MPESA_BUSINESS_SHORT_CODE is {SANDBOX_SHORT_CODE}, the sandbox's, in production")
            if "sandbox" in self.mpesa_base_url:
                raise ValueError("MPESA_BASE_URL is the sandbox's in production")
        return self


@cache
def settings() -> Settings:
    """The settings of this execution environment.

    Raises pydantic.ValidationError at the cold start, naming every variable that is wrong.
    """
    return Settings.model_validate({name.lower(): value for name, value in os.environ.items() if value})


@cache
def secret(name: str) -> str:
    """A secret by its name, such as `JWT_SECRET_KEY`; the environment wins over SSM, for `sam local`."""
    from_environment = os.environ.get(name)
    if from_environment:
        return from_environment
    # Imported here: it brings boto3's client along, which a function without a secret need not load.
    from aws_lambda_powertools.utilities.parameters import SSMProvider

    value = SSMProvider().get(f"{settings().secrets_prefix}/{name}", decrypt=True)
    if not value:
        raise LookupError(f"no secret {settings().secrets_prefix}/{name}")
    return str(value)
