"""Which passwords are too easy to guess. Pure."""

from collections.abc import Iterable


def is_guessable(password: str, about: Iterable[str]) -> bool:
    """Whether a password is among the first that others would try: common, breached, a pattern, or said by `about`.

    zxcvbn knows the 30,000 most common of the breached ones and their usual variations; under a million guesses it
    is refused. Only the beginning is looked at: a long one takes seconds, and 32 good characters are enough.
    """
    # Only here: its lists take a moment to load, and most processes never ask.
    from zxcvbn import zxcvbn

    known = [part for words in about for part in (words, *words.replace("@", ".").split("."))]
    score: int = zxcvbn(password[:32], user_inputs=[*known, "estospaces"])["score"]
    return score < 2
