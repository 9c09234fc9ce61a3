"""GET /user/payments"""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.payments.customer_payments import list_payments
from tiketi.sorted_pages import PageInput


@endpoint
def handler(request: Request) -> Response:
    payments, next_cursor = list_payments(request.caller.user_id, request.query_as(PageInput))
    return ok({"payments": payments, "next_cursor": next_cursor})
