"""POST /events/{event_id}/check-ins/batch"""

from tiketi.admission.answers import synced_answer
from tiketi.admission.scan_input import BatchInput
from tiketi.admission.staff import active_staff
from tiketi.admission.sync import sync
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    staff = request.gate_staff
    batch = request.json(BatchInput)
    active_staff(staff.event_id, staff.user_id)
    attempts = sync(staff.event_id, staff.user_id, batch)
    return ok({"results": [synced_answer(attempt, request.language) for attempt in attempts]})
