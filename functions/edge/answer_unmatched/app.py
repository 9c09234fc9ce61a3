"""Answers what no other function does: preflights of every route, unknown routes, wrong methods.

API Gateway hands a known path with an undeclared method to the greedy `/{proxy+}` too, so this one function
gives preflights the configured origins and everything else the one error shape.
"""

from tiketi.errors import Refusal
from tiketi.http import Request, Response, endpoint


@endpoint
def handler(request: Request) -> Response:
    if request.method == "OPTIONS":
        return Response(204, None)
    raise Refusal("unknown_route", method=request.method, path=request.path)
