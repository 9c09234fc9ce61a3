"""What each provider's answers mean: sent, certainly not, never, or nobody knows."""

import json
from typing import Any
from urllib.parse import parse_qs

import boto3
import pytest
import requests
import responses
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber
from urllib3.exceptions import MaxRetryError, NewConnectionError

from tiketi.delivery.africas_talking import AfricasTalking
from tiketi.delivery.aws_calls import ONCE
from tiketi.delivery.outcomes import Failed, Outcome, Refused, Sent, Unknown
from tiketi.delivery.ses import Ses, html_of, mime_of
from tiketi.delivery.sns import Sns
from tiketi.delivery.wording import Attachment, Letter

LETTER = Letter("Tiketi zako – “Nyege”", "Habari,\n\nhttps://tiketi.ke/t/abc", Attachment("tickets.pdf", b"%PDF-1.7"))
AT = "http://at.test"


def test_sns_sends_to_the_number_as_the_sender_we_are() -> None:
    client = boto3.client("sns")
    with Stubber(client) as stub:
        attributes = {
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
            "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "TIKETI"},
        }
        asked = {"PhoneNumber": "+254712345678", "Message": "Habari", "MessageAttributes": attributes}
        stub.add_response("publish", {"MessageId": "m-1"}, asked)
        assert Sns(client, "TIKETI").send("254712345678", "Habari") == Sent("m-1")


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        ("Throttling", 400, Failed),
        ("AuthorizationError", 403, Failed),
        ("ServiceUnavailable", 503, Failed),
        ("InternalError", 500, Unknown),
        ("InvalidParameter", 400, Refused),
        ("OptedOut", 400, Refused),
    ],
)
def test_an_error_of_sns_says_whether_it_is_worth_another_try(code: str, status: int, outcome: type[Outcome]) -> None:
    client = boto3.client("sns")
    with Stubber(client) as stub:
        stub.add_client_error("publish", code, http_status_code=status)
        assert isinstance(Sns(client, "").send("254712345678", "x"), outcome)


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        ("TooManyRequestsException", 429, Failed),
        ("MessageRejected", 400, Failed),
        ("MailFromDomainNotVerifiedException", 400, Failed),
        ("BadRequestException", 400, Refused),
        ("InternalServiceError", 500, Unknown),
    ],
)
def test_an_error_of_ses_says_whether_it_is_worth_another_try(code: str, status: int, outcome: type[Outcome]) -> None:
    client = boto3.client("sesv2")
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, http_status_code=status)
        assert isinstance(Ses(client, "a@b.example").send("c@d.example", LETTER), outcome)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (EndpointConnectionError(endpoint_url="x"), Failed),
        (ConnectTimeoutError(endpoint_url="x"), Failed),
        (ReadTimeoutError(endpoint_url="x"), Unknown),
    ],
)
def test_a_request_that_left_without_an_answer_is_unknown_and_one_that_never_left_is_not(
    error: Exception, outcome: type[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise error

    client = boto3.client("sns")
    monkeypatch.setattr(client, "publish", fail)
    assert isinstance(Sns(client, "").send("254712345678", "x"), outcome)


def test_no_client_repeats_a_send_by_itself() -> None:
    """botocore repeats what it got no answer to, four times, and each may have been an SMS."""
    client = boto3.client("sns", config=ONCE, endpoint_url="http://sns.test")
    attempts: list[int] = []
    client.meta.events.register("before-send", lambda **_: attempts.append(1) or _broken())
    assert isinstance(Sns(client, "").send("254712345678", "x"), Unknown)
    assert len(attempts) == 1


def _broken() -> None:
    raise ReadTimeoutError(endpoint_url="http://sns.test")


def test_an_email_has_text_html_and_the_tickets() -> None:
    message = mime_of(LETTER, "Tiketi Tamasha <tickets@tiketi.example>", "asha@example.com")
    assert message["From"] == "Tiketi Tamasha <tickets@tiketi.example>"
    assert message["Subject"] == LETTER.subject
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "application/pdf"]
    [attachment] = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("tickets.pdf", b"%PDF-1.7")


def test_what_stands_in_a_text_cannot_write_html() -> None:
    assert "<b>" not in html_of("<b>Party</b>\n\nhttps://x.example/?a=1&b=2")
    assert '<a href="https://x.example/?a=1&amp;b=2"' in html_of("<b>Party</b>\n\nhttps://x.example/?a=1&b=2")


def africas_talking(http: responses.RequestsMock, body: Any = None, **answer: Any) -> Outcome:
    http.post(f"{AT}/version1/messaging", json=body, **answer)
    return AfricasTalking(AT, "tiketi", "key", "TIKETI").send("254712345678", "Habari")


def recipients(code: int) -> dict[str, Any]:
    return {"SMSMessageData": {"Message": "Sent", "Recipients": [{"statusCode": code, "messageId": "ATXid_1"}]}}


@responses.activate
def test_africas_talking_is_asked_in_its_own_form() -> None:
    responses.post(f"{AT}/version1/messaging", json=recipients(101), status=201)
    assert AfricasTalking(AT, "tiketi", "key", "TIKETI").send("254712345678", "Habari") == Sent("ATXid_1")
    request = responses.calls[0].request
    assert request.headers["apiKey"] == "key"
    assert parse_qs(str(request.body)) == {
        "username": ["tiketi"],
        "to": ["+254712345678"],
        "message": ["Habari"],
        "from": ["TIKETI"],
    }


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (100, Sent),
        (102, Sent),
        (403, Refused),
        (406, Refused),
        (405, Failed),
        (501, Failed),
        (500, Unknown),
        (7, Unknown),
    ],
)
def test_a_status_of_africas_talking_says_what_became_of_an_sms(code: int, outcome: type[Outcome]) -> None:
    with responses.RequestsMock() as http:
        assert isinstance(africas_talking(http, recipients(code), status=201), outcome)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"status": 401, "body": {}}, Failed),
        ({"status": 503, "body": {}}, Failed),
        ({"status": 500, "body": {}}, Unknown),
        ({"status": 201, "body": {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}}, Failed),
        ({"status": 201, "body": ["?"]}, Unknown),
    ],
)
def test_an_answer_of_another_shape_is_never_taken_for_sent(answer: Any, outcome: type[Outcome]) -> None:
    with responses.RequestsMock() as http:
        assert isinstance(africas_talking(http, **answer), outcome)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (requests.ConnectTimeout(), Failed),
        (requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused"))), Failed),  # pyright: ignore[reportArgumentType]
        (requests.ConnectionError("broken off"), Unknown),
        (requests.ReadTimeout(), Unknown),
    ],
)
def test_a_connection_that_breaks_after_the_request_leaves_it_unknown(error: Exception, outcome: type[Outcome]) -> None:
    with responses.RequestsMock() as http:
        http.post(f"{AT}/version1/messaging", body=error)
        assert isinstance(AfricasTalking(AT, "tiketi", "key", "").send("254712345678", "x"), outcome)


def test_no_outcome_repeats_whom_it_was_for() -> None:
    with responses.RequestsMock() as http:
        body = recipients(403) | {"number": "+254712345678"}
        assert "254712345678" not in json.dumps(repr(africas_talking(http, body, status=201)))
