"""An event with stock, a Daraja that answers as told, and a queue that remembers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tiketi import clock
from tiketi.catalogue.items import EventItem, event_key
from tiketi.ids import new_id
from tiketi.payments.daraja import Accepted, Refused, Unknown
from tiketi.payments.items import PaymentItem, find_payment
from tiketi.sales import stock
from tiketi.sales.buy_ticket import BuyTicket
from tiketi.sales.finalize import settle
from tiketi.sales.purchase import BuyTicketInput, Purchase
from tiketi.sales.resize import resize

PHONE = "254712345678"


@dataclass
class FakeDaraja:
    """Accepts every push, unless `answers` says otherwise; remembers what it was sent."""

    answers: list[Accepted | Refused | Unknown | Exception] = field(default_factory=list)
    pushes: list[dict[str, Any]] = field(default_factory=list)
    results: dict[str, tuple[str, str]] = field(default_factory=dict)
    on_push: Callable[[dict[str, Any]], None] | None = None

    def push(self, **sent: Any) -> Accepted | Refused | Unknown:
        self.pushes.append(sent)
        if self.on_push:
            self.on_push(sent)
        answer = self.answers.pop(0) if self.answers else Accepted(f"m-{len(self.pushes)}", f"ws_CO_{len(self.pushes)}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def query(self, checkout_request_id: str, now: datetime) -> tuple[str, str] | None:
        return self.results.get(checkout_request_id)


@dataclass
class FakeQueue:
    asked: list[tuple[str, int, int]] = field(default_factory=list)
    asked_once: list[str] = field(default_factory=list)

    def ask(self, order_id: str, attempt: int, delay_seconds: int) -> None:
        self.asked.append((order_id, attempt, delay_seconds))

    def ask_once(self, order_id: str) -> None:
        self.asked_once.append(order_id)


class Shop:
    """One event on sale and what a test does with it."""

    def __init__(self) -> None:
        self.daraja = FakeDaraja()
        self.queue = FakeQueue()
        self.event_id = new_id()
        self.customers = 0

    def open(self, capacity: int = 10, price: int = 500, shards: int = 1, **tier: Any) -> None:
        pools = {"VIP": {"capacity": capacity, "shards": shards}}
        stock.create_shards(self.event_id, pools)  # pyright: ignore[reportArgumentType]
        EventItem(
            event_key(self.event_id),
            "EVENT",
            event_id=self.event_id,
            organizer_id=new_id(),
            title="Blankets and Wine",
            location="Ngong Racecourse, Nairobi",
            category="Concert",
            start_date="2099-12-24T15:00:00Z",
            end_date="2099-12-24T20:00:00Z",
            tiers={"VIP": {"price": price, "capacity": capacity, **tier}},
            pools=pools,
            total_tickets=capacity,
            created_at="2026-01-01T00:00:00Z",
        ).save()
        self.pool = stock.Pool(self.event_id, "VIP", shards)

    def grow(self, capacity: int) -> None:
        size = resize(self.event_id, "VIP", {"capacity": 0, "shards": self.pool.shards}, capacity)
        EventItem(event_key(self.event_id), "EVENT").update([EventItem.pools.set({"VIP": size})])
        self.pool = stock.Pool(self.event_id, "VIP", size["shards"])

    def buy(self, quantity: int = 1, *, phone: str | None = None, key: str = "", user_id: str = "") -> PaymentItem:
        self.customers += 1
        wanted = BuyTicketInput(
            event_id=self.event_id,
            ticket_type="VIP",
            quantity=quantity,
            phone_number=phone or f"2547{self.customers:08d}",
        )
        purchase = Purchase(
            user_id=user_id or new_id(),
            wanted=wanted,
            idempotency_key=key,
            callback_base="https://api.tiketi.example/v1",
            correlation_id="request-1",
        )
        buy = BuyTicket(self.daraja, self.queue)  # pyright: ignore[reportArgumentType]
        return buy(purchase)

    def settle(self, payment: PaymentItem) -> PaymentItem:
        settle(payment.order_id, clock.epoch_now())
        return self.payment(payment)

    def payment(self, payment: PaymentItem) -> PaymentItem:
        found = find_payment(payment.order_id)
        assert found
        return found

    def figures(self) -> tuple[int, int, int]:
        """Available, held, sold; and the first invariant while we are there."""
        shards = stock.read_shards(self.pool)
        for shard in shards:
            assert shard.available + shard.held + shard.sold == shard.capacity
            assert min(shard.available, shard.held, shard.sold) >= 0
        figures = stock.figures_of(shards)
        return figures.available, figures.held, figures.sold
