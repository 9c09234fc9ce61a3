"""Who may scan: invited by the organizer, for one event, until it is over or the organizer has changed his mind."""

import fnmatch
from typing import Any

import pytest

from local.openapi.routes import routes
from tests.unit.admission.conftest import Clock, Gate, Scanner
from tests.unit.conftest import LAMBDA_CONTEXT, Answer, Api, load_function
from tests.unit.outgoing import Outgoing
from tiketi.admission.items import StaffItem, staff_key
from tiketi.catalogue.items import EVENT, EventItem, event_key
from tiketi.ids import new_id
from tiketi.settings import settings

GATE_ROUTES = {
    "POST /events/{event_id}/check-ins",
    "POST /events/{event_id}/check-ins/batch",
    "GET /events/{event_id}/manifest",
}
BEHIND_A_TOKEN = [route for route in routes() if route.needs_token]


def invitation(invited: dict[str, Any]) -> str:
    return invited["link"].partition("#invite=")[2]


def open_session(api: Api, invite: str) -> Any:
    return api("admission/open_gate_session", "POST", "/gate/sessions", body={"invite": invite})


def authorize(token: str) -> dict[str, Any]:
    event = {
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:af-south-1:123456789012:a1b2c3/v1/GET/user",
        "headers": {"Authorization": f"Bearer {token}"},
        "requestContext": {"requestId": "request-1"},
    }
    return load_function("accounts/authorize").handler(event, LAMBDA_CONTEXT)


def test_an_invitation_is_sent_and_its_link_is_shown_once(gate: Gate, outgoing: Outgoing) -> None:
    invited = gate.invite(name="Njeri", phone_number="0712 345 678", language="sw")
    assert (invited["name"], invited["phone_number"], invited["state"]) == ("Njeri", "254712345678", "invited")
    assert invited["link"].startswith("https://tiketi.example/gate#invite=")
    assert outgoing.kinds() == [("gate_invite", f"{gate.event_id}/{invited['id']}")]
    assert outgoing.notices.messages[0]["params"]["link"] == invited["link"]
    [listed] = gate.as_organizer("list_staff", "GET", "staff")["staff"]
    assert listed == {key: value for key, value in invited.items() if key != "link"}


