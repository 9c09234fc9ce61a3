"""What is read of the result of a reversal, of a payment out or of a question."""

import json
from typing import Any

import pytest

from tiketi.errors import Refusal
from tiketi.payments.initiator_result import InitiatorResult, read_result


def body(parameters: Any = None, **changes: Any) -> str:
    result: dict[str, Any] = {
        "ResultCode": 0,
        "ResultDesc": "as it may be",
        "ConversationID": "AG_1",
        "OriginatorConversationID": "ours-1",
        "TransactionID": "SKE52PAWR9",
        "ResultParameters": parameters,
    }
    return json.dumps({"Result": {**result, **changes}})


def fee(**parameters: str) -> int:
    return InitiatorResult("0", "", "", "", "", parameters).fee


def test_every_field_is_read() -> None:
    one = {"Key": "Charge", "Value": 27.5}
    assert read_result(body({"ResultParameter": [one, {"Key": "DebitAccountType", "Value": "Utility"}]})) == (
        InitiatorResult(
            "0", "as it may be", "AG_1", "ours-1", "SKE52PAWR9", {"Charge": "27.5", "DebitAccountType": "Utility"}
        )
    )


def test_fields_that_are_missing_or_nested_are_empty() -> None:
    read = read_result('{"Result": {"ResultCode": "R000002", "ResultDesc": [1], "ConversationID": {"x": 1}}}')
    assert read == InitiatorResult("R000002", "", "", "", "", {})
    assert read_result(body(TransactionID=None)).transaction_id == ""


def test_one_parameter_may_come_without_a_list() -> None:
    assert read_result(body({"ResultParameter": {"Key": "a", "Value": 1}})).parameters == {"a": "1"}


def test_of_a_parameter_that_comes_twice_the_first_counts() -> None:
    twice = [{"Key": "a", "Value": 1}, "no parameter", {"Key": "a", "Value": 2}, {"Key": "b"}]
    assert read_result(body({"ResultParameter": twice})).parameters == {"a": "1", "b": ""}


@pytest.mark.parametrize("parameters", [None, [], "x", {}, {"ResultParameter": "x"}])
def test_parameters_of_another_shape_are_none(parameters: Any) -> None:
    assert read_result(body(parameters)).parameters == {}


def test_text_is_cut_and_made_fit_for_the_store() -> None:
    assert read_result(body(ResultDesc="x" * 201)).description == "x" * 200
    assert read_result(body(ResultDesc="a\ud800b")).description == "a?b"


def test_who_sends_what_cannot_be_read_is_told_which_it_was() -> None:
    with pytest.raises(Refusal) as broken:
        read_result("[" * 100_000)
    assert (broken.value.code, broken.value.params) == ("broken_json", {"detail": "it cannot be read"})
    for text in ("[]", "{}", '{"Result": {}}', '{"Result": ["ResultCode"]}', '{"Result": null}'):
        with pytest.raises(Refusal, match=r"^not_a_result$"):
            read_result(text)


def test_the_fee_is_rounded_up_to_a_shilling() -> None:
    assert fee(Charge="27.00") == 27
    assert fee(Charge="27.01") == 28
    assert fee(Charge="KES 5") == 5


def test_the_fee_is_the_last_part_of_the_debited_party_s_charges_where_no_charge_is_given() -> None:
    assert fee(DebitPartyCharges="Fee For B2C Payment|KES|22.40") == 23
    assert fee(Charge="7", DebitPartyCharges="Fee For B2C Payment|KES|22.40") == 7


def test_a_fee_that_is_not_said_is_none() -> None:
    assert fee() == 0
    assert fee(Charge="nothing") == 0
