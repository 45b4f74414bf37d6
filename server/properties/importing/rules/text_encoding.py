"""From bytes to text: UTF-8, UTF-16, UTF-32 or Windows-1252. Pure."""

import re

from server.properties.importing.rules.file_lines import Unreadable

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_NO_UTF_8 = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")
_BEGINNING = 4096


def decoded(content: bytes) -> str:
    """The text of a file. Raises Unreadable.

    Where a text is UTF-8 but for some bytes, those stay as surrogates, so that only what they stand in is lost.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _sound(content[len(mark) :], encoding)
    if (unmarked := _utf_16_without_mark(content)) is not None:
        return _sound(content, unmarked)
    text = content.decode("utf-8", "surrogateescape")
    broken = len(_NO_UTF_8.findall(text))
    if broken > len(_BEYOND_ASCII.findall(text)) and "\x00" not in text:
        return _sound(content, "cp1252")
    return _sound(content, "utf-8")


def beginning(content: bytes) -> str:
    """The first characters of a file, whatever it is: enough to tell of what kind it is."""
    start = content[:_BEGINNING]
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return start[len(mark) :].decode(encoding, "ignore").lstrip()
    return start.decode(_utf_16_without_mark(start) or "utf-8", "ignore").lstrip()


def _utf_16_without_mark(content: bytes) -> str | None:
    """A header that begins in Latin letters has a null in every second byte: which one tells the byte order."""
    start = content[:8]
    even, odd = start[::2], start[1::2]
    if len(start) < 4 or b"\x00" not in start:
        return None
    if not any(even):
        return "utf-16-be"
    return None if any(odd) else "utf-16-le"


def _sound(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding, "surrogateescape" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError as problem:
        raise Unreadable(
            f"The text is not {encoding.upper()} from byte {problem.start + 1} on. Save it as CSV in UTF-8."
        ) from problem
    if "\x00" in text:
        raise Unreadable("There are null characters in it: this is not a text file. Save it as CSV in UTF-8.")
    return text
