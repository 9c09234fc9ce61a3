"""A stadium's lists: fifty thousand tickets as CSV, each page small and no page dearer than the one before."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.unit.conftest import Api
from tiketi.ids import TICKET_CODE_ALPHABET, ticket_ids

TICKETS, OF_AN_ORDER = 50_000, 5
EVENT_ID = "01K9ZA7E5DF6G7H8J9K0XCVB3N"
ORGANIZER = ("01JD5QK7V1M8Z6T3W9XHAPN4EB", "organizer")
LAMBDA_MOST_BYTES = 6 * 1024 * 1024
NAME = "Wanjirũ wa Kamaũ, " + "Ŵ" * 80
"""About as long as a name may be."""


@dataclass
class Stadium:
    """DynamoDB with a full stadium in it, made up as it is asked for; counts what it gives out."""

    keys: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    calls: Counter[str] = field(default_factory=Counter[str])
    items: int = 0

    def __post_init__(self) -> None:
        for number in range(TICKETS):
            order = f"01JD5QK7V1M8Z6T3W9XH{number // OF_AN_ORDER:06d}-7K3MQ2W9E5R8T1Y6"
            ticket = ticket_ids(order, OF_AN_ORDER)[number % OF_AN_ORDER]
            first = TICKET_CODE_ALPHABET[number * 7 % 32]
            self.keys.setdefault(f"TICKETS#{EVENT_ID}#{first}", []).append(f"{first}{number:07d}#{ticket}")

    def answer(self, _: BaseClient, operation: str, params: dict[str, Any]) -> Any:
        self.calls[operation] += 1
        match operation:
            case "GetItem":
                return {"Item": _item(params["Key"])}
            case "BatchGetItem":
                [(table, asked)] = params["RequestItems"].items()
                self.items += len(asked["Keys"])
                return {"Responses": {table: [_item(key) for key in asked["Keys"]]}, "UnprocessedKeys": {}}
            case _:
                assert operation == "Query", "a list is never scanned"
                return self._query(params)

    def _query(self, params: dict[str, Any]) -> Any:
        values = params["ExpressionAttributeValues"]
        *place, _ = [values[name]["S"] for name in sorted(values)]
        partition, after = place[0], "".join(place[1:])
        later = [key for key in self.keys[partition] if key > after]
        page = later[: params["Limit"]]
        self.items += len(page)
        found = [{"GSI1PK": {"S": partition}, "GSI1SK": {"S": key}, "type": {"S": "ticket"}} for key in page]
        answer: dict[str, Any] = {"Items": found, "Count": len(found), "ScannedCount": len(found)}
        if len(later) > len(page):
            answer["LastEvaluatedKey"] = {"GSI1PK": {"S": partition}, "GSI1SK": {"S": page[-1]}}
        return answer


def _item(key: dict[str, Any]) -> dict[str, Any]:
    kind, _, rest = key["SK"]["S"].partition("#")
    customer = key["PK"]["S"].partition("#")[2]
    texts: dict[str, str]
    match kind:
        case "EVENT":
            texts = {"type": "event", "event_id": EVENT_ID, "organizer_id": ORGANIZER[0]}
        case "PROFILE":
            texts = {"type": "user", "user_id": customer, "name": NAME}
        case "PAYMENT":
            texts = {"type": "payment", "order_id": f"{customer}-{rest}", "order_status": "completed"}
            texts |= {"ticket_type": "Regular", "account_reference": "T7K3MQ2W9E5R", "phone_number": "254712345678"}
            texts |= {"paid_at": "2026-12-01T09:31:00Z", "receipt": "NLJ7RT61SV"}
            numbers = {"quantity": OF_AN_ORDER, "unit_price": 1000, "amount": 1000 * OF_AN_ORDER}
            return {**key, **_texts(texts), **{name: {"N": str(number)} for name, number in numbers.items()}}
        case _:
            texts = {"type": "ticket", "ticket_id": rest, "order_id": rest.rpartition("-")[0], "status": "valid"}
            texts |= {"ticket_type": "Regular", "code": "7K3M01XZ", "purchase_date": "2026-12-01T09:31:00Z"}
    return {**key, **_texts(texts)}


def _texts(texts: dict[str, str]) -> dict[str, Any]:
    return {name: {"S": text} for name, text in texts.items()}


@pytest.mark.parametrize(
    ("function", "column", "rows"),
    [("list_attendees", "ticket_id", TICKETS), ("list_event_orders", "order_id", TICKETS // OF_AN_ORDER)],
)
def test_a_full_stadium_is_one_file_of_small_pages(
    function: str, column: str, rows: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stadium = Stadium()
    monkeypatch.setattr(BaseClient, "_make_api_call", lambda *given: stadium.answer(*given))
    api, query, seen = Api(), {"format": "csv"}, set[str]()
    bodies, items, calls = list[int](), list[int](), list[Counter[str]]()
    columns: list[str] = []
    while query:
        stadium.items, stadium.calls = 0, Counter()
        answer = api(f"sales/{function}", path_parameters={"event_id": EVENT_ID}, user=ORGANIZER, query=query)
        page = list(csv.reader(io.StringIO(answer.body.decode().removeprefix("\ufeff"), newline="")))
        if not columns:
            columns = page.pop(0)
        ids = [row[columns.index(column)] for row in page]
        assert len(ids) == len({*ids}) and not seen & {*ids}, "a row comes twice"
        seen |= {*ids}
        bodies, items, calls = [*bodies, len(answer.body)], [*items, stadium.items], [*calls, stadium.calls]
        link = answer.headers.get("Link", "")
        query = dict(part.split("=", 1) for part in link.removeprefix("<?").partition(">")[0].split("&") if part)
    with capsys.disabled():
        most = max(call.total() for call in calls)
        print(f"\n{function}: {rows:,} rows, {len(bodies)} pages, the largest {max(bodies):,} bytes, {most} calls")
    assert len(seen) == rows
    assert len(bodies) == TICKETS // 2_000
    assert max(bodies) * 4 / 3 < LAMBDA_MOST_BYTES / 4, "base64 makes four bytes of three"
    assert max(items) <= 3 * 2_000, "a page knows more than its own rows"
    assert max(call.total() for call in calls) <= 1 + 4 + 2 * 20, "a page costs more than its own rows"
