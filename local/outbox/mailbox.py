"""The messages that were taken, and how the next ones shall go wrong."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal
from uuid import uuid4

from local.daraja.msisdn import normalise
from tiketi.delivery.gsm7 import segments

Channel = Literal["sms", "email"]
Fault = Literal["busy", "silent", "bad_address"]
"""The provider is busy and says so; takes the message and never answers; refuses the address."""
CHANNELS: tuple[Channel, ...] = ("sms", "email")
FAULTS: tuple[Fault, ...] = ("busy", "silent", "bad_address")


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Message:
    channel: Channel
    to: str
    sender: str
    text: str
    subject: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    id: str = field(default_factory=lambda: str(uuid4()))
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def view(self) -> dict[str, Any]:
        """As JSON; attachments and HTML at addresses of their own."""
        here = f"/messages/{self.id}"
        files = [
            {"name": each.name, "size": len(each.content), "url": f"{here}/attachments/{number}"}
            for number, each in enumerate(self.attachments)
        ]
        more = {"segments": segments(self.text)} if self.channel == "sms" else {"html_url": f"{here}/html"}
        return {
            "id": self.id,
            "channel": self.channel,
            "to": self.to,
            "from": self.sender,
            "at": self.at.isoformat(timespec="milliseconds"),
            "subject": self.subject,
            "text": self.text,
            "attachments": files,
            **more,
        }


class Mailbox:
    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._faults: dict[Channel, deque[Fault]] = defaultdict(deque)

    def put(self, message: Message) -> Message:
        self.messages.append(message)
        return message

    def plan(self, channel: Channel, faults: list[Fault]) -> None:
        """How the next messages of a channel go wrong, one after the other; none clears what was planned."""
        self._faults[channel] = deque(faults)

    def next_fault(self, channel: Channel) -> Fault | None:
        return self._faults[channel].popleft() if self._faults[channel] else None

    def to(self, address: str) -> list[Message]:
        return [message for message in self.messages if not address or message.to == _spelled(address)]

    def find(self, message_id: str) -> Message | None:
        return next((message for message in self.messages if message.id == message_id), None)


def _spelled(address: str) -> str:
    """A phone number as SMS have it."""
    try:
        return f"+{normalise(address)}"
    except ValueError:
        return address


def sms(to: str, text: str, sender: str) -> Message:
    return Message("sms", to, sender or "AWS", text)


def email(raw: bytes) -> Message:
    parsed = message_from_bytes(raw, policy=default)
    assert isinstance(parsed, EmailMessage), "the default policy makes no other"
    bodies = {kind: part.get_content() if (part := parsed.get_body((kind,))) else "" for kind in ("plain", "html")}
    files = tuple(
        Attachment(part.get_filename() or "attachment", part.get_content_type(), part.get_content())
        for part in parsed.iter_attachments()
    )
    return Message(
        "email",
        str(parsed["To"]),
        str(parsed["From"]),
        str(bodies["plain"]),
        subject=str(parsed["Subject"]),
        html=str(bodies["html"]),
        attachments=files,
    )
