"""E-mail addresses: one grammar, narrower than RFC 5322, so that what is taken is one mailbox to every mail program.

`name@domain`: the name is an ASCII dot-atom (RFC 5321, 4.1.2) without ``! % | ` ``, which have meant routes and
programs; no quotes, comments, lists, groups or addresses of machines. The domain has at least two labels; labels that
are not ASCII become Punycode, so that no mail server on the way needs SMTPUTF8.

The standard library knows IDNA 2003 only. Where IDNA 2008 reads a label otherwise (`ß` would become `ss`: somebody
else's domain), or later characters of Unicode are involved, nothing is guessed: such a domain is taken in its `xn--`
form only.
"""

import re
import unicodedata
from encodings.idna import nameprep
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

MAX_ADDRESS, MAX_NAME, MAX_DOMAIN, MAX_LABEL = 254, 64, 253, 63
"""Characters, as they go over the wire (RFC 5321, 4.5.3.1, and RFC 1035)."""
_NAME = re.compile(r"[a-z0-9_#$&'*+/=?^{}~-]+(\.[a-z0-9_#$&'*+/=?^{}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_IN_LABELS = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})
_READ_TWO_WAYS = frozenset("ßς\u200c\u200d")
"""What IDNA 2008 keeps and IDNA 2003 replaces or drops (UTS 46, "deviation characters")."""
_NO_ADDRESS = "is not an e-mail address"
_OTHER_FORM = "has a domain that can be read in two ways; write it in its xn-- form"


def normal_address(text: str) -> str:
    """The one form in which an address is stored and compared. Raises ValueError, in words, for what is none."""
    written, _, domain = text.strip().rpartition("@")
    name = written.lower()  # of ASCII only: there are signs whose lower case is one of its letters
    if not written.isascii() or len(name) > MAX_NAME or _NAME.fullmatch(name) is None:
        raise ValueError(_NO_ADDRESS)
    labels = [_ascii_label(label) for label in domain.split(".")]
    ascii_domain = ".".join(labels)
    address = f"{name}@{ascii_domain}"
    if len(labels) < 2 or labels[-1].isdigit() or len(ascii_domain) > MAX_DOMAIN or len(address) > MAX_ADDRESS:
        raise ValueError(_NO_ADDRESS)
    return address


def known_address(text: str) -> str:
    """What an account may be found by: the normal form, or for addresses from before this grammar the text as it is."""
    try:
        return normal_address(text)
    except ValueError:
        return text.strip().lower()


def _ascii_label(label: str) -> str:
    found = label.lower() if label.isascii() else _punycode(unicodedata.normalize("NFC", label).lower())
    if len(found) > MAX_LABEL or _LABEL.fullmatch(found) is None:
        raise ValueError(_NO_ADDRESS)
    if found[2:4] == "--" and not _is_punycode(found):
        raise ValueError(_NO_ADDRESS)
    return found


def _punycode(label: str) -> str:
    if not _READ_TWO_WAYS.isdisjoint(label):
        raise ValueError(_OTHER_FORM)
    categories = [unicodedata.category(character) for character in label if character != "-"]
    if not set(categories) <= _IN_LABELS or categories[0].startswith("M"):
        raise ValueError(_NO_ADDRESS)
    if any(unicodedata.ucd_3_2_0.category(character) == "Cn" for character in label):
        raise ValueError(_OTHER_FORM)
    try:
        same = nameprep(label) == label
    except UnicodeError:
        same = False
    if not same:
        raise ValueError(_OTHER_FORM)
    return f"xn--{label.encode('punycode').decode()}"


def _has_wrong_hyphens(label: str) -> bool:
    return label.startswith("-") or label.endswith("-") or label[2:4] == "--"


def _is_punycode(label: str) -> bool:
    try:
        meant = label.removeprefix("xn--").encode().decode("punycode")
    except UnicodeError:
        return False
    letters = all(unicodedata.category(one) in _IN_LABELS or one in _READ_TWO_WAYS or one == "-" for one in meant)
    return (
        letters
        and not meant.isascii()
        and not _has_wrong_hyphens(meant)
        and f"xn--{meant.encode('punycode').decode()}" == label
    )


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=6, max_length=MAX_ADDRESS),
    AfterValidator(normal_address),
    # What apps were once told; the grammar above is narrower.
    Field(json_schema_extra={"format": "email", "pattern": r"^[^\s\x00-\x20@]+@[^\s@]+$"}),
]
"""An address as people type it, in its normal form. Whether it receives mail only a mail can tell."""

KnownEmail = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=MAX_ADDRESS), AfterValidator(known_address)
]
"""What someone signs in with."""
