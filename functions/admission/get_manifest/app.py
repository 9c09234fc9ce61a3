"""GET /events/{event_id}/manifest"""

from tiketi.admission.manifest import ManifestInput, manifest
from tiketi.admission.staff import active_staff
from tiketi.http import Request, Response, endpoint, ok, zipped


@endpoint
def handler(request: Request) -> Response:
    staff = request.gate_staff
    asked = request.query_as(ManifestInput)
    active_staff(staff.event_id, staff.user_id)
    return zipped(request, ok(manifest(staff.event_id, asked.cursor)))
