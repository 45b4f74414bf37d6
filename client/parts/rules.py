"""House rules in words. What the landlord has not said is left open, never guessed."""

import flet as ft

from client.core.language import hour, t, tn
from client.design.text import text
from client.design.tokens import Colour
from client.parts.facts import nights_words
from shared_models.properties import HouseRules, PropertyRead

_I = ft.Icons


def rule_words(rules: HouseRules) -> list[tuple[ft.IconData, str]]:
    """Each rule that was said, as a sentence."""
    said = (
        (rules.pets, _I.PETS_OUTLINED, t("Pets are welcome"), t("No pets")),
        (rules.smoking, _I.SMOKING_ROOMS_OUTLINED, t("You may smoke"), t("No smoking")),
        (rules.parties, _I.CELEBRATION_OUTLINED, t("Parties are allowed"), t("No parties")),
        (rules.children, _I.CHILD_CARE_ROUNDED, t("Children are welcome"), t("Not suited to children")),
    )
    return [(icon, yes if value else no) for value, icon, yes, no in said if value is not None]


def unsaid(rules: HouseRules) -> list[str]:
    """What the landlord left open."""
    names = ((rules.pets, t("pets")), (rules.smoking, t("smoking")), (rules.parties, t("parties")))
    return [name for value, name in names if value is None]


def stay_words(home: PropertyRead) -> list[tuple[ft.IconData, str]]:
    """When one arrives and leaves, and how long a stay may be."""
    words: list[tuple[ft.IconData, str]] = []
    if home.check_in_from is not None:
        words.append((_I.LOGIN_ROUNDED, t("Check-in from {hour}", hour=hour(home.check_in_from))))
    if home.check_out_by is not None:
        words.append((_I.LOGOUT_ROUNDED, t("Check-out by {hour}", hour=hour(home.check_out_by))))
    if home.check_in_from is None and home.check_out_by is None:
        words.append((_I.SCHEDULE_ROUNDED, t("Check-in and check-out times are not said: ask")))
    if home.min_nights and home.min_nights > 1:
        words.append((_I.NIGHTS_STAY_OUTLINED, t("At least {nights}", nights=nights_words(home.min_nights))))
    if home.max_nights:
        words.append((_I.NIGHTS_STAY_OUTLINED, t("At most {nights}", nights=nights_words(home.max_nights))))
    if home.sleeps:
        words.append((_I.GROUP_OUTLINED, tn("At most {n} guest", "At most {n} guests", home.sleeps)))
    return words


def house_rules(home: PropertyRead) -> ft.Control:
    """Times, limits and rules, each with its icon."""
    open_questions = unsaid(home.rules)
    rows = [_row(icon, words) for icon, words in [*stay_words(home), *rule_words(home.rules)]]
    if open_questions:
        words = t("Not said: {things}. Ask before you book.", things=", ".join(open_questions))
        rows.append(_row(_I.HELP_OUTLINE_ROUNDED, words, faint=True))
    return ft.ResponsiveRow([ft.Container(row, col={"xs": 12, "sm": 6}) for row in rows], spacing=24, run_spacing=10)


def _row(icon: ft.IconData, words: str, *, faint: bool = False) -> ft.Control:
    colour = Colour.TEXT_3 if faint else Colour.TEXT
    return ft.Row(
        [ft.Icon(icon, size=20, color=colour), text(words, color=colour, expand=True)],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
