"""However a Kenyan writes a number, the system knows it by one spelling; what is no such number is refused in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tiketi.phone import PhoneNumber, normalize

subscribers = st.from_regex(r"[17][0-9]{8}", fullmatch=True)
prefixes = st.sampled_from(["0", "", "254", "+254"])
separators = st.sampled_from(["", " ", "-", "(", ")", "\u00a0", "\u2011", "  "])


@given(subscriber=subscribers, prefix=prefixes, data=st.data())
def test_every_way_to_write_a_number_is_the_same_number(subscriber: str, prefix: str, data: st.DataObject) -> None:
    written = "".join(character + data.draw(separators) for character in prefix + subscriber)
    assert normalize(data.draw(separators) + written) == f"254{subscriber}"


@given(subscribers)
def test_a_normal_number_stays_as_it_is(subscriber: str) -> None:
    assert normalize(normalize(subscriber)) == normalize(subscriber)


@given(st.text(st.one_of(st.sampled_from("+0127 -()254"), st.characters()), max_size=20))
def test_any_text_becomes_a_kenyan_mobile_number_or_is_refused(text: str) -> None:
    try:
        number = normalize(text)
    except ValueError:
        return
    assert re.fullmatch(r"254[17][0-9]{8}", number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "0812345678",
        "020 271 2345",
        "071234567",
        "07123456789",
        "+0712345678",
        "+712345678",
        "00254712345678",
        "2540712345678",
        "+255712345678",
        "0712 345 67a",
        "0712.345.678",
        "\u0660\u0667\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        "0712345678; 0712345679",
    ],
)
def test_what_is_no_kenyan_mobile_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="0712 345 678") as refused:
        normalize(text)
    assert not text.strip() or text not in str(refused.value)


def test_a_field_says_phone_number_so_that_its_words_can_be_translated() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(PhoneNumber).validate_python("not a number")
    assert [(each["type"], each["msg"]) for each in refused.value.errors()] == [
        ("phone_number", "Enter a Kenyan mobile number, such as 0712 345 678.")
    ]
    assert TypeAdapter(PhoneNumber).validate_python("0712 345 678") == "254712345678"
