"""POST /events/{event_id}/staff"""

from tiketi.admission.staff import InviteInput, invite
from tiketi.http import Request, Response, created, endpoint


@endpoint
def handler(request: Request) -> Response:
    organizer = request.organizer
    page_url = f"{request.public_url}/gate"
    return created(invite(request.path_parameters["event_id"], organizer.user_id, request.json(InviteInput), page_url))
