"""Entity tags: whether a reader has today's state already, or a writer has seen it."""


def etag_matches(header: str, etag: str) -> bool:
    """Whether an `If-Match` or `If-None-Match` header names this entity tag (RFC 9110, 13.1)."""
    return header.strip() == "*" or etag in (tag.strip() for tag in header.split(","))
