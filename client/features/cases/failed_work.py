"""What an admin reads of work in the background that failed."""

import flet as ft

from client.core.language import instant, t, tn, whole
from client.design.layout import divider
from client.design.text import copyable, header, text
from client.design.tokens import Colour, Style
from shared_models.cases import CaseFull, FailedJobs


def failed_work(case: CaseFull, zone: str) -> list[ft.Control]:
    """How it stands, and what running it again would do; nothing for a case that is closed."""
    if case.failed is None:
        return []
    parts: list[ft.Control] = [header(t("What failed"), 3)]
    for title, words in _facts(case.title, case.failed, zone):
        line = ft.Column([text(title, Style.LABEL), copyable(words, color=Colour.TEXT_2)], spacing=0, tight=True)
        parts += [divider(), line]
    told = t(
        "Mend first what made it fail. Run again, all of it has its whole time once more, "
        "and the case closes by itself when it has worked."
    )
    return [*parts, divider(), text(told, color=Colour.TEXT_2)]


def _error_words(error: str) -> str:
    """What made it fail, where that says what to mend."""
    known = {
        "": t("Nobody could write it down"),
        "OtherVersion": t(
            "Another version of the payment provider’s API: set its webhook endpoint to ours, then leave this undone. "
            "What it told is asked after."
        ),
        "KeyRefused": t("The payment provider does not take our secret key"),
    }
    return known.get(error, error)


def _facts(name: str, failed: FailedJobs, zone: str) -> list[tuple[str, str]]:
    return [
        (t("Not tried any more"), whole(failed.failed)),
        (t("Being tried again"), whole(failed.trying)),
        (t("Since"), instant(failed.since, zone)),
        (t("Tried at most"), tn("{n} time", "{n} times", failed.tries)),
        (t("Last error"), _error_words(failed.error)),
        (t("Its name in the log"), name),
    ]
