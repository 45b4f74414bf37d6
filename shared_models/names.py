"""What people are called: one line that can be read, and is nothing else than a name."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared_models.visible_text import BLANK_LETTERS

MAX_NAME = 120
MAX_MARKS = 4
"""How many combining marks may follow each other: enough for every script, too few to cover the lines around."""
_JOINERS = frozenset("\u200c\u200d")
"""Not seen themselves, but names in Persian or Hindi are written wrongly without them."""
_WEB_ADDRESS = re.compile(
    r"://|(?i:\bwww\.)|[\w-]\.[a-z]{2,}\b|[\w-]\.(?i:com|net|org|info|biz|io|co|app|dev|shop|site|online|xyz|ru|cn|uk|de)\b"
)
"""What mail programs make a link of. `St.John` is none: names go on with a capital."""


def normal_name(text: str) -> str:
    """A name in the one form of its letters (NFC). Raises ValueError, in words, for what cannot be one."""
    name = unicodedata.normalize("NFC", text.strip())
    if len(name) > MAX_NAME:
        raise ValueError(f"may have at most {MAX_NAME} characters")
    categories = [unicodedata.category(character) for character in name]
    if any(category in ("Cc", "Zl", "Zp") for category in categories):
        raise ValueError("has to be one line")
    if any(_is_hidden(name, place) for place in range(len(name))):
        raise ValueError("has characters that nobody can see")
    if not any(category[0] in "LN" for category in categories):
        raise ValueError("needs a letter")
    if "M" * (MAX_MARKS + 1) in "".join(category[0] for category in categories):
        raise ValueError(f"has more than {MAX_MARKS} marks on one letter")
    if _WEB_ADDRESS.search(name):
        raise ValueError("may not be the address of a web page")
    return name


def _is_hidden(name: str, place: int) -> bool:
    character = name[place]
    if character in _JOINERS:
        around = (name[place - 1 : place], name[place + 1 : place + 2])
        return not all(side and unicodedata.category(side)[0] in "LM" for side in around)
    return character in BLANK_LETTERS or unicodedata.category(character) in ("Cf", "Co", "Cs")


PersonName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME), AfterValidator(normal_name)
]
"""What a person is called: 1 to 120 characters, no surrounding space."""
