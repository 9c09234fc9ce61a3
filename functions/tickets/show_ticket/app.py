"""GET /t/{link}: the page of a ticket, for whoever has its link."""

from tiketi.http import Request, Response, content, endpoint
from tiketi.tickets.holder import find_linked
from tiketi.tickets.page import CONTENT_TYPE, chosen_language, headers, links_of, missing_page, ticket_page
from tiketi.tickets.token import sign


@endpoint
def handler(request: Request) -> Response:
    language = chosen_language(request.query.get("lang"), request.language)
    ticket = find_linked(request.path_parameters["link"])
    if ticket is None:
        return Response(404, missing_page(language), headers(), CONTENT_TYPE)
    token = sign(ticket.item) if ticket.admits else None
    page = ticket_page(ticket, token, links_of(request.path_parameters["link"]), language)
    return content(page, CONTENT_TYPE, headers())
