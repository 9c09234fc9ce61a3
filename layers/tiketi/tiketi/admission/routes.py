"""What gate staff may call, as API Gateway names it: the routes of their event, and no other."""


def gate_routes(event_id: str) -> list[str]:
    return [
        f"POST/events/{event_id}/check-ins",
        f"POST/events/{event_id}/check-ins/batch",
        f"GET/events/{event_id}/manifest",
    ]
