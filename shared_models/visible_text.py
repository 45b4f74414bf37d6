"""Text that somebody can read: more than spaces, joiners and other characters that show nothing."""

import unicodedata

BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f")
"""Characters that Unicode calls letters, signs or marks and that show nothing."""


def is_visible(text: str) -> bool:
    """Whether some character of it shows something by itself."""
    return any(unicodedata.category(character)[0] in "LNPS" and character not in BLANK_LETTERS for character in text)


def visible(text: str) -> str:
    """The text as it is. Raises ValueError when nothing of it can be seen."""
    if not is_visible(text):
        raise ValueError("has no character that can be seen")
    return text
