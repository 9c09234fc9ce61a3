"""E-mail by AWS: SES v2 SendEmail, as a raw MIME message because it may carry an attachment."""

import html
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tiketi.delivery.aws_calls import outcome_of_error
from tiketi.delivery.outcomes import Outcome, Refused, Sent
from tiketi.delivery.wording import Letter

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

REFUSED_ADDRESS = frozenset({"BadRequestException"})
"""What SES says of an address or a message it cannot read. `MessageRejected` and `MailFromDomainNotVerified` are about
our own account, which a person can set right."""


class Ses:
    """`client` must not repeat calls by itself. `sender` is an address, with a name before it if you like."""

    def __init__(self, client: "SESV2Client", sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, address: str, letter: Letter) -> Outcome:
        try:
            message = mime_of(letter, self._sender, address)
        except ValueError as error:
            return Refused(f"no e-mail can be written to this address: {type(error).__name__}")
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )
        except (ClientError, BotoCoreError) as error:
            return outcome_of_error(error, REFUSED_ADDRESS)
        return Sent(answer["MessageId"])


def mime_of(letter: Letter, sender: str, address: str) -> EmailMessage:
    """Text, the same as HTML, and the attachment. Raises ValueError for an address that no header can carry."""
    message = EmailMessage(policy=SMTP)
    name, sender_address = parseaddr(sender)
    message["From"] = Address(name, addr_spec=sender_address)
    message["To"] = Address(addr_spec=address)
    message["Subject"] = letter.subject
    message.set_content(letter.text)
    message.add_alternative(html_of(letter.text), subtype="html")
    if letter.attachment:
        message.add_attachment(
            letter.attachment.content, maintype="application", subtype="pdf", filename=letter.attachment.name
        )
    return message


def html_of(text: str) -> str:
    """Paragraphs, and links where a line is nothing but one."""
    paragraphs = "".join(f"<p>{'<br>'.join(map(_line, each.splitlines()))}</p>" for each in text.split("\n\n"))
    return (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>'
        '<body style="font:16px/1.5 sans-serif;color:#17211b;max-width:36em;margin:0 auto;padding:16px">'
        f"{paragraphs}</body></html>"
    )


def _line(line: str) -> str:
    escaped = html.escape(line)
    if line.startswith(("https://", "http://")) and " " not in line:
        return f'<a href="{escaped}" style="overflow-wrap:anywhere">{escaped}</a>'
    return escaped
