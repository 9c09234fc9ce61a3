"""POST /events/{event_id}/check-ins"""

from tiketi import clock
from tiketi.admission.answers import scan_answer
from tiketi.admission.check_in import check_in
from tiketi.admission.rules import Scan
from tiketi.admission.scan_input import ScanInput
from tiketi.admission.staff import active_staff
from tiketi.http import Request, Response, endpoint, ok


@endpoint
def handler(request: Request) -> Response:
    staff = request.gate_staff
    sent = request.json(ScanInput)
    active_staff(staff.event_id, staff.user_id)
    now = clock.rfc3339(clock.utc_now())
    attempt = check_in(Scan(staff.event_id, staff.user_id, sent.scan_id, sent.gate, now), sent.token, sent.code)
    return ok(scan_answer(attempt, request.language))
