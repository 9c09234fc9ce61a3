"""Settings that would send money astray stop the system before it starts."""

import pytest
from pydantic import ValidationError

from tiketi.settings import SANDBOX_SHORT_CODE, Settings

PRODUCTION = {
    "mpesa_environment": "production",
    "mpesa_base_url": "https://api.safaricom.co.ke",
    "mpesa_business_short_code": "600999",
}


def test_production_with_a_short_code_of_its_own_starts() -> None:
    assert Settings.model_validate(PRODUCTION).mpesa_business_short_code == "600999"


@pytest.mark.parametrize(
    "wrong", [{"mpesa_business_short_code": SANDBOX_SHORT_CODE}, {"mpesa_base_url": "https://sandbox.safaricom.co.ke"}]
)
def test_production_with_anything_of_the_sandbox_does_not(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="production"):
        Settings.model_validate({**PRODUCTION, **wrong})


def test_lists_are_separated_by_commas() -> None:
    settings = Settings.model_validate(
        {"cors_allowed_origins": "https://a.example, https://b.example", "check_delays_seconds": "5,10"}
    )
    assert settings.cors_allowed_origins == ["https://a.example", "https://b.example"]
    assert settings.check_delays_seconds == [5, 10]
