"""SMS by AWS: SNS Publish to a phone number."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tiketi.delivery.aws_calls import outcome_of_error
from tiketi.delivery.outcomes import Outcome, Sent

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

REFUSED_ADDRESS = frozenset({"InvalidParameter", "InvalidParameterValue", "OptedOut"})


class Sns:
    """`client` must not repeat calls by itself: a Publish whose answer was lost may have been an SMS."""

    def __init__(self, client: "SNSClient", sender_id: str) -> None:
        self._client = client
        self._sender_id = sender_id

    def send(self, phone_number: str, text: str) -> Outcome:
        attributes = {"AWS.SNS.SMS.SMSType": "Transactional"}
        if self._sender_id:
            attributes["AWS.SNS.SMS.SenderID"] = self._sender_id
        try:
            answer = self._client.publish(
                PhoneNumber=f"+{phone_number}",
                Message=text,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
        except (ClientError, BotoCoreError) as error:
            return outcome_of_error(error, REFUSED_ADDRESS)
        return Sent(answer["MessageId"])
