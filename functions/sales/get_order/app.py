from tiketi.http import Request, Response, endpoint, ok
from tiketi.sales.orders import get_order, order_with_tickets


@endpoint
def handler(request: Request) -> Response:
    payment = get_order(request.caller.user_id, request.path_parameters["order_id"])
    return ok(order_with_tickets(payment, request.language, request.public_url))
