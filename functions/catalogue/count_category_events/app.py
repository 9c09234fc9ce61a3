"""GET /events/category_count/{category}"""

from urllib.parse import unquote

from tiketi.catalogue.browse import count_category
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    return ok({"count": count_category(unquote(request.path_parameters["category"]))})
