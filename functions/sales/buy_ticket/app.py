from tiketi.http import Request, Response, accepted, endpoint
from tiketi.payments.check_queue import check_queue
from tiketi.payments.daraja import daraja
from tiketi.sales.buy_ticket import BuyTicket
from tiketi.sales.orders import order_answer
from tiketi.sales.purchase import BuyTicketInput, Purchase


@endpoint
def handler(request: Request) -> Response:
    purchase = Purchase(
        user_id=request.caller.user_id,
        wanted=request.json(BuyTicketInput),
        idempotency_key=request.idempotency_key,
        callback_base=request.callback_url,
        correlation_id=request.id,
    )
    payment = BuyTicket(daraja(), check_queue())(purchase)
    return accepted(order_answer(payment, request.language))
