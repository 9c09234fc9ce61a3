"""What the API answers, as models: the functions build dictionaries, so their shapes are written down here.

The tests hold them against what the code and a running stack really answer.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from tiketi.admission.rules import Outcome
from tiketi.catalogue.items import Tier
from tiketi.messages import Language
from tiketi.payments.order_status import OrderStatus

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Role = Literal["customer", "organizer"]
PaymentStatus = Literal["pending", "completed", "cancelled", "failed"]


class Profile(BaseModel):
    name: str


class User(BaseModel):
    id: str
    email: str
    role: Role
    phone_number: str
    name: str
    language: Language
    profile: Profile


class Session(BaseModel):
    success: Literal[True]
    message: str
    access_token: str
    user: User


class Registered(User, Session):
    pass


class Done(BaseModel):
    message: str


class UserUpdated(Done):
    user: User


class Event(BaseModel):
    id: str
    organizer_id: str
    status: Literal["draft", "published", "cancelled"]
    title: str
    description: str
    location: str
    category: str
    tags: str
    tag_list: list[str]
    start_date: Time
    end_date: Time
    image_url: str
    ticket_tiers: dict[str, Tier]
    total_tickets: int
    refund_until_hours: int | None
    refund_percent: int
    tickets_sold: int


class EventUpdated(Done):
    event: Event


class EventPage(BaseModel):
    events: list[Event]
    total_pages: int
    current_page: int
    total_events: int
    per_page: int
    next_cursor: str | None


class PopularEvents(BaseModel):
    popular_events: list[Event]


class CategoryCount(BaseModel):
    count: int


class Cancellation(BaseModel):
    event_id: str
    state: Literal["ending_orders", "refunding", "done"]
    cancelled_at: Time
    finished_at: Time | None
    tickets_left: int
    orders_ended: int
    orders_to_refund: int
    orders_refunded: int
    amount_to_refund: int
    amount_refunded: int


class OrganizerEvent(Event):
    tickets_purchased: int


class OrganizerEvents(BaseModel):
    events: list[OrganizerEvent]
    next_cursor: str | None


class UpcomingEvents(BaseModel):
    message: str
    upcoming_events: list[Event]
    next_cursor: str | None


class Order(BaseModel):
    order_id: str
    status: OrderStatus
    reason: str | None
    message: str
    event_id: str
    event_title: str
    ticket_type: str
    quantity: int
    amount: int
    checkout_request_id: str | None
    account_reference: str
    receipt: str | None
    created_at: Time
    expires_at: Time


class TicketsResent(Done):
    success: Literal[True]
    order_id: str


class OrderTicket(BaseModel):
    id: str
    ticket_type: str
    status: str
    code: str
    url: str


class OrderWithTickets(Order):
    tickets: list[OrderTicket]


class Ticket(BaseModel):
    id: str
    order_id: str
    event_id: str
    event_title: str
    ticket_type: str
    price: int
    status: str
    purchase_date: Time
    code: str
    url: str


class HeldTicket(Ticket):
    location: str
    start_date: Time | None
    end_date: Time | None
    state: Literal["valid", "used", "refunded", "void", "transferred", "cancelled"]
    admitted_at: Time | None
    admitted_gate: str | None
    token: str | None


class TicketKey(BaseModel):
    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    kid: str
    use: Literal["sig"]
    alg: Literal["EdDSA"]
    x: str


class TicketKeys(BaseModel):
    keys: list[TicketKey]


class Tickets(BaseModel):
    tickets: list[Ticket]
    next_cursor: str | None


class Payment(BaseModel):
    id: str
    order_id: str
    event_id: str
    event_title: str
    ticket_type: str
    quantity: int
    amount: int
    status: PaymentStatus
    order_status: OrderStatus
    payment_method: Literal["MPESA"]
    transaction_id: str | None
    payment_date: Time


class Payments(BaseModel):
    payments: list[Payment]
    next_cursor: str | None


class TransactionStatus(BaseModel):
    status: Literal["success", "failed"]
    message: str
    transaction_status: Literal["paid", "pending", "cancelled", "failed", "expired"]
    order_id: str


class PaidMetadataItem(BaseModel):
    Name: str
    Value: Any = None


class PaidMetadata(BaseModel):
    Item: list[PaidMetadataItem]


class StkCallback(BaseModel):
    MerchantRequestID: str
    CheckoutRequestID: str
    ResultCode: int | str
    ResultDesc: str
    CallbackMetadata: PaidMetadata | None = None


class CallbackBody(BaseModel):
    stkCallback: StkCallback  # noqa: N815 - Safaricom's spelling


class Callback(BaseModel):
    Body: CallbackBody


class CallbackAccepted(BaseModel):
    ResultCode: Literal[0]
    ResultDesc: str


class Staff(BaseModel):
    id: str
    name: str
    phone_number: str | None
    email: str | None
    language: Literal["en", "sw"]
    state: Literal["invited", "active", "revoked"]
    created_at: Time
    last_session_at: Time | None
    revoked_at: Time | None


class InvitedStaff(Staff):
    link: str


class StaffList(BaseModel):
    staff: list[Staff]


class GateEvent(BaseModel):
    id: str
    title: str
    location: str
    start_date: Time
    end_date: Time


class GateSession(BaseModel):
    access_token: str
    expires_at: Time
    staff_id: str
    name: str
    event: GateEvent


class ScannedTicket(BaseModel):
    id: str
    code: str
    tier: str


class ScanResult(BaseModel):
    scan_id: str
    outcome: Outcome
    message: str
    admitted_at: Time | None
    gate: str | None
    ticket: ScannedTicket | None


class SyncResult(ScanResult):
    conflict: bool
    conflict_kind: str | None
    scanned_at: Time
    scanned_gate: str
    other_at: Time | None
    other_gate: str | None


class SyncResults(BaseModel):
    results: list[SyncResult]


class ConflictTicket(ScannedTicket):
    status: str


class Conflict(BaseModel):
    kind: str
    ticket: ConflictTicket | None
    scanned_at: Time
    gate: str
    staff_id: str
    admitted_at: Time | None
    admitted_gate: str | None


class Conflicts(BaseModel):
    conflicts: list[Conflict]
    next_cursor: str | None


class CheckInUndone(Done):
    ticket_id: str
    admitted_at: Time
    gate: str


class Manifest(BaseModel):
    keys: TicketKeys
    event_cancelled: bool
    tickets: list[list[str | None]]
    cursor: str
    more: bool


class TierAdmissions(BaseModel):
    ticket_type: str
    admitted: int


class GateAdmissions(BaseModel):
    gate: str
    admitted: int


class TierGateAdmissions(BaseModel):
    ticket_type: str
    gate: str
    admitted: int


class MinuteAdmissions(BaseModel):
    minute: Time
    admitted: int


class Admissions(BaseModel):
    event_id: str
    admitted: int
    tickets_sold: int
    by_tier: list[TierAdmissions]
    by_gate: list[GateAdmissions]
    by_tier_and_gate: list[TierGateAdmissions]
    by_minute: list[MinuteAdmissions]


class SoldOfTier(BaseModel):
    ticket_type: str
    sold: int
    revenue: int


class TierSales(SoldOfTier):
    price: int | None


class DaySales(BaseModel):
    date: str
    sold: int
    revenue: int
    by_tier: list[SoldOfTier]


class StockOfTiers(BaseModel):
    ticket_types: list[str]
    capacity: int
    sold: int
    held: int
    left: int


class Sales(BaseModel):
    event_id: str
    currency: Literal["KES"]
    sold: int
    revenue: int
    held: int
    left: int
    by_tier: list[TierSales]
    by_day: list[DaySales]
    stock: list[StockOfTiers]
    as_of: Time


class Attendee(BaseModel):
    ticket_id: str
    code: str
    ticket_type: str
    status: str
    name: str
    admitted_at: Time | None
    gate: str | None
    purchase_date: Time
    order_id: str


class Attendees(BaseModel):
    attendees: list[Attendee]
    next_cursor: str | None


class EventOrder(BaseModel):
    order_id: str
    account_reference: str
    paid_at: Time | None
    ticket_type: str
    quantity: int
    unit_price: int
    amount: int
    refund_amount: int
    status: OrderStatus
    reason: str | None
    receipt: str | None
    phone: str | None
    name: str
    complimentary: bool


class EventOrders(BaseModel):
    orders: list[EventOrder]
    next_cursor: str | None


class TicketTransferred(Done):
    ticket_id: str
    status: Literal["transferred"]
    transferred_at: Time


class TicketVoided(Done):
    ticket_id: str
    status: Literal["void"]
    reason: str
    voided_at: Time


class TicketsGiven(Done):
    order_id: str
    status: OrderStatus
    event_id: str
    event_title: str
    ticket_type: str
    quantity: int
    amount: int


class InitiatorParameter(BaseModel):
    Key: str
    Value: Any = None


class InitiatorParameters(BaseModel):
    ResultParameter: list[InitiatorParameter] | InitiatorParameter


class InitiatorResult(BaseModel):
    ResultType: int | str = 0
    ResultCode: int | str
    ResultDesc: str
    OriginatorConversationID: str
    ConversationID: str
    TransactionID: str
    ResultParameters: InitiatorParameters | None = None


class RefundResult(BaseModel):
    Result: InitiatorResult


class Confirmation(BaseModel):
    """M-PESA sends all of it as text, and more that nobody here reads."""

    TransactionType: str
    TransID: str
    TransTime: str
    TransAmount: str
    BusinessShortCode: str
    BillRefNumber: str


class FieldError(BaseModel):
    field: str
    message: str


class Error(BaseModel):
    success: Literal[False]
    message: str
    code: str
    request_id: str
    errors: list[FieldError] = []
