"""Whom the API's authorizer lets in."""

import time
from typing import Any

import jwt
import pytest

from tests.unit.accounts.conftest import ASHA
from tests.unit.conftest import LAMBDA_CONTEXT, load_function
from tiketi.accounts import tokens
from tiketi.settings import secret

METHOD_ARN = "arn:aws:execute-api:af-south-1:123456789012:a1b2c3/v1/GET/user/tickets"


def authorize(authorization: str | None, header: str = "Authorization") -> dict[str, Any]:
    event = {
        "type": "REQUEST",
        "methodArn": METHOD_ARN,
        "headers": None if authorization is None else {header: authorization},
        "requestContext": {"requestId": "request-1"},
    }
    return load_function("accounts/authorize").handler(event, LAMBDA_CONTEXT)


def token(user_id: str, *, key: str | None = None, algorithm: str = "HS256", **changed: object) -> str:
    """A token like ours but for what is changed; None takes a claim away."""
    now = int(time.time())
    claims = {"sub": user_id, "role": "customer", "iat": now, "exp": now + 3600, "iss": "tiketi"} | changed
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(present, secret("JWT_SECRET_KEY") if key is None else key, algorithm)


def assert_turned_away(authorization: str | None) -> None:
    with pytest.raises(Exception, match=r"\AUnauthorized\Z"):
        authorize(authorization)


def test_a_registered_user_is_let_in_to_every_method_of_the_stage(register: Any) -> None:
    registered = register(role="organizer")
    result = authorize(f"Bearer {registered['access_token']}")
    assert result == {
        "principalId": registered["id"],
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "execute-api:Invoke",
                    "Resource": "arn:aws:execute-api:af-south-1:123456789012:a1b2c3/v1/*/*",
                }
            ],
        },
        "context": {"user_id": registered["id"], "role": "organizer"},
    }


def test_the_header_and_its_scheme_may_be_in_any_case(register: Any) -> None:
    registered = register()
    assert authorize(f"bearer {registered['access_token']}", "authorization")["principalId"] == registered["id"]


def test_a_token_like_ours_is_let_in_so_that_the_forgeries_below_fail_for_their_own_reason(register: Any) -> None:
    user_id = register()["id"]
    assert authorize(f"Bearer {token(user_id)}")["principalId"] == user_id


@pytest.mark.parametrize(
    "forged",
    [
        {"key": "somebody else's key, which is long enough"},
        {"algorithm": "HS512"},
        {"algorithm": "none", "key": ""},
        {"iss": "somebody"},
        {"exp": 1_700_000_000},
        {"iat": 4_102_444_800},
        {"role": "organizer"},
        {"sub": "01JD0000000000000000000000"},
        {"sub": 17},
        {"sub": None},
        {"role": None},
        {"iat": None},
        {"exp": None},
        {"iss": None},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_forged_foreign_incomplete_or_expired_token_is_turned_away(register: Any, forged: dict[str, Any]) -> None:
    assert_turned_away(f"Bearer {token(register()['id'], **forged)}")


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Bearer a b", "Basic YTpi", "\u00e9"]
)
def test_a_header_that_is_no_bearer_token_is_turned_away(header: str | None) -> None:
    assert_turned_away(header)


def test_another_scheme_is_turned_away_even_with_a_good_token(register: Any) -> None:
    assert_turned_away(f"Basic {register()['access_token']}")


def test_clocks_may_differ_by_a_few_seconds(register: Any) -> None:
    user_id, now = register()["id"], int(time.time())
    assert authorize(f"Bearer {token(user_id, iat=now + 5, exp=now + 60)}")["principalId"] == user_id


def test_the_token_is_not_logged(register: Any, capsys: pytest.CaptureFixture[str]) -> None:
    good = register(name=ASHA["name"])["access_token"]
    authorize(f"Bearer {good}")
    assert_turned_away(f"Bearer {good}x")
    logged = capsys.readouterr()
    assert good not in logged.out + logged.err


def test_a_key_too_short_to_keep_a_secret_signs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "secret", lambda name: "short")  # pyright: ignore[reportUnknownLambdaType]
    tokens._key.cache_clear()  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(ValueError, match="JWT_SECRET_KEY is shorter than 32 bytes"):
        tokens.issue("01JD0000000000000000000000", "customer")
    assert tokens._key.cache_info().currsize == 0  # pyright: ignore[reportPrivateUsage]
