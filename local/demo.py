"""People and events to click through, made through the API like anybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from local.problems import StackProblem

PASSWORD = "karibu-tamasha-2026"
ORGANIZER = {
    "email": "organizer@example.com",
    "name": "Wanjiru Kamau",
    "phone_number": "0722000001",
    "role": "organizer",
}
CUSTOMER = {
    "email": "customer@example.com",
    "name": "Otieno Odhiambo",
    "phone_number": "0722000002",
    "role": "customer",
}
SECONDS_PER_CALL = 60
NAIROBI_FROM_UTC = timedelta(hours=3)

type Tiers = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class DemoEvent:
    """Starts `days` from now at `hour`, Nairobi time, and lasts `hours`. Prices are whole KES."""

    title: str
    description: str
    location: str
    category: str
    tags: str
    days: int
    hour: int
    hours: int
    tiers: Tiers

    def as_request(self, now: datetime) -> dict[str, Any]:
        day = (now + NAIROBI_FROM_UTC + timedelta(days=self.days)).replace(hour=self.hour, minute=0)
        return {
            "title": self.title,
            "description": self.description,
            "location": self.location,
            "category": self.category,
            "tags": self.tags,
            "start_date": f"{day:%Y-%m-%dT%H:%M}",
            "end_date": f"{day + timedelta(hours=self.hours):%Y-%m-%dT%H:%M}",
            "image_url": "",
            "ticket_tiers": {name: dict(tier) for name, tier in self.tiers.items()},
            "total_tickets": sum(tier["capacity"] for tier in self.tiers.values()),
        }


EVENTS = (
    DemoEvent(
        title="Benga Nights at the Park",
        description="Guitars from Nyanza until late, with three bands and a nyama choma yard.",
        location="Uhuru Gardens, Nairobi",
        category="Concert",
        tags="music,benga,outdoor",
        days=19,
        hour=18,
        hours=6,
        tiers={
            "Early Bird": {"price": 500, "capacity": 50},
            "Regular": {"price": 1000, "capacity": 300},
            "VIP": {"price": 3500, "capacity": 40},
        },
    ),
    DemoEvent(
        title="Mashemeji Derby: Lakeside against Sunset",
        description="The Sunday match everybody has an opinion about. Gates open two hours before kick-off.",
        location="Moi International Sports Centre, Kasarani",
        category="Sports",
        tags="football,derby",
        days=12,
        hour=15,
        hours=3,
        tiers={"Terrace": {"price": 200, "capacity": 800}, "Main Stand": {"price": 500, "capacity": 200}},
    ),
    DemoEvent(
        title="Serverless Savannah",
        description="A day of talks on running software for East Africa, and an evening of hallway talk.",
        location="KICC, Nairobi",
        category="Conference",
        tags="technology,cloud,conference",
        days=33,
        hour=9,
        hours=8,
        tiers={"Student": {"price": 1500, "capacity": 30}, "Standard": {"price": 6500, "capacity": 120}},
    ),
    DemoEvent(
        title="Nyali Beach Clean-up",
        description="Bring a hat and a friend. Gloves, bags and chai are provided.",
        location="Nyali Beach, Mombasa",
        category="Community",
        tags="community,environment,free",
        days=6,
        hour=7,
        hours=4,
        tiers={"Volunteer": {"price": 0, "capacity": 150}},
    ),
    DemoEvent(
        title="Taste of the Rift",
        description="Cooks from Nakuru to Eldoret, a table for each, and a cup for the best mursik.",
        location="Nakuru Athletics Club, Nakuru",
        category="Food",
        tags="food,family",
        days=25,
        hour=11,
        hours=7,
        tiers={"Adult": {"price": 800, "capacity": 200}, "Child": {"price": 300, "capacity": 100}},
    ),
)


@dataclass(frozen=True)
class Demo:
    event_id: str
    """An event one can buy a ticket for, of tier `ticket_type`."""
    ticket_type: str


def load_demo_data(api_url: str, events: Sequence[DemoEvent] = EVENTS) -> Demo:
    """Raises StackProblem with the API's own words when it refuses something."""
    token = _post(api_url, "/register", {**ORGANIZER, "password": PASSWORD})["access_token"]
    _post(api_url, "/register", {**CUSTOMER, "password": PASSWORD})
    now = datetime.now(UTC)
    made = [_post(api_url, "/events", event.as_request(now), token=token) for event in events]
    return Demo(event_id=str(made[0]["id"]), ticket_type=next(iter(events[0].tiers)))


def _post(api_url: str, path: str, body: Mapping[str, Any], token: str | None = None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.post(f"{api_url}{path}", json=body, headers=headers, timeout=SECONDS_PER_CALL)
    if answer.status_code != 201:
        raise StackProblem(f"demo data: POST {path} answered {answer.status_code}: {answer.text}")
    return answer.json()
