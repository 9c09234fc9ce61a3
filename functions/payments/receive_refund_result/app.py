"""POST /refunds/{token}/result and /refunds/{token}/timeout: what M-PESA says became of a refund."""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.payments.receive_result import receive_result, receive_timeout
from tiketi.payments.refund_queue import refund_queue

ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}


@endpoint
def handler(request: Request) -> Response:
    receive = receive_timeout if request.path.endswith("/timeout") else receive_result
    receive(request.path_parameters["token"], request.raw_body(), request.source_ip, refund_queue())
    return ok(ACCEPTED)
