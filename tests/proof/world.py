"""Everything around the functions: clients that ask, a clock, the queue, the stream, the sweep, and Safaricom.

The functions are the deployed ones, called by their handlers with the events AWS would send; which changes reach
which function, and how long each may run, is read from the template.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from tests.proof.cloud import Change, Cloud, Crash, Invocation, Item, Key
from tests.proof.mpesa_initiator import Mpesa
from tests.proof.phones import Deed, Habit, Phones, Prompt
from tests.proof.template import (
    ADVANCE_REFUND,
    BUY,
    CALLBACK,
    CANCEL,
    CANCEL_EVENT,
    CHECK,
    CONFIRMATION,
    END_ORDERS,
    FINALIZE,
    LISTINGS,
    RECONCILE,
    REFUND_RESULT,
    SWEEP,
    SWEEP_REFUNDS,
    matches,
    stream_filters,
    timeouts,
)
from tests.unit.conftest import LAMBDA_CONTEXT, load_function
from tiketi.ids import repeatable_order_id
from tiketi.payments.confirmations import confirmation_token
from tiketi.payments.items import payment_key
from tiketi.payments.waiting_line import QUESTIONS
from tiketi.sales.stock import stock_key

START = 1_780_000_000
"""A moment in 2026, in seconds since 1970."""
SWEEP_SECONDS = 300
VISIBILITY_SECONDS = 120
"""Of the queue of checks; that of refunds has more."""
MOST_RECEIVES = 5
STREAM_ATTEMPTS = 11
HAND = "HAND"
"""How receipts of money begin that was paid without a prompt."""
GIVEN_BACK = {("completed", "refund_pending"), ("completed", "cancelled")}
GIVEN_BACK_BECAUSE = ("cancelled_by_request", "event_cancelled")


@dataclass
class Purchase:
    """What a customer wants, and every answer he was given: a status and a code; None when the function died."""

    user_id: str
    key: str
    event_id: str
    tier: str
    quantity: int
    phone: str
    answers: list[tuple[int, str] | None] = field(default_factory=list[tuple[int, str] | None])

    @property
    def order_id(self) -> str:
        return repeatable_order_id(self.user_id, self.key)

    @property
    def sold_out(self) -> bool:
        return bool(self.answers) and (self.answers[-1] or (0, ""))[1] in ("sold_out", "too_few_left")


@dataclass
class HandPayment:
    """Money that reached the short code without a prompt; its payer typed the reference."""

    number: int
    reference: str
    order_id: str
    """Empty for money of no order."""
    amount: int
    confirmed: bool = False

    @property
    def receipt(self) -> str:
        return f"{HAND}{self.number:06d}"


@dataclass
class Message:
    """A message of the queue."""

    body: str
    at: int
    receives: int = 0

    @property
    def order_id(self) -> str:
        """The order that is to be checked; empty when it is a message of another queue."""
        return json.loads(self.body).get("order_id", "")

    @property
    def function(self) -> str:
        if self.order_id:
            return CHECK
        return END_ORDERS if "turn" in json.loads(self.body) else ADVANCE_REFUND

    @property
    def subject(self) -> str:
        if self.function == END_ORDERS:
            return "the cancelled event"
        return self.order_id[-4:] or f"refund {json.loads(self.body)['refund_id'][43:][-12:]}"


@dataclass
class Record:
    """A change on its way from the stream to a function."""

    function: str
    key: Key
    event: Item
    attempts: int = 0


class World:
    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.time = START
        self.story: list[str] = []
        self.breaches: list[str] = []
        self.purchases: dict[str, Purchase] = {}
        self.phones = Phones(cloud, lambda: self.time)
        self.phones.on_ring = self._rings
        self.mpesa = Mpesa(cloud, self.at)
        self.mpesa.post = self._post_result
        self.messages: list[Message] = []
        self.records: list[Record] = []
        self.past: list[Record] = []
        self.timerless: set[str] = set()
        self.assured: set[str] = set()
        """Orders that held all their stock when their payment, PENDING until then, became PAID."""
        self.noticed: set[str] = set()
        """Orders whose tickets were put on their way to the customer."""
        self.given: set[str] = set()
        """Tickets whose new holders are being told of them."""
        self.questions: list[int] = []
        """When each question was taken out of the bucket."""
        self.let_in: Counter[str] = Counter()
        """How often the gate let somebody in, by ticket."""
        self.passed_on: dict[str, str] = {}
        """To whom tickets were passed on, as their holders were told."""
        self.voided: set[str] = set()
        """Tickets that the organizer was told are void."""
        self.given_back: set[str] = set()
        """Orders that their customers were told have ended."""
        self.hand_payments: list[HandPayment] = []
        self.accepted: set[str] = set()
        """Receipts for which an operator has vouched."""
        self.returned_by_hand: Counter[str] = Counter()
        """How often an operator has sent money back himself, by refund."""
        self.changes: list[object] = []
        """What the organizer has changed."""
        self.put_aside: list[Message] = []
        """In the failure queue, until somebody brings it back."""
        self.agenda: list[tuple[int, Callable[[], object]]] = []
        self.deliveries_of_a_record = 1
        self.invocations = 0
        cloud.points, cloud.plan, cloud.ambushes, cloud.struck, cloud.running = [], {}, [], [], []
        cloud.now = lambda: self.time
        cloud.on_strike = lambda kind, point: self.tell(f"!!! {kind}, {point.function}: {point.call}")
        cloud.on_change = self._changed
        cloud.on_message = self._sent

    def tell(self, words: str) -> None:
        self.story.append(f"{self.time - START:5}s  {'    ' * len(self.cloud.running)}{words}")

    @property
    def deeds(self) -> Mapping[str, Collection[object]]:
        """What of the rarer things was done, for the proof to say how often."""
        return {
            "orders given back": self.given_back,
            "tickets passed on": self.passed_on,
            "tickets made void": self.voided,
            "tickets used": self.let_in,
            "payments by hand": [each for each in self.hand_payments if each.confirmed],
            "payments accepted by a person": self.accepted,
            "refunds by hand": self.returned_by_hand,
            "events changed": self.changes,
        }

    # --- Functions -----------------------------------------------------------------------------------------------

    def invoke(self, function: str, event: Item) -> Any:
        """Raises Crash when the process died."""
        module = _module(function, len(self.cloud.running))
        stand_ins = {"daraja": lambda: self.phones, "Initiator": lambda *given: self.mpesa}
        module.__dict__.update({name: each for name, each in stand_ins.items() if name in module.__dict__})
        self.invocations += 1
        self.cloud.running.append(Invocation(function, self.invocations, self.time + timeouts()[function]))
        try:
            return module.handler(event, LAMBDA_CONTEXT)
        finally:
            self.cloud.running.pop()

    def request(self, function: str, body: str, **event: Any) -> tuple[int, str] | None:
        """An HTTP request: the status and the error's code; None when the function died (API Gateway says 502)."""
        request = {"httpMethod": "POST", "path": "/", "body": body, "isBase64Encoded": False, **event}
        try:
            answer = self.invoke(function, request)
        except Crash:
            return None
        return answer["statusCode"], json.loads(answer["body"]).get("code", "")

    # --- Customers -----------------------------------------------------------------------------------------------

    def buy(self, purchase: Purchase, habit: Habit | None = None) -> Purchase:
        if habit:
            self.phones.habits[purchase.phone] = habit
        self.purchases[purchase.order_id] = purchase
        wanted = {
            "event_id": purchase.event_id,
            "ticket_type": purchase.tier,
            "quantity": purchase.quantity,
            "phone_number": purchase.phone,
        }
        self.tell(f"{_name(purchase)} asks for {purchase.quantity} {purchase.tier} on {purchase.phone[-2:]}")
        answer = self.request(
            BUY,
            json.dumps(wanted),
            headers={"Content-Type": "application/json", "Idempotency-Key": purchase.key},
            requestContext={
                "requestId": "request",
                "identity": {"sourceIp": "10.0.0.1"},
                "authorizer": {"user_id": purchase.user_id, "role": "customer"},
            },
        )
        purchase.answers.append(answer)
        self.tell(f"{_name(purchase)} is answered {answer or 'nothing: the function died'}")
        return purchase

    def order(self, purchase: Purchase, habit: Habit | None = None, retries: tuple[int, ...] = ()) -> None:
        """Buys, and asks again with the same key, so many seconds after the first time, while there is no answer."""
        self.buy(purchase, habit)

        def ask_again() -> None:
            answer = purchase.answers[-1]
            if answer is None or answer[0] >= 500 or answer[1] == "request_in_progress":
                self.buy(purchase)

        for delay in retries:
            self.at(delay, ask_again)

    def give_back(self, purchase: Purchase) -> None:
        """Once and, where there was no answer, once more."""
        answer = None
        for _ in range(2):
            answer = answer or self.request(
                CANCEL,
                "",
                pathParameters={"order_id": purchase.order_id},
                requestContext={"authorizer": {"user_id": purchase.user_id, "role": "customer"}},
            )
        self.tell(f"{_name(purchase)} gives the order back: {answer or 'the function died'}")

    def cancel_event(self, event_id: str, organizer_id: str) -> None:
        """Once: what a crash leaves undone must be done without the organizer."""
        answer = self.request(
            CANCEL_EVENT,
            "",
            pathParameters={"event_id": event_id},
            requestContext={"authorizer": {"user_id": organizer_id, "role": "organizer"}},
        )
        self.tell(f"the organizer cancels the event: {answer or 'the function died'}")

    def _rings(self, prompt: Prompt) -> None:
        self.tell(f"phone {prompt.phone[-2:]} rings for {prompt.order_id[-4:]}, KES {prompt.amount}")
        for other in self.phones.prompts:
            if other is not prompt and other.phone == prompt.phone and other.deed is None and self._is_open(other):
                self.breaches.append(f"phone {prompt.phone[-2:]} rings again while a prompt is open on it")
        habit = prompt.habit
        if habit.early:
            self.act(prompt, habit.deed or "pay")
            for _ in habit.callbacks:
                self.call_back(prompt)
        elif habit.deed is not None:
            deed = habit.deed
            self.at(habit.after, lambda: self.act(prompt, deed))
            for delay in habit.callbacks:
                self.at(habit.after + delay, lambda: self.call_back(prompt))
            for delay in habit.confirmations:
                self.at(habit.after + delay, lambda: self.confirm(prompt))

    def _is_open(self, prompt: Prompt) -> bool:
        """One for an order that was paid by hand meanwhile keeps nobody from buying."""
        payment = self.cloud.table.read(payment_key(prompt.order_id))
        by_hand = payment is not None and payment.get("receipt", {"S": ""})["S"].startswith(HAND)
        return payment is not None and not by_hand and self.time < int(payment["expires_at"]["N"])

    def act(self, prompt: Prompt, deed: Deed) -> None:
        if prompt.act(deed):
            self.tell(f"on phone {prompt.phone[-2:]}, for {prompt.order_id[-4:]}: {deed}")

    # --- Safaricom -----------------------------------------------------------------------------------------------

    def call_back(self, prompt: Prompt, **lies: Any) -> int | None:
        """Delivers a callback, once: Daraja was never seen to repeat one for a 500."""
        answer = self.request(
            CALLBACK,
            prompt.callback(**lies),
            pathParameters={"token": prompt.token},
            requestContext={"requestId": "callback", "identity": {"sourceIp": "196.201.212.69"}},
        )
        status = answer and answer[0]
        if not lies:
            prompt.answers.append((prompt.deed, status))
        self.tell(f"callback for {prompt.order_id[-4:]} {lies or ''}: {status or 'the function died'}")
        return status

    def confirm(self, prompt: Prompt) -> None:
        """Delivers C2B's confirmation of what was paid, once."""
        token = confirmation_token()
        answer = self.request(CONFIRMATION, prompt.confirmation(), pathParameters={"token": token})
        prompt.confirmed = prompt.confirmed or bool(answer and answer[0] == 200)
        self.tell(f"confirmation for {prompt.order_id[-4:]}: {(answer and answer[0]) or 'the function died'}")

    def _sent(self, body: str, delay: int) -> None:
        message = json.loads(body)
        if message.get("kind") == "tickets_issued":
            self.tell(f"the tickets of {message['params']['order_id'][-4:]} are on their way")
            self.noticed.add(message["params"]["order_id"])
        elif message.get("kind") == "ticket_transferred":
            self.tell(f"the new holder of {message['params']['ticket_id'][-6:]} is told")
            self.given.add(message["params"]["ticket_id"])
        elif "kind" in message:
            self.tell(f"the customer is to be told: {message['kind']}")
        else:
            self.messages.append(Message(body, self.time + delay))

    def _post_result(self, url: str, body: str) -> None:
        """M-PESA posts the result of a refund, once."""
        token, what = url.split("/")[-2:]
        answer = self.request(
            REFUND_RESULT,
            body,
            path=f"/refunds/{token}/{what}",
            pathParameters={"token": token},
            requestContext={"requestId": "result", "identity": {"sourceIp": "196.201.212.69"}},
        )
        self.tell(f"{what} of a refund: {(answer and answer[0]) or 'the function died'}")

    # --- Timers --------------------------------------------------------------------------------------------------

    def receive(self, message: Message) -> None:
        """The queue hands a message over; one that failed is seen again later, and at last put aside."""
        self.messages.remove(message)
        message.receives += 1
        event = {"Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": message.body, "attributes": {}}]}
        done = self._delivered(message.function, event)
        self.tell(f"{message.subject} is looked at: {'done' if done else 'died or failed'}")
        if done:
            return
        if message.receives < MOST_RECEIVES:
            message.at = self.time + VISIBILITY_SECONDS
            self.messages.append(message)
        else:
            self.lose(message)

    def lose(self, message: Message) -> None:
        self.tell(f"the timer of {message.subject} is lost")
        if message.order_id:
            self.timerless.add(message.order_id)
        elif message.function == END_ORDERS:
            self.put_aside.append(message)
        self.messages = [each for each in self.messages if each is not message]

    def redrive(self) -> None:
        """An alarm has told an operator of what lies in the failure queue."""
        for message in self.put_aside:
            self.tell(f"{message.subject} is brought back")
            self.messages.append(Message(message.body, self.time))
        self.put_aside = []

    def sweep(self) -> None:
        self._scheduled(SWEEP, SWEEP_REFUNDS)

    def reconcile(self) -> None:
        self._scheduled(RECONCILE)

    def _scheduled(self, *functions: str) -> None:
        for function in functions:
            try:
                self.tell(f"{function}: {self.invoke(function, {})}")
            except (Crash, Exception):
                self.tell(f"{function}: died or failed")

    def _delivered(self, function: str, event: Item) -> bool:
        try:
            answer = self.invoke(function, event)
        except (Crash, Exception):
            return False
        return not answer["batchItemFailures"]

    # --- The stream ----------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        self._watch(change)
        name = "INSERT" if change.old is None else "REMOVE" if change.new is None else "MODIFY"
        images = {"OldImage": change.old, "NewImage": change.new}
        seen: Item = {
            "eventID": "1",
            "eventName": name,
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "SequenceNumber": "1",
                "Keys": {"PK": {"S": change.key[0]}, "SK": {"S": change.key[1]}},
                **{image: item for image, item in images.items() if item is not None},
            },
        }
        for function, patterns in stream_filters().items():
            if any(matches(pattern, seen) for pattern in patterns):
                self.records.append(Record(function, change.key, seen))

    def deliver(self, record: Record) -> None:
        """The oldest record of its item; one that failed stays the oldest, until it has failed too often."""
        record.attempts += 1
        batch = [record]
        if record.function == LISTINGS:
            batch = [each for each in self.records if each.function == LISTINGS] or [record]
        done = self._delivered(record.function, {"Records": [each.event for each in batch]})
        if record.function == FINALIZE:
            self.past.append(record)
            self.tell(f"finalizer of {record.key[1][-4:]}: {'done' if done else 'died or failed'}")
        if done or record.attempts >= STREAM_ATTEMPTS:
            self.records = [each for each in self.records if each not in batch]

    def deliver_all(self) -> None:
        while self.records:
            record = self.records[0]
            for _ in range(self.deliveries_of_a_record):
                self.deliver(record)

    def replay(self) -> None:
        """Every record that the finalizer ever had comes once more, each order's last one."""
        for record in {record.key: record for record in [*self.past, *self.records]}.values():
            if record.function == FINALIZE:
                done = self._delivered(FINALIZE, {"Records": [record.event]})
                self.tell(f"finalizer of {record.key[1][-4:]}, once more: {'done' if done else 'died or failed'}")

    def _watch(self, change: Change) -> None:
        """What no payment may do, and no question, looked at with each write."""
        if change.old and change.new and change.key[0] == QUESTIONS:
            if change.new["asked"]["N"] != change.old["asked"]["N"]:
                self.questions.append(self.time)
            return
        if change.old is None or change.new is None or change.new["type"]["S"] != "payment":
            return
        money = change.old["status"]["S"], change.new["status"]["S"]
        order = change.old["order_status"]["S"], change.new["order_status"]["S"]
        name = change.key[1][-4:]
        if money[0] != money[1]:
            self.tell(f"{name} becomes {money[1]}")
            if money == ("PENDING", "PAID") and self._holds(change.new):
                self.assured.add(change.new["order_id"]["S"])
            if money[0] == "PAID":
                self.breaches.append(f"{name} was PAID and became {money[1]}")
            if money[1] == "EXPIRED" and self.time < int(change.new["expires_at"]["N"]):
                self.breaches.append(f"{name} expired before its deadline")
        if order[0] != order[1]:
            self.tell(f"{name} is {order[1]}")
            ended = order[0] in ("completed", "refund_pending", "refunded")
            ended = ended or (order[0] == "cancelled" and money[0] == "PAID")
            given_back = change.new["reason"]["S"] in GIVEN_BACK_BECAUSE and order in GIVEN_BACK
            if ended and order != ("refund_pending", "refunded") and not given_back:
                self.breaches.append(f"{name} was {order[0]} and became {order[1]}")

    def payment(self, order_id: str) -> Item:
        found = self.cloud.table.read(payment_key(order_id))
        assert found, f"no order {order_id}"
        return found

    def _holds(self, payment: Item) -> bool:
        found = 0
        for number in range(int(payment["pool_shards"]["N"])):
            key = stock_key(payment["event_id"]["S"], payment["pool"]["S"], number)
            shard = self.cloud.table.read((key, "STOCK"))
            entry = (shard or {"entries": {"M": {}}})["entries"]["M"].get(payment["order_id"]["S"])
            found += int(entry["M"]["n"]["N"]) if entry else 0
        return found == int(payment["quantity"]["N"])

    # --- Time ----------------------------------------------------------------------------------------------------

    def at(self, seconds: int, action: Callable[[], object]) -> None:
        """Has something done so many seconds from now."""
        self.agenda.append((self.time + seconds, action))

    def run(self, seconds: int) -> None:
        """Lets time pass: whatever is due happens in its order, and the stream brings each change at once."""
        end = self.time + seconds
        self.deliver_all()
        while True:
            message = min(self.messages, key=lambda each: each.at, default=None)
            planned = min(self.agenda, key=lambda each: each[0], default=None)
            if message and message.at <= end and (planned is None or message.at < planned[0]):
                self.time = max(self.time, message.at)
                self.receive(message)
            elif planned and planned[0] <= end:
                self.agenda.remove(planned)
                self.time = max(self.time, planned[0])
                planned[1]()
            else:
                break
            self.deliver_all()
        self.time = max(self.time, end)


def _name(purchase: Purchase) -> str:
    return f"customer {purchase.user_id[-1]} ({purchase.order_id[-4:]})"


@cache
def _module(function: str, depth: int) -> ModuleType:
    """Each nested invocation is an execution environment of its own."""
    return load_function(function)
