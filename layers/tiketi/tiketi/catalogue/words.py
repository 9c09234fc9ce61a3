"""How text becomes the words it is found by. What is stored and what is asked for go through the same function."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def _folded(text: str) -> str:
    """Without case and accents: `Café`, `CAFE` and `cafe` are the same."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in decomposed if not unicodedata.category(char).startswith("M"))


def words_of(*texts: str) -> list[str]:
    """The distinct words of some texts, in order: runs of letters and digits of any script."""
    return list(dict.fromkeys(word for text in texts for word in _WORD.findall(_folded(text))))


def fold_tag(tag: str) -> str:
    """A tag is asked for whole, in any case: blanks and accents count."""
    return " ".join(unicodedata.normalize("NFKC", tag).casefold().split())