def test_the_secret_of_an_invitation_is_not_kept(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    invited = gate.invite()
    secret = invitation(invited).rpartition(".")[2]
    stored = StaffItem.get(*staff_key(gate.event_id, invited["id"]))
    assert secret not in str(stored.to_simple_dict())
    assert secret not in capsys.readouterr().out


def test_with_the_invitation_a_phone_scans_without_an_account(gate: Gate, api: Api) -> None:
    invited = gate.invite(name="Njeri", email="njeri@example.com")
    answer = open_session(api, invitation(invited))
    assert answer.status == 201
    assert (answer.json["staff_id"], answer.json["name"]) == (invited["id"], "Njeri")
    assert answer.json["event"] == {
        "id": gate.event_id,
        "title": "Blankets and Wine",
        "location": "Ngong Racecourse, Nairobi",
        "start_date": "2099-12-24T15:00:00Z",
        "end_date": "2099-12-24T20:00:00Z",
    }
    assert answer.json["expires_at"] == "2099-12-25T02:00:00Z"
    assert gate.as_organizer("list_staff", "GET", "staff")["staff"][0]["state"] == "active"


@pytest.mark.parametrize("change", ["event", "staff", "secret", "nothing left", "not base64"])
def test_an_invitation_that_was_made_up_opens_nothing(gate: Gate, api: Api, change: str) -> None:
    event_id, staff_id, secret = invitation(gate.invite()).split(".")
    forged = {
        "event": f"{new_id()}.{staff_id}.{secret}",
        "staff": f"{event_id}.{new_id()}.{secret}",
        "secret": f"{event_id}.{staff_id}.AAAAAAAAAAAAAAAAAAAAAA",
        "nothing left": f"{event_id}.{staff_id}.",
        "not base64": f"{event_id}.{staff_id}.é",
    }[change]
    answer = open_session(api, forged)
    assert (answer.status, answer.json["code"]) == (401, "wrong_invite")


def test_a_session_ends_some_hours_after_the_event(gate: Gate, api: Api, now: Clock) -> None:
    invite = invitation(gate.invite())
    now.set("01:59", day="2099-12-25")
    assert open_session(api, invite).status == 201
    now.set("02:00", day="2099-12-25")
    assert open_session(api, invite).json["code"] == "event_over"
    answer = gate.call("invite_staff", "POST", "staff", body={"email": "a@b.co"}, user=(gate.organizer, "organizer"))
    assert answer.json["code"] == "event_over"


def test_who_was_revoked_is_out_with_the_next_scan(gate: Gate, api: Api, now: Clock) -> None:
    [ticket] = gate.sell()
    now.set_real()
    invited = gate.invite()
    scanner = Scanner(gate, invited["id"], "North")
    token = open_session(api, invitation(invited)).json["access_token"]
    assert authorize(token)["principalId"] == invited["id"]
    gate.revoke(invited["id"])
    log = {"scans": [scanner.offline(ticket, "17:05")]}
    refused = [
        scanner.try_scan(code=ticket.code),
        gate.call("sync_check_ins", "POST", "check-ins/batch", body=log, user=scanner.user),
        gate.call("get_manifest", "GET", "manifest", user=scanner.user),
        open_session(api, invitation(invited)),
    ]
    assert [(answer.status, answer.json["code"]) for answer in refused] == [(403, "staff_revoked")] * 4
    with pytest.raises(Exception, match=r"\AUnauthorized\Z"):
        authorize(token)
    assert gate.ticket(ticket).admitted_at is None
    gate.revoke(invited["id"])


def test_only_the_organizer_of_the_event_invites_lists_and_revokes(gate: Gate) -> None:
    invited = gate.invite()
    for user, code in (((new_id(), "organizer"), "not_your_event"), ((new_id(), "customer"), "organizers_only")):
        one = {"parameters": {"staff_id": invited["id"]}, "user": user}
        assert gate.call("invite_staff", "POST", "staff", body={"email": "a@b.co"}, user=user).json["code"] == code
        assert gate.call("list_staff", "GET", "staff", user=user).json["code"] == code
        assert gate.call("revoke_staff", "DELETE", "staff/x", **one).json["code"] == code
        assert gate.call("get_admissions", "GET", "admissions", user=user).json["code"] == code
        assert gate.call("list_conflicts", "GET", "check-ins/conflicts", user=user).json["code"] == code
    nobody = {"parameters": {"staff_id": new_id()}, "user": (gate.organizer, "organizer")}
    assert gate.call("revoke_staff", "DELETE", "staff/x", **nobody).json["code"] == "staff_not_found"


def test_an_invitation_needs_somewhere_to_go(gate: Gate) -> None:
    for body in ({}, {"name": "Njeri"}, {"phone_number": "12"}, {"email": "nobody"}):
        answer = gate.call("invite_staff", "POST", "staff", body=body, user=(gate.organizer, "organizer"))
        assert answer.status == 422


def test_an_event_has_no_end_of_invitations(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiketi.admission.staff.MOST_STAFF", 1)
    gate.invite()
    answer = gate.call("invite_staff", "POST", "staff", body={"email": "a@b.co"}, user=(gate.organizer, "organizer"))
    assert (answer.status, answer.json["code"]) == (409, "too_many_staff")


def test_an_organizer_sends_so_many_invitations_an_hour_whatever_the_event(
    gate: Gate, now: Clock, outgoing: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = settings().model_copy(update={"invitations_per_hour": 2})
    monkeypatch.setattr("tiketi.admission.staff.settings", lambda: few)

    def invite() -> Answer:
        body = {"email": "njeri@example.com"}
        return gate.call("invite_staff", "POST", "staff", body=body, user=(gate.organizer, "organizer"))

    assert [invite().status for _ in range(4)] == [201, 201, 429, 429]
    gate.event_id = gate.shop.event_id = new_id()
    gate.shop.open(capacity=1)
    EventItem(event_key(gate.event_id), EVENT).update([EventItem.organizer_id.set(gate.organizer)])
    refused = invite()
    assert refused.json["code"] == "too_many_invitations"
    assert "2 times an hour" in refused.json["message"] and "2099-12-24T19:00:00Z" in refused.json["message"]
    assert refused.headers["Retry-After"] == "3600"
    assert len(outgoing.kinds()) == 2
    now.set("19:00")
    assert invite().status == 201


def test_the_authorizer_lets_gate_staff_call_the_gate_of_their_event_and_nothing_else(
    gate: Gate, api: Api, now: Clock
) -> None:
    now.set_real()
    token = open_session(api, invitation(gate.invite())).json["access_token"]
    result = authorize(token)
    [statement] = result["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert result["context"]["event_id"] == gate.event_id

    def allowed(event_id: str) -> set[str]:
        """The routes of the whole template that the policy lets through, with this event in their path."""
        return {
            route.name
            for route in routes()
            for resource in statement["Resource"]
            if fnmatch.fnmatchcase(_arn(route.method, route.path.replace("{event_id}", event_id)), resource)
        }

    assert allowed(gate.event_id) == GATE_ROUTES
    assert allowed(new_id()) == set()


def _arn(method: str, path: str) -> str:
    return f"arn:aws:execute-api:af-south-1:123456789012:a1b2c3/v1/{method}{path}"


@pytest.mark.parametrize("route", BEHIND_A_TOKEN, ids=lambda route: route.name)
def test_every_other_route_refuses_gate_staff_even_if_the_policy_let_them_through(api: Api, route: Any) -> None:
    event_id, staff_id = new_id(), new_id()
    names = {name: new_id() for name in ("ticket_id", "staff_id", "order_id", "category")}
    user = (staff_id, "gate_staff", new_id() if route.name in GATE_ROUTES else event_id)
    function = str(route.function).removeprefix("functions/")
    parameters = {**names, "event_id": event_id}
    answer = api(function, route.method, route.path, user=user, path_parameters=parameters, body={})
    code = "gate_staff_only" if route.name in GATE_ROUTES else "gate_staff_may_only_scan"
    assert (answer.status, answer.json["code"]) == (403, code)


@pytest.mark.parametrize("role", ["customer", "organizer"])
@pytest.mark.parametrize("route", sorted(GATE_ROUTES))
def test_the_gate_is_for_gate_staff_alone(gate: Gate, route: str, role: str) -> None:
    method, _, path = route.partition(" ")
    function = next(str(each.function) for each in routes() if each.name == route).removeprefix("functions/admission/")
    answer = gate.call(function, method, path, body={}, user=(gate.organizer, role))
    assert (answer.status, answer.json["code"]) == (403, "gate_staff_only")
