from tiketi.http import Request, Response, endpoint, ok
from tiketi.payments.transaction_status import TransactionStatusInput, transaction_status


@endpoint
def handler(request: Request) -> Response:
    wanted = request.json(TransactionStatusInput).checkout_request_id
    return ok(transaction_status(request.caller.user_id, wanted, request.language))
