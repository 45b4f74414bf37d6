"""Which nation's law a home is under, and what that says."""

import pytest

from shared_models.letting_law import LETTING_RULES, LettingRule, LettingRuleKind, Nation, letting_rule, nation_of

E, S, W, N = Nation.ENGLAND, Nation.SCOTLAND, Nation.WALES, Nation.NORTHERN_IRELAND


@pytest.mark.parametrize(
    ("postcode", "city", "nation"),
    [
        ("E8 1AA", "London", E),
        ("ec1a1bb", "London", E),
        ("M1", "Manchester", E),
        ("EH6 6QW", "Edinburgh", S),
        ("eh6", "Leith", S),
        ("G1 1AA", "Glasgow", S),
        ("CF10 1AA", "Cardiff", W),
        ("BT1 1AA", "Belfast", N),
        # Districts across a border from the rest of their area.
        ("TD15 1AA", "Berwick-upon-Tweed", E),
        ("TD6 9AA", "Melrose", S),
        ("CH5 1AA", "Deeside", W),
        ("CH1 1AA", "Chester", E),
        ("SY15 6AB", "Montgomery", W),
        ("SY15AB", "Shrewsbury", E),  # SY1 5AB
        # The postcode counts more than the city.
        ("E8 1AA", "Edinburgh", E),
        # Without one, or with none that can be read, the city does.
        (None, "Edinburgh", S),
        ("", " SWANSEA ", W),
        ("?", "Derry", N),
        (None, "London", E),
        (None, "Nether Wallop", E),
    ],
)
def test_the_nation_of_a_home(postcode: str | None, city: str, nation: Nation) -> None:
    assert nation_of("GB", postcode, city) == nation


def test_other_countries_have_none() -> None:
    assert nation_of("FR", "E8 1AA", "London") is None


def test_a_rule_holds_in_its_nation_alone() -> None:
    kind = LettingRuleKind.NO_CLEANING_FEE
    assert letting_rule(kind, "GB", "E8 1AA", "London") is not None
    assert letting_rule(kind, "GB", "EH6 6QW", "Edinburgh") is None
    assert letting_rule(kind, "IE", None, "Dublin") is None


@pytest.mark.parametrize("rule", LETTING_RULES, ids=lambda rule: rule.kind.value)
def test_a_rule_says_where_it_is_written(rule: LettingRule) -> None:
    assert rule.source.startswith("https://www.legislation.gov.uk/")
    assert rule.since < rule.as_of
