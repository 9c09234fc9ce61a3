"""What a scanner sends."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from tiketi import clock
from tiketi.admission.rules import Outcome

MOST_SCANS = 100
"""In one batch: a function has time for so many."""


def _time(text: str) -> str:
    try:
        return clock.rfc3339(clock.parse(text))
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError("date_time", "Send a date and time, such as 2026-12-24T18:00:00Z.") from error


Time = Annotated[str, AfterValidator(_time)]
Gate = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f#]+$")]
ScanId = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class ScanInput(BaseModel):
    """The `token` of the QR code as it was read, or the `code` that somebody typed."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    token: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=False)] = ""
    code: Annotated[str, StringConstraints(max_length=40)] = ""
    gate: Gate
    scan_id: ScanId

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        if bool(self.token) == bool(self.code):
            raise PydanticCustomError("token_or_code", "Send either the token or the code of a ticket.")
        return self


class OfflineScanInput(ScanInput):
    """A scan of which the scanner has decided by itself; `outcome` is what it told."""

    scanned_at: Time
    outcome: Outcome = "admitted"


class BatchInput(BaseModel):
    """`sent_at` is the scanner's clock when it sends, so that a clock that is wrong does not decide who was first."""

    model_config = ConfigDict(extra="ignore")

    scans: Annotated[list[OfflineScanInput], Field(min_length=1, max_length=MOST_SCANS)]
    sent_at: Time | None = None
