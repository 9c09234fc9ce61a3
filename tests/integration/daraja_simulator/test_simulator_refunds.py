"""Reversal, B2C, Transaction Status and C2B through HTTP."""

from typing import Any

import pytest

PHONE = "254708374149"
REVERSAL = "/mpesa/reversal/v1/request"
B2C = "/mpesa/b2c/v3/paymentrequest"
STATUS = "/mpesa/transactionstatus/v1/query"


@pytest.fixture
def receipt(merchant: Any, phones: Any, listener: Any) -> str:
    """Of a payment of KES 500."""
    phones.plan()
    merchant.push()
    return listener.next().items["MpesaReceiptNumber"]


def reverse(merchant: Any, receipt: str, **changes: Any) -> dict[str, Any]:
    body = {
        "CommandID": "TransactionReversal",
        "TransactionID": receipt,
        "Amount": "500",
        "ReceiverParty": merchant.credentials.short_code,
        "RecieverIdentifierType": "11",
    }
    return merchant.initiate(REVERSAL, **(body | changes)).json()


def pay_out(merchant: Any, conversation: str, **changes: Any) -> Any:
    body = {
        "OriginatorConversationID": conversation,
        "CommandID": "BusinessPayment",
        "Amount": "100",
        "PartyA": "600000",
        "PartyB": PHONE,
    }
    return merchant.initiate(B2C, **(body | changes))


def parameters(result: dict[str, Any]) -> dict[str, Any]:
    return {item["Key"]: item["Value"] for item in result["ResultParameters"]["ResultParameter"]}


def test_a_payment_is_reversed_once_and_the_second_time_is_r000001(merchant: Any, receipt: str, listener: Any) -> None:
    acknowledged = reverse(merchant, receipt)
    assert acknowledged["ResponseCode"] == "0"
    result = listener.next().body["Result"]
    assert (result["ResultCode"], result["ConversationID"]) == (0, acknowledged["ConversationID"])
    assert parameters(result)["OriginalTransactionID"] == receipt

    reverse(merchant, receipt)
    assert listener.next().body["Result"]["ResultCode"] == "R000001"


def test_a_reversed_payment_is_back_on_the_customers_phone(
    merchant: Any, receipt: str, phones: Any, listener: Any
) -> None:
    reverse(merchant, receipt)
    listener.next()
    message = phones.tell("GET", f"phones/{PHONE}").json()["messages"][0]["text"]
    assert f"Your transaction {receipt} has been reversed" in message and "Ksh500.00" in message


def test_a_reversal_can_fail_for_insufficient_funds_and_succeed_later(
    merchant: Any, receipt: str, phones: Any, listener: Any
) -> None:
    phones.tell("PUT", "initiator/reversal", result_code="1", times=1).raise_for_status()
    reverse(merchant, receipt)
    assert listener.next().body["Result"]["ResultCode"] == 1
    reverse(merchant, receipt)
    assert listener.next().body["Result"]["ResultCode"] == 0


def test_a_queue_timeout_comes_before_the_result_and_decides_nothing(
    merchant: Any, receipt: str, phones: Any, listener: Any
) -> None:
    phones.tell("PUT", "initiator/reversal", queue_timeout=True, delay_seconds=0).raise_for_status()
    reverse(merchant, receipt)
    assert [listener.next().path for _ in range(2)] == ["/timeout", "/result"]


def test_a_result_can_come_twice_and_with_a_single_parameter(
    merchant: Any, receipt: str, phones: Any, listener: Any
) -> None:
    phones.tell("PUT", "initiator/reversal", copies=2, single_parameter=True).raise_for_status()
    reverse(merchant, receipt)
    first, second = listener.next().body, listener.next().body
    assert first == second
    assert first["Result"]["ResultParameters"]["ResultParameter"]["Key"] == "DebitAccountBalance"


def test_a_wrong_initiator_is_told_only_by_the_result(merchant: Any, receipt: str, listener: Any) -> None:
    assert reverse(merchant, receipt, Initiator="somebody")["ResponseCode"] == "0"
    assert listener.next().body["Result"]["ResultCode"] == 2001
    reverse(merchant, receipt, SecurityCredential="not base64")
    assert listener.next().body["Result"]["ResultCode"] == 2001


def test_an_unknown_receipt_is_r000002(merchant: Any, listener: Any) -> None:
    reverse(merchant, "NLJ7RT61SV")
    assert listener.next().body["Result"]["ResultCode"] == "R000002"


def test_a_payout_reaches_the_phone_and_its_id_counts_once(merchant: Any, phones: Any, listener: Any) -> None:
    assert pay_out(merchant, "order-1").json()["OriginatorConversationID"] == "order-1"
    repeated = pay_out(merchant, "order-1")
    assert (repeated.status_code, repeated.json()["errorCode"]) == (500, "500.002.1001")
    result = listener.next().body["Result"]
    assert parameters(result)["TransactionAmount"] == 100
    assert "received Ksh100.00" in phones.tell("GET", f"phones/{PHONE}").json()["messages"][0]["text"]


def test_a_payout_whose_answer_was_lost_was_made_all_the_same(merchant: Any, phones: Any, listener: Any) -> None:
    phones.tell("PUT", "initiator/b2c", answer="500.003.01", times=1).raise_for_status()
    assert pay_out(merchant, "order-2").status_code == 500
    assert listener.next().body["Result"]["ResultCode"] == 0
    assert pay_out(merchant, "order-2").json()["errorCode"] == "500.002.1001"


def test_a_payout_refused_for_load_was_not_made(merchant: Any, phones: Any, listener: Any) -> None:
    phones.tell("PUT", "initiator/b2c", answer="429", times=1).raise_for_status()
    assert pay_out(merchant, "order-3").status_code == 429
    assert pay_out(merchant, "order-3").status_code == 200


def test_the_status_of_a_receipt_and_of_a_payout_can_be_asked(merchant: Any, receipt: str, listener: Any) -> None:
    common = {"CommandID": "TransactionStatusQuery", "PartyA": merchant.credentials.short_code, "IdentifierType": "4"}
    merchant.initiate(STATUS, TransactionID=receipt, **common)
    assert parameters(listener.next().body["Result"])["ReceiptNo"] == receipt

    pay_out(merchant, "order-4")
    paid = listener.next().body["Result"]["TransactionID"]
    merchant.initiate(STATUS, OriginalConversationID="order-4", **common)
    assert parameters(listener.next().body["Result"])["ReceiptNo"] == paid


def test_a_paybill_payment_by_hand_comes_as_a_confirmation_of_strings(merchant: Any, listener: Any) -> None:
    short_code = merchant.credentials.short_code
    urls = {"ConfirmationURL": f"{listener.url}/c2b/confirm", "ValidationURL": f"{listener.url}/c2b/validate"}
    registration = {"ShortCode": short_code, "ResponseType": "Completed", **urls}
    merchant.call("/mpesa/c2b/v2/registerurl", registration)
    again = merchant.call("/mpesa/c2b/v2/registerurl", registration)
    assert again.json()["errorMessage"] == "Urls are already registered"

    payment = {"CommandID": "CustomerPayBillOnline", "Amount": 500, "Msisdn": PHONE, "BillRefNumber": "T9FKQ2M4XA"}
    merchant.call("/mpesa/c2b/v2/simulate", {"ShortCode": short_code, **payment})
    confirmation = listener.next().body
    assert confirmation["BillRefNumber"] == "T9FKQ2M4XA"
    assert confirmation["MSISDN"] == "2547 ***** 149"
    assert all(isinstance(value, str) for value in confirmation.values())
