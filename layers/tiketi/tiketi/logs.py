"""Logs and metrics: JSON through Powertools, phone numbers masked, one correlation id from request to ticket."""

import re
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

_PHONE = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<=\\n)|(?<=\\t))(?:\+?254|0)?[ -]?([17]\d{2})[ -]?\d{3}[ -]?\d(\d{2})(?![0-9A-Za-z])"
)
"""In any way a person may write it, and where an escaped line break of a trace stands before it."""
_CHECKOUT_ID = re.compile(r"(ws_CO_\w+?)\d{7}(\d{2})\b")
"""A CheckoutRequestID ends in the last nine digits of the payer's number, so it is personal data too."""


def mask(text: str) -> str:
    return _CHECKOUT_ID.sub(r"\1*******\2", _PHONE.sub(r"254\1****\2", text))


class MaskingFormatter(LambdaPowertoolsFormatter):
    """Masks phone numbers in the finished line, so no call site can forget to."""

    def serialize(self, log: Any) -> str:
        return mask(super().serialize(log))


logger = Logger(service="tiketi", logger_formatter=MaskingFormatter())
metrics = Metrics(namespace="Tiketi", service="tiketi")


def flush_metrics() -> None:
    """Writes the metrics of this invocation, when there are any."""
    if metrics.provider.metric_set:
        metrics.flush_metrics()
