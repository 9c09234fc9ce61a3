"""POST /confirmations/{token}: money that reached the short code. …/validation: M-PESA asks whether it may come."""

from tiketi.http import Request, Response, endpoint, ok
from tiketi.payments.confirmations import check_confirmation_token, receive_confirmation

ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}


@endpoint
def handler(request: Request) -> Response:
    token = request.path_parameters["token"]
    if request.path.endswith("/validation"):
        check_confirmation_token(token)
    else:
        receive_confirmation(token, request.raw_body())
    return ok(ACCEPTED)
