"""The providers' own addresses, as far as the system calls them: SNS Publish, SES v2 SendEmail, Africa's Talking."""

import asyncio
import base64
from xml.sax.saxutils import escape

from aiohttp import web

from local.outbox.mailbox import Channel, Fault, Mailbox, Message, email, sms

MAILBOX = web.AppKey("mailbox", Mailbox)
SECONDS_OF_SILENCE = 30
"""Longer than any client waits."""


async def sns(request: web.Request) -> web.Response:
    form = await request.post()
    if form.get("Action") != "Publish" or "PhoneNumber" not in form:
        return _sns_error(400, "InvalidAction", "The outbox takes Publish to a phone number only.")
    message = sms(str(form["PhoneNumber"]), str(form["Message"]), _sns_sender({k: str(v) for k, v in form.items()}))
    match await _taken(request, "sms", message):
        case "busy":
            return _sns_error(400, "Throttling", "Rate exceeded")
        case "bad_address":
            return _sns_error(400, "InvalidParameter", "Invalid parameter: PhoneNumber")
        case _:
            return _xml(
                f"<PublishResponse><PublishResult><MessageId>{message.id}</MessageId></PublishResult></PublishResponse>"
            )


async def ses(request: web.Request) -> web.Response:
    body = await request.json()
    message = email(base64.b64decode(body["Content"]["Raw"]["Data"]))
    match await _taken(request, "email", message):
        case "busy":
            return _ses_error(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
        case "bad_address":
            return _ses_error(400, "BadRequestException", "Illegal address")
        case _:
            return web.json_response({"MessageId": message.id})


async def africas_talking(request: web.Request) -> web.Response:
    form = await request.post()
    message = sms(str(form["to"]), str(form["message"]), str(form.get("from", "AFRICASTKNG")))
    fault = await _taken(request, "sms", message)
    if fault == "busy":
        return web.Response(status=503, text="The service is currently unavailable")
    code, status = (403, "InvalidPhoneNumber") if fault == "bad_address" else (101, "Success")
    recipient = {"statusCode": code, "number": message.to, "status": status, "cost": "KES 0.8000"}
    data = {"Message": "Sent to 1/1 Total Cost: KES 0.8000", "Recipients": [{**recipient, "messageId": message.id}]}
    return web.json_response({"SMSMessageData": data}, status=201)


async def _taken(request: web.Request, channel: Channel, message: Message) -> Fault | None:
    """Puts the message into the mailbox, unless a fault is due that does not."""
    mailbox = request.app[MAILBOX]
    fault = mailbox.next_fault(channel)
    if fault is None or fault == "silent":
        mailbox.put(message)
    if fault == "silent":
        await asyncio.sleep(SECONDS_OF_SILENCE)
    return fault


def _sns_sender(form: dict[str, str]) -> str:
    """Message attributes come as MessageAttributes.entry.1.Name, ….Value.StringValue."""
    for name, value in form.items():
        if value == "AWS.SNS.SMS.SenderID":
            return form.get(f"{name.removesuffix('.Name')}.Value.StringValue", "")
    return ""


def _sns_error(status: int, code: str, words: str) -> web.Response:
    error = f"<Error><Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(words)}</Message></Error>"
    return _xml(f"<ErrorResponse>{error}</ErrorResponse>", status)


def _xml(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/xml")


def _ses_error(status: int, code: str, words: str) -> web.Response:
    return web.json_response({"message": words}, status=status, headers={"x-amzn-ErrorType": code})


ROUTES = (
    web.post("/sns/", sns),
    web.post("/sns", sns),
    web.post("/ses/v2/email/outbound-emails", ses),
    web.post("/version1/messaging", africas_talking),
)
