"""DELETE /events/{event_id}/staff/{staff_id}"""

from tiketi.admission.staff import revoke
from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    organizer = request.organizer
    revoke(request.path_parameters["event_id"], organizer.user_id, request.path_parameters["staff_id"])
    return ok({"message": confirm("staff_revoked", request.language)})
