from tiketi.http import Request, Response, endpoint, ok
from tiketi.payments.transaction_status import TransactionStatusInput, transaction_status


@endpoint
def handler(request: Request) -> Response:
    caller = request.caller
    wanted = request.json(TransactionStatusInput).checkout_request_id
    return ok(transaction_status(caller.user_id, wanted, request.language))
