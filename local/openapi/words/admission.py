from local.openapi import answers, examples
from local.openapi.described import Described

STAFF, GATE = "Gate staff", "At the gate"

_STAFF = {
    "id": examples.STAFF_ID,
    "name": "Njeri, north gate",
    "phone_number": examples.PHONE,
    "email": None,
    "language": "sw",
    "state": "invited",
    "created_at": "2026-12-20T09:30:00Z",
    "last_session_at": None,
    "revoked_at": None,
}
_TICKET = {"id": f"{examples.ORDER_ID}-1", "code": "7K3M01XZ", "tier": "VIP"}
_ADMITTED = {
    "scan_id": examples.SCAN_ID,
    "outcome": "admitted",
    "message": "Let in.",
    "admitted_at": "2026-12-24T15:04:05Z",
    "gate": "North",
    "ticket": _TICKET,
}
_ALREADY = {
    **_ADMITTED,
    "outcome": "already_admitted",
    "message": "Already used: 17:58 at South.",
    "admitted_at": "2026-12-24T14:58:40Z",
    "gate": "South",
}
_FORGED = {
    "scan_id": examples.SCAN_ID,
    "outcome": "forged",
    "message": "Not a ticket of ours.",
    "admitted_at": None,
    "gate": None,
    "ticket": None,
}
_NO_CONFLICT = {"conflict": False, "conflict_kind": None, "other_at": None, "other_gate": None}
_SCANNED = {"scanned_at": "2026-12-24T15:04:05Z", "scanned_gate": "North"}
_CONFLICT = {
    "conflict": True,
    "conflict_kind": "admitted_twice",
    "other_at": "2026-12-24T14:58:40Z",
    "other_gate": "South",
}

