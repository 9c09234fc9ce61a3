"""From the words and what is known about an event to an SMS that fits and an e-mail. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tiketi.clock import NAIROBI
from tiketi.delivery.gsm7 import ONE_OF_SEVERAL, ONE_SMS, fold, septets
from tiketi.delivery.notices import Kind
from tiketi.delivery.words import MONTHS, MORE_LINKS, NAMELESS, WEEKDAYS, WORDS
from tiketi.messages import Language

_CUT = {"where": 12, "tier": 10, "title": 20}
"""What may be cut in an SMS, in this order, and to how many characters at least."""


@dataclass(frozen=True)
class Facts:
    """What the words of a notice are about; what a kind has no use for stays empty. `amount` is whole KES."""

    title: str
    start: datetime | None = None
    where: str = ""
    tier: str = ""
    links: tuple[str, ...] = ()
    amount: int = 0
    name: str = ""
    code: str = ""


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """An e-mail's subject and text, and what comes with it."""

    subject: str
    text: str
    attachment: Attachment | None = None


def sms_text(kind: Kind, language: Language, facts: Facts) -> str:
    """GSM 7-bit text of one SMS, or of two for more or longer links: titles and places give way before a second one."""
    words = WORDS[kind][language].sms
    values = {name: fold(value) for name, value in _values(facts, _short_time(facts.start, language)).items()}
    values["title"] = values["title"] or NAMELESS[language]
    for shown in range(len(facts.links), 1, -1):
        values["links"] = _some_links(facts.links, shown, language)
        text = _fitted(words, values)
        if septets(text) <= 2 * ONE_OF_SEVERAL:
            return text
    return _fitted(words, {**values, "links": _some_links(facts.links, 1, language)})


def _fitted(words: str, values: Mapping[str, str]) -> str:
    one, two = (_cut_to(most, words, values) for most in (ONE_SMS, 2 * ONE_OF_SEVERAL))
    return one if septets(one) <= ONE_SMS else two


def _some_links(links: tuple[str, ...], shown: int, language: Language) -> str:
    more = [MORE_LINKS[language].format(number=len(links) - shown)] if shown < len(links) else []
    return " ".join([*links[:shown], *more])


def letter(kind: Kind, language: Language, facts: Facts) -> Letter:
    words = WORDS[kind][language]
    values = _values(facts, _long_time(facts.start, language))
    return Letter(words.subject.format_map(values), words.text.format_map(values))


def _values(facts: Facts, when: str) -> dict[str, str]:
    return {
        "title": _one_line(facts.title),
        "when": when,
        "where": _one_line(facts.where),
        "tier": _one_line(facts.tier),
        "name": _one_line(facts.name),
        "quantity": str(len(facts.links)),
        "link": facts.links[0] if facts.links else "",
        "links": "\n".join(facts.links),
        "amount": f"{facts.amount:,}",
        "code": facts.code,
    }


def _one_line(text: str) -> str:
    """A line break in a title must not begin a new header of an e-mail, or a line that looks like ours."""
    return " ".join(text.split())


def _cut_to(most: int, words: str, values: Mapping[str, str]) -> str:
    fitting = dict(values)
    for name, least in _CUT.items():
        excess = septets(words.format_map(fitting)) - most
        if excess > 0 and f"{{{name}}}" in words:
            fitting[name] = _shortened(fitting[name], max(least, len(fitting[name]) - excess))
    return words.format_map(fitting)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 2].rstrip(' ,.-')}.."


def _short_time(moment: datetime | None, language: Language) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(NAIROBI)
    return f"{local.day} {_month(local, language)[:3]} {local:%H:%M}"


def _long_time(moment: datetime | None, language: Language) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(NAIROBI)
    day = f"{WEEKDAYS[language][local.weekday()]} {local.day} {_month(local, language)} {local.year}"
    return f"{day}, {local:%H:%M}"


def _month(moment: datetime, language: Language) -> str:
    return MONTHS[language].split()[moment.month - 1]
