"""GET /t/worker.js: what keeps an opened ticket on the phone."""

from tiketi.http import Request, Response, content, endpoint
from tiketi.tickets.page_assets import worker


@endpoint
def handler(request: Request) -> Response:
    policy = "default-src 'none'; connect-src 'self'"
    return content(
        worker(),
        "text/javascript; charset=utf-8",
        {"Content-Security-Policy": policy, "Cache-Control": "public, max-age=3600"},
    )
