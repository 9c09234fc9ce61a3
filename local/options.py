"""What may be chosen about a local stack: ports, parameters of the template, secrets."""

import os
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from local.daraja.settings import Credentials
from local.problems import StackProblem
from operations.ticket_keys import first_keys

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
REGION = "af-south-1"
STACK_NAME = "tiketi-local"
SECRETS_PREFIX = "/tiketi/local"
EMAIL_SENDER = "Tiketi Tamasha <tickets@tiketi.example>"

PARAMETERS_BY_SETTING = {
    "MPESA_ENVIRONMENT": "MpesaEnvironment",
    "MPESA_BASE_URL": "MpesaBaseUrl",
    "MPESA_BUSINESS_SHORT_CODE": "MpesaBusinessShortCode",
    "MPESA_PARTY_B": "MpesaPartyB",
    "MPESA_TRANSACTION_TYPE": "MpesaTransactionType",
    "MPESA_INITIATOR_NAME": "MpesaInitiatorName",
    "MPESA_B2C_SHORT_CODE": "MpesaB2cShortCode",
    "MPESA_QUERIES_PER_MINUTE": "MpesaQueriesPerMinute",
    "MPESA_QUERY_BURST": "MpesaQueryBurst",
    "REFUND_DELAYS_SECONDS": "RefundDelaysSeconds",
    "MPESA_CALLBACK_URL": "MpesaCallbackUrl",
    "MPESA_CALLBACK_IP_CHECK": "MpesaCallbackIpCheck",
    "MPESA_CALLBACK_IPS": "MpesaCallbackIps",
    "CORS_ALLOWED_ORIGINS": "CorsAllowedOrigins",
    "HOLD_SECONDS": "HoldSeconds",
    "PROMPT_SECONDS": "PromptSeconds",
    "GIFTS_PER_HOUR": "GiftsPerHour",
    "TRANSFERS_PER_HOUR": "TransfersPerHour",
    "INVITATIONS_PER_HOUR": "InvitationsPerHour",
    "MOVES_PER_HOUR": "MovesPerHour",
    "PUBLIC_URL": "PublicUrl",
    "SMS_PROVIDER": "SmsProvider",
    "SMS_SENDER_ID": "SmsSenderId",
    "AFRICAS_TALKING_USERNAME": "AfricasTalkingUsername",
    "EMAIL_SENDER": "EmailSender",
    "LOG_LEVEL": "LogLevel",
}
SECRETS = (
    "SECRET_KEY", "JWT_SECRET_KEY", "TICKET_SIGNING_KEYS", "MPESA_CONSUMER_KEY", "MPESA_CONSUMER_SECRET",
    "MPESA_PASSKEY", "MPESA_INITIATOR_PASSWORD", "MPESA_CERTIFICATE", "AFRICAS_TALKING_API_KEY",
)  # fmt: skip


@dataclass(frozen=True)
class Ports:
    """0 takes a free one."""

    gateway: int = 0
    daraja: int = 0
    outbox: int = 0
    aws: int = 0


@dataclass(frozen=True)
class StackOptions:
    stack_file: Path = LOCAL / "stack.json"
    ports: Ports = Ports()
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, str] = field(default_factory=dict[str, str])
    """Those that are missing are made up, or are the simulator's."""
    daraja_url: str | None = None
    """Another Daraja than the simulator."""
    daraja_arguments: tuple[str, ...] = ()
    max_in_flight: int = 2 * (os.cpu_count() or 2)
    """Requests at once; each takes a Python process of its own on this machine."""
    dynamodb_url: str | None = None
    """Where the functions look for DynamoDB: a proxy in front of the embedded one, say."""
    demo_data: bool = True
    log_folder: Path | None = None
    """Where the logs of the parts stay after the end; None keeps them only while the stack runs."""

    def all_secrets(self) -> dict[str, str]:
        """The secrets as the functions read them: given ones, random keys, the simulator's credentials."""
        simulator = Credentials()
        defaults = {
            "SECRET_KEY": secrets.token_urlsafe(32),
            "JWT_SECRET_KEY": secrets.token_urlsafe(32),
            "TICKET_SIGNING_KEYS": first_keys(),
            "MPESA_CONSUMER_KEY": simulator.consumer_key,
            "MPESA_CONSUMER_SECRET": simulator.consumer_secret,
            "MPESA_PASSKEY": simulator.passkey,
            "AFRICAS_TALKING_API_KEY": "the outbox takes any",
            "MPESA_INITIATOR_PASSWORD": simulator.initiator_password,
        }
        return {**defaults, **self.secrets}


def options_from_environment() -> StackOptions:
    """The environment wins over `.env`. Raises StackProblem naming the setting that is wrong."""
    given = {name: value for name, value in {**dotenv_values(ROOT / ".env"), **os.environ}.items() if value}
    stack_file = Path(given.get("TIKETI_STACK_FILE", LOCAL / "stack.json")).absolute()
    parameters = {parameter: given[name] for name, parameter in PARAMETERS_BY_SETTING.items() if name in given}
    return StackOptions(
        stack_file=stack_file,
        ports=Ports(
            gateway=_port(given, "LOCAL_GATEWAY_PORT"),
            daraja=_port(given, "LOCAL_DARAJA_PORT"),
            outbox=_port(given, "LOCAL_OUTBOX_PORT"),
            aws=_port(given, "LOCAL_AWS_PORT"),
        ),
        parameters={**parameters, **parse_parameters(given.get("TIKETI_PARAMETERS", ""))},
        secrets={name: given[name] for name in SECRETS if name in given},
        daraja_url=given.get("MPESA_BASE_URL"),
        max_in_flight=_whole_number(given, "LOCAL_MAX_IN_FLIGHT", str(StackOptions.max_in_flight), least=1, most=1000),
        log_folder=stack_file.with_suffix(".logs"),
    )


def parse_parameters(text: str) -> dict[str, str]:
    """`Key=Value Other="two words"`, as `sam deploy --parameter-overrides` takes it."""
    pairs = [part.partition("=") for part in shlex.split(text)]
    wrong = [name for name, equals, _ in pairs if not equals]
    if wrong:
        raise StackProblem(f"TIKETI_PARAMETERS: {wrong[0]!r} is not Key=Value")
    return {name: value for name, _, value in pairs}


def _port(given: Mapping[str, str], name: str) -> int:
    return _whole_number(given, name, "0", least=0, most=65535)


def _whole_number(given: Mapping[str, str], name: str, default: str, *, least: int, most: int) -> int:
    text = given.get(name, default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise StackProblem(f"{name} is {text!r}: it must be a whole number from {least} to {most}")
    return int(text)