ROUTES = {
    "POST /events/{event_id}/staff": Described(
        STAFF,
        "Invite somebody to scan",
        answers.InvitedStaff,
        "The invitation. The link is sent to the person, and shown here once.",
        {"invited": {**_STAFF, "link": examples.INVITE_LINK}},
        requests={
            "by phone": {"name": "Njeri, north gate", "phone_number": "0712 345 678", "language": "sw"},
            "by e-mail": {"email": "njeri@example.com"},
        },
        description="For this one event, until some hours after its end. No account is needed.",
    ),
    "GET /events/{event_id}/staff": Described(
        STAFF,
        "List gate staff",
        answers.StaffList,
        "All invitations of the event, those that were withdrawn too.",
        {"staff": {"staff": [_STAFF]}},
    ),
    "DELETE /events/{event_id}/staff/{staff_id}": Described(
        STAFF,
        "Withdraw an invitation",
        answers.Done,
        "From the next scan on the person is refused. What was scanned stays.",
        {"withdrawn": {"message": "The invitation is withdrawn."}},
    ),
    "GET /gate": Described(
        GATE,
        "Open the scanner",
        None,
        "A page for a phone that scans tickets, with a network or without.",
        {"the page": '<!doctype html>\n<html lang="en">…'},
        description="An invitation leads here, with its secret after the `#`, where no server sees it.",
        media_type="text/html",
        operation_id="show_scanner",
        language=False,
    ),
    "GET /gate/{file}": Described(
        GATE,
        "Load a file of the scanner",
        None,
        "Styles, scripts, icon, manifest and service worker of the page.",
        {"a script": "import …"},
        media_type="text/javascript",
        operation_id="show_scanner_file",
        language=False,
    ),
    "POST /gate/sessions": Described(
        STAFF,
        "Begin to scan",
        answers.GateSession,
        "A token that scans the one event, and opens nothing else.",
        {
            "a session": {
                "access_token": examples.ACCESS_TOKEN,
                "expires_at": "2026-12-25T02:30:00Z",
                "staff_id": examples.STAFF_ID,
                "name": "Njeri, north gate",
                "event": {
                    "id": examples.EVENT_ID,
                    "title": "Nyege Nights",
                    "location": "KICC, Nairobi",
                    "start_date": "2026-12-24T15:00:00Z",
                    "end_date": "2026-12-24T20:30:00Z",
                },
            }
        },
        requests={"an invitation": {"invite": examples.INVITE}},
        description="The invitation stands behind `#invite=` in the link. It may be used again, on another phone too.",
    ),
    "POST /events/{event_id}/check-ins": Described(
        GATE,
        "Check a ticket in",
        answers.ScanResult,
        "What the scan came to: let the person in when `outcome` is `admitted`, and only then.",
        {"let in": _ADMITTED, "used before": _ALREADY, "forged": _FORGED},
        requests={
            "a QR code": {"token": examples.TICKET_TOKEN, "gate": "North", "scan_id": examples.SCAN_ID},
            "a code typed by hand": {"code": "7k3m-01xz", "gate": "North", "scan_id": examples.SCAN_ID},
        },
        description="For gate staff. Of two scanners with the same ticket at the same moment exactly one is told "
        "`admitted`. Send the same `scan_id` again when no answer came: the answer is the same.",
    ),
    "POST /events/{event_id}/check-ins/batch": Described(
        GATE,
        "Hand in what was scanned offline",
        answers.SyncResults,
        "For each scan, in the order they were sent, what it came to and whether it contradicts another.",
        {
            "one of each": {
                "results": [
                    {**_ADMITTED, **_NO_CONFLICT, **_SCANNED},
                    {**_ALREADY, **_CONFLICT, **_SCANNED},
                ]
            }
        },
        requests={
            "two scans": {
                "sent_at": "2026-12-24T16:05:00Z",
                "scans": [
                    {
                        "token": examples.TICKET_TOKEN,
                        "gate": "North",
                        "scan_id": examples.SCAN_ID,
                        "scanned_at": "2026-12-24T15:04:05Z",
                    },
                    {
                        "code": "7K3M01XZ",
                        "gate": "North",
                        "scan_id": "3f0a5a52-9b7d-4b0e-8c55-8f6d3f1b2a10",
                        "scanned_at": "2026-12-24T15:06:30Z",
                        "outcome": "already_admitted",
                    },
                ],
            }
        },
        description="For gate staff. In any order, in parts, and as often as you like: the end is the same. Of two "
        "scans that let somebody in with one ticket the earlier counts, and the other is a conflict.",
    ),
    "GET /events/{event_id}/check-ins/conflicts": Described(
        GATE,
        "List conflicts",
        answers.Conflicts,
        "Who came in by a scan that does not count, beside the scan that does; the earliest first.",
        {
            "two gates": {
                "conflicts": [
                    {
                        "kind": "admitted_twice",
                        "ticket": {**_TICKET, "status": "valid"},
                        "scanned_at": "2026-12-24T15:04:05Z",
                        "gate": "North",
                        "staff_id": examples.STAFF_ID,
                        "admitted_at": "2026-12-24T14:58:40Z",
                        "admitted_gate": "South",
                    }
                ],
                "next_cursor": None,
            }
        },
    ),
    "DELETE /events/{event_id}/check-ins/{ticket_id}": Described(
        GATE,
        "Take a check-in back",
        answers.CheckInUndone,
        "The ticket admits again. Who took it back, when and why is kept for good.",
        {
            "taken back": {
                "message": "The ticket admits again.",
                "ticket_id": f"{examples.ORDER_ID}-1",
                "admitted_at": "2026-12-24T15:04:05Z",
                "gate": "North",
            }
        },
    ),
    "GET /events/{event_id}/manifest": Described(
        GATE,
        "Load what a scanner needs offline",
        answers.Manifest,
        "A page of the event's tickets, and later of those that have changed.",
        {
            "a page": {
                "keys": {"keys": [examples.TICKET_KEY]},
                "event_cancelled": False,
                "tickets": [
                    [f"{examples.ORDER_ID}-1", "7K3M01XZ", "VIP", "valid", "2026-12-24T15:04:05Z", "North"],
                    [f"{examples.ORDER_ID}-2", "9Q0C4T7A", "VIP", "valid"],
                    [f"{examples.USER_ID}-0A1B2C3D4E5F6G7H-1", "0B5RZ2M8", "Early Bird", "refunded"],
                ],
                "cursor": "WzE3OTYxMTc0MDAsIDMyLCAiIl0",
                "more": False,
            }
        },
        description="For gate staff. Ask again with `cursor` while `more` is true; then every minute or so, for what "
        "has changed since. Without a cursor it begins at the first ticket. Compressed with `Accept-Encoding: gzip`.",
    ),
    "GET /events/{event_id}/admissions": Described(
        GATE,
        "Read how many are inside",
        answers.Admissions,
        "Exact at this moment, for all scans that have arrived.",
        {
            "figures": {
                "event_id": examples.EVENT_ID,
                "admitted": 31,
                "tickets_sold": 42,
                "by_tier": [{"ticket_type": "Early Bird", "admitted": 20}, {"ticket_type": "VIP", "admitted": 11}],
                "by_gate": [{"gate": "North", "admitted": 24}, {"gate": "South", "admitted": 7}],
                "by_tier_and_gate": [
                    {"ticket_type": "Early Bird", "gate": "North", "admitted": 20},
                    {"ticket_type": "VIP", "gate": "North", "admitted": 4},
                    {"ticket_type": "VIP", "gate": "South", "admitted": 7},
                ],
                "by_minute": [
                    {"minute": "2026-12-24T15:04:00Z", "admitted": 12},
                    {"minute": "2026-12-24T15:05:00Z", "admitted": 19},
                ],
            }
        },
    ),
}
