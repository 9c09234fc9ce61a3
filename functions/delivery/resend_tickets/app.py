"""POST /orders/{order_id}/resend"""

from tiketi.delivery.resend import resend_tickets
from tiketi.http import Request, Response, accepted, endpoint
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    order_id = request.path_parameters["order_id"]
    resend_tickets(request.caller.user_id, order_id)
    return accepted({"success": True, "message": confirm("tickets_resent", request.language), "order_id": order_id})
