"""What the simulator accepts as credentials, and how it behaves as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass

SANDBOX_SHORT_CODE = "174379"
SANDBOX_PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"


@dataclass(frozen=True)
class Credentials:
    consumer_key: str = "local-consumer-key"
    consumer_secret: str = "local-consumer-secret"
    short_code: str = SANDBOX_SHORT_CODE
    passkey: str = SANDBOX_PASSKEY
    initiator_name: str = "testapi"
    initiator_password: str = "local-initiator-password"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Credentials":
        """An unset or empty variable means the sandbox's public constant, or the local default."""
        names = {
            "consumer_key": "MPESA_CONSUMER_KEY",
            "consumer_secret": "MPESA_CONSUMER_SECRET",
            "short_code": "MPESA_BUSINESS_SHORT_CODE",
            "passkey": "MPESA_PASSKEY",
            "initiator_name": "MPESA_INITIATOR_NAME",
            "initiator_password": "MPESA_INITIATOR_PASSWORD",
        }
        return cls(**{field: environment[name] for field, name in names.items() if environment.get(name)})


@dataclass(frozen=True)
class Options:
    prompt_seconds: float = 60.0
    default_behaviour: str = "manual"
    business_name: str = "TIKETI TAMASHA"
    pin: str = "1234"
    queries_per_minute: float | None = None
    """Daraja's sandbox allows 5, without a burst; None allows any number."""
    limit_repeats: bool = False
    """Result 17 for a customer who pays the same amount again within two minutes."""
    check_security_credential: bool = False
    """Initiator calls must carry the initiator's password encrypted for /simulator/certificate."""
