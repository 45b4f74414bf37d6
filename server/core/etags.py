"""Entity tags: whether a reader has today's state already, or a writer has seen it.

We issue strong tags only. A proxy that compresses on the way changes them: nginx makes them weak (`W/"a"`), Apache
adds how it packed the content (`"a-gzip"`). Both still name the one version they came from, so both are read as the tag
they were. For `If-None-Match` RFC 9110 (13.1.2) asks for that. For `If-Match` (13.1.1) it asks for the strong
comparison, because a weak tag may be shared by versions that differ a little. None of ours is, and without this nobody
behind such a proxy could save anything.
"""

import re

_TAG = re.compile(r'"([^"]*)"')
"""With or without a `W/` before it."""
_PACKED = re.compile(r"-(?:gzip|deflate|br|zstd)$")


def etag_matches(header: str, etag: str) -> bool:
    """Whether an `If-Match` or `If-None-Match` header names this tag: a strong one of ours, with its quotes."""
    ours = etag.strip('"')
    return header.strip() == "*" or any(ours in (tag, _PACKED.sub("", tag)) for tag in _TAG.findall(header))
