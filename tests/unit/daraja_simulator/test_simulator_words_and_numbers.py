import base64
import json
import re
from datetime import datetime, timedelta

import pytest

from local.daraja import identifiers, locations, msisdn, text_messages
from local.daraja.answers import EMPTY_400, Refused
from local.daraja.nairobi import EAST_AFRICA_TIME
from local.daraja.settings import SANDBOX_PASSKEY, Credentials
from local.daraja.tokens import Tokens, check_basic

URL = "https://api.example:8443/v1/payments/0123456789abcdef0123456789abcdef/result"


@pytest.mark.parametrize(
    "written", ["0708374149", "708374149", "+254 708 374 149", "254708374149", "0708-374-149", "(0708) 374149"]
)
def test_a_number_is_known_in_any_kenyan_form(written: str) -> None:
    assert msisdn.normalise(written) == "254708374149"


@pytest.mark.parametrize("written", ["", "0812345678", "25470837414", "+1 202 555 0100", "phone"])
def test_what_is_no_kenyan_mobile_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="Kenyan"):
        msisdn.normalise(written)


def test_a_checkout_request_id_has_safaricoms_shape(moment: datetime) -> None:
    assert re.fullmatch(
        r"ws_CO_24122026120000[0-9]{3}708374149", identifiers.checkout_request_id(moment, "254708374149")
    )


def test_a_receipt_begins_with_its_year_month_and_day() -> None:
    """NLJ7RT61SV is the receipt in Safaricom's own sample of 19 December 2019."""
    assert identifiers.receipt_number(datetime(2019, 12, 19, tzinfo=EAST_AFRICA_TIME)).startswith("NLJ")
    assert re.fullmatch("[A-Z0-9]{10}", identifiers.receipt_number(datetime(2026, 12, 24, tzinfo=EAST_AFRICA_TIME)))


def test_a_shown_callback_url_has_no_token() -> None:
    assert locations.without_token(URL) == "https://api.example:8443/v1/payments/{token}/result"


def test_neither_query_nor_password_of_a_url_is_shown() -> None:
    assert locations.without_token("https://a:b@api.example/v1?token=secret") == "https://api.example/v1?…"


def test_a_forged_token_is_as_long_as_the_true_one() -> None:
    assert locations.with_forged_token(URL).endswith(f"/payments/{'0' * 32}/result")


def test_the_credentials_come_from_the_environment_and_else_are_the_sandboxes() -> None:
    credentials = Credentials.from_environment({"MPESA_CONSUMER_KEY": "key", "MPESA_PASSKEY": ""})
    assert (credentials.consumer_key, credentials.passkey, credentials.short_code) == ("key", SANDBOX_PASSKEY, "174379")


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_wrong_credentials_get_a_400_without_a_body() -> None:
    assert check_basic(basic("local-consumer-key:wrong"), Credentials()) == EMPTY_400
    assert check_basic("Basic %%%", Credentials()) == EMPTY_400
    assert check_basic(basic("local-consumer-key:local-consumer-secret"), Credentials()) is None
    assert EMPTY_400.text == "" and EMPTY_400.content_type == "text/plain"


def test_another_scheme_than_basic_is_an_invalid_authentication() -> None:
    with pytest.raises(Refused, match="Invalid Authentication passed"):
        check_basic("Bearer abc", Credentials())


def test_a_token_holds_for_an_hour_beside_a_newer_one(moment: datetime) -> None:
    tokens = Tokens()
    first = json.loads(tokens.issue(moment).text)
    tokens.issue(moment + timedelta(minutes=1))
    assert first["expires_in"] == "3599" and len(first["access_token"]) == 28
    assert tokens.accepts(first["access_token"], moment + timedelta(seconds=3598))
    assert not tokens.accepts(first["access_token"], moment + timedelta(seconds=3599))


def test_the_message_of_a_payment_reads_as_m_pesa_words_it() -> None:
    moment = datetime(2026, 7, 17, 15, 5, tzinfo=EAST_AFRICA_TIME)
    assert text_messages.paid("UGH7RT61SV", 1500, "TIKETI TAMASHA", "T9FKQ2M4XA", moment, 98_500) == (
        "UGH7RT61SV Confirmed. Ksh1,500.00 sent to TIKETI TAMASHA for account T9FKQ2M4XA on 17/7/26 at 3:05 PM "
        "New M-PESA balance is Ksh98,500.00. Transaction cost, Ksh0.00."
    )
