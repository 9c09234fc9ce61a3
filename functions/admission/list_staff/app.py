"""GET /events/{event_id}/staff"""

from tiketi.admission.staff import list_staff
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    return ok({"staff": list_staff(request.path_parameters["event_id"], request.organizer.user_id)})
