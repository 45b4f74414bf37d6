"""What a caller reads: the languages of an `Accept-Language`."""

import re

MAX_LANGUAGES = 20
"""How many languages of an `Accept-Language` are read."""
_LANGUAGE = re.compile(r"(?P<tag>[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)( *; *q=(?P<weight>[01](\.\d{0,3})?))?")


def wanted_languages(header: str) -> tuple[str, ...]:
    """The languages of an `Accept-Language` (RFC 9110, 12.5.4), the dearest first; what is garbled is passed over."""
    ranges = [_LANGUAGE.fullmatch(part.strip()) for part in header.split(",")[:MAX_LANGUAGES]]
    weighed = [(float(found["weight"] or 1), found["tag"]) for found in ranges if found]
    # Sorting keeps the order of those that weigh the same, which is the browser's own.
    return tuple(tag for weight, tag in sorted(weighed, key=lambda each: -each[0]) if weight)
