"""Content-Security-Policy (CSP, level 3): what a page of ours may load and run. Pure."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

Directives = Mapping[str, Sequence[str]]

NOTHING: Directives = {
    "default-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
}
"""For whatever is no page: it loads nothing, runs nothing, and stands in no frame."""


def policy(directives: Directives) -> str:
    """The header's value; what `directives` leave out is as NOTHING says."""
    whole = {**directives, **{name: sources for name, sources in NOTHING.items() if name not in directives}}
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in whole.items())


def inline_hashes(html: str, tag: str) -> list[str]:
    """The sources that let each inline `<tag>` of a page of ours pass, and no other.

    `html` must be ours to the letter: what a person wrote may not stand in it.
    """
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", html, flags=re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in found]


def origin_of(url: str) -> str:
    """Where an address with placeholders leads, as a source: `https://{s}.tiles.example/{z}` is at any subdomain."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{re.sub(r'^[^.]*[{][^.]*[}][^.]*', '*', parts.netloc)}"
