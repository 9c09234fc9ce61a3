"""Safaricom's callback, with the payment's token in its path; without one it is a hint and proves nothing."""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.payments.check_queue import check_queue
from tiketi.payments.receive_callback import receive_callback, receive_hint

ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}


@endpoint
def handler(request: Request) -> Response:
    token = request.path_parameters.get("token")
    if token is None:
        receive_hint(request.raw_body(), request.source_ip, check_queue())
    else:
        receive_callback(token, request.raw_body(), request.source_ip)
    return ok(ACCEPTED)
