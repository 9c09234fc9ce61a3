from tiketi.http import Request, Response, endpoint, ok
from tiketi.sales.cancel_order import cancel_order
from tiketi.sales.orders import order_answer


@endpoint
def handler(request: Request) -> Response:
    payment = cancel_order(request.caller.user_id, request.path_parameters["order_id"])
    return ok(order_answer(payment, request.language))
