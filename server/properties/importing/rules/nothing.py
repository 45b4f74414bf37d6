"""What a cell that says nothing looks like, and how a reader refuses one that cannot be taken. Pure."""

NOTHING = frozenset({"", "-", "\u2013", "\u2014", "n/a", "na", "nan", "none", "null", "k.a", "k.a."})


class Refused(ValueError):
    """This cell cannot be taken; the text says why."""
