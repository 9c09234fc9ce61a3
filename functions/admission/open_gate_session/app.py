"""POST /gate/sessions"""

from tiketi.admission.staff import SessionInput, open_session
from tiketi.http import Request, Response, created, endpoint


@endpoint
def handler(request: Request) -> Response:
    return created(open_session(request.json(SessionInput)))
