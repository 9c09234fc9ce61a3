"""DELETE /events/{event_id}/check-ins/{ticket_id}"""

from tiketi.admission.undo import UndoInput, undo_check_in
from tiketi.http import Request, Response, endpoint, ok
from tiketi.messages import confirm


@endpoint
def handler(request: Request) -> Response:
    organizer = request.organizer
    asked = request.query_as(UndoInput)
    event_id, ticket_id = request.path_parameters["event_id"], request.path_parameters["ticket_id"]
    undone = undo_check_in(event_id, ticket_id, organizer.user_id, asked.reason)
    return ok(
        {
            "message": confirm("check_in_undone", request.language),
            "ticket_id": undone.ticket_id,
            "admitted_at": undone.admitted_at,
            "gate": undone.admitted_gate,
        }
    )
