"""What every test stands on: an environment like a function's, and no way to reach a real AWS account."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "layers" / "tiketi"), str(ROOT)]

os.environ.update(
    {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_DEFAULT_REGION": "af-south-1",
        "AWS_REGION": "af-south-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_LAMBDA_FUNCTION_NAME": "test",
        "POWERTOOLS_METRICS_NAMESPACE": "Tiketi",
        "TABLE_NAME": "tiketi-test",
        "STAGE": "test",
        "CORS_ALLOWED_ORIGINS": "https://tiketi.example",
        "CHECK_QUEUE_URL": "https://sqs.af-south-1.amazonaws.com/123456789012/check-payment",
        "DELIVERY_QUEUE_URL": "https://sqs.af-south-1.amazonaws.com/123456789012/delivery",
        "BULK_DELIVERY_QUEUE_URL": "https://sqs.af-south-1.amazonaws.com/123456789012/bulk-delivery",
        "FAN_OUT_QUEUE_URL": "https://sqs.af-south-1.amazonaws.com/123456789012/fan-out",
        "PUBLIC_URL": "https://tiketi.example",
        "REFUND_QUEUE_URL": "https://sqs.af-south-1.amazonaws.com/123456789012/refunds",
        "SECRET_KEY": "a secret for tests, thirty-two characters",
        "JWT_SECRET_KEY": "another secret for tests, long enough",
        "TICKET_SIGNING_KEYS": '[{"kid": "00000001", "private": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="}]',
        "MPESA_CONSUMER_KEY": "consumer-key",
        "MPESA_CONSUMER_SECRET": "consumer-secret",
        "MPESA_PASSKEY": "passkey",
        "MPESA_BASE_URL": "http://daraja.test",
        "MPESA_CALLBACK_URL": "https://api.tiketi.example/v1",
        "MPESA_INITIATOR_NAME": "operator",
    }
)
for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_PROFILE"):
    os.environ.pop(name, None)
