"""POST /events/{event_id}/complimentary"""

from tiketi import clock
from tiketi.http import Request, Response, accepted, endpoint
from tiketi.messages import confirm
from tiketi.payments.check_queue import check_queue
from tiketi.payments.order_status import order_status
from tiketi.sales.buy_ticket import BuyTicket
from tiketi.sales.complimentary import ComplimentaryInput, give_tickets


@endpoint
def handler(request: Request) -> Response:
    organizer, given = request.organizer, request.json(ComplimentaryInput)
    event_id, key = request.path_parameters["event_id"], request.idempotency_key
    order = give_tickets(BuyTicket(None, check_queue()), event_id, organizer.user_id, given, key, request.id)
    return accepted(
        {
            "message": confirm("tickets_given", request.language),
            "order_id": order.order_id,
            "status": order_status(order, clock.epoch_now()),
            "event_id": order.event_id,
            "event_title": order.event_title,
            "ticket_type": order.ticket_type,
            "quantity": int(order.quantity),
            "amount": int(order.amount),
        }
    )
