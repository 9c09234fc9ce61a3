"""A callback URL as it may be shown and logged: without the token in its path."""

import re
from urllib.parse import urlsplit, urlunsplit

_WORD = re.compile(r"[a-z_]{1,24}")
SHOWN_INSTEAD = "{token}"
_LONGEST_PLAIN_SEGMENT = 15


def without_token(url: str) -> str:
    """Long path segments that are not plain words, any query string, and credentials before the host are hidden."""
    parts = urlsplit(url)
    segments = [SHOWN_INSTEAD if is_token(segment) else segment for segment in parts.path.split("/")]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, "/".join(segments), "…" if parts.query else "", ""))


def with_forged_token(url: str) -> str:
    """The same address with another token of the same length, as somebody would send who guesses."""
    parts = urlsplit(url)
    segments = ["0" * len(segment) if is_token(segment) else segment for segment in parts.path.split("/")]
    return urlunsplit((parts.scheme, parts.netloc, "/".join(segments), parts.query, ""))


def is_token(segment: str) -> bool:
    return len(segment) > _LONGEST_PLAIN_SEGMENT and _WORD.fullmatch(segment) is None
