"""What `make dev` says when everything runs."""

from collections.abc import Mapping
from pathlib import Path

from local.demo import CUSTOMER, ORGANIZER, PASSWORD, Demo

PHONE = "254722000002"


def welcome(addresses: Mapping[str, str], stack_file: Path, demo: Demo | None) -> str:
    api_url, phone_url = addresses["api_url"], addresses["phone_url"]
    lines = [
        "",
        "Tiketi Tamasha is running.",
        "",
        f"  API          {api_url}",
        f"  reference    {addresses['docs_url']}",
        f"  handset      {phone_url or 'none: a real Daraja prompts real phones'}",
        f"  outbox       {addresses['outbox_url']}   SMS and e-mail as customers get them",
        f"  addresses    {stack_file}",
    ]
    if demo:
        lines += [
            "",
            f"  organizer    {ORGANIZER['email']}   customer  {CUSTOMER['email']}   password  {PASSWORD}",
            "",
            "Buy a ticket:",
            "",
            *(f"  {line}" for line in _purchase(api_url, phone_url and addresses["daraja_url"], demo)),
        ]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def _purchase(api_url: str, simulator_url: str, demo: Demo) -> list[str]:
    token = (
        f"TOKEN=$(curl -s {api_url}/login -H 'Content-Type: application/json' "
        f"""-d '{{"email":"{CUSTOMER["email"]}","password":"{PASSWORD}"}}' """
        """| sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')"""
    )
    buy = (
        f"""curl -s {api_url}/tickets -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' """
        f"""-d '{{"event_id":"{demo.event_id}","ticket_type":"{demo.ticket_type}","phone_number":"{PHONE}"}}'"""
    )
    pin = f"""curl -s {simulator_url}/simulator/phones/{PHONE}/pin -d '{{"pin":"1234"}}'"""
    tickets = f"""curl -s {api_url}/user/tickets -H "Authorization: Bearer $TOKEN" """.rstrip()
    return [token, buy, *([f"{pin}; sleep 3; {tickets}"] if simulator_url else [tickets])]
