"""What comes back to guests who cancel, in the editor: a choice with a sentence each, and rows for one of one's own."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.features.home_form.cancelling.tiers import TierRow, tier_lines, tiers_of, tiers_read
from client.features.home_form.facts import facts_of, said_of, typed_from, typed_of
from client.features.home_form.field_places import field_at, step_of
from client.features.home_form.words import field_word, value_words
from shared_models.auth import Role
from shared_models.cancellation_terms import CancellationPolicy
from shared_models.drafts import DraftSaid
from tests.client.conftest import OpenClient
from tests.client.home_form.test_facts import typed
from tests.client.parts.test_words import home as a_home
from tests.client.waiting import gone, see
from tests.conftest import Api, MakePerson, MakeProperty, Person

OWN: dict[str, Any] = {
    "policy": "custom",
    "tiers": [{"days_before": 30, "refund_percent": 100}, {"days_before": 7, "refund_percent": 40}],
}
PARTS = st.text(st.characters(exclude_characters=":\n\r", exclude_categories=["C", "Z"]), max_size=5)


@pytest.fixture
async def me(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


@given(st.lists(st.builds(TierRow, PARTS, PARTS), max_size=6))
def test_rows_stay_as_they_were_typed(rows: list[TierRow]) -> None:
    assert tiers_of(tier_lines(rows)) == rows


@pytest.mark.parametrize("terms", [{"policy": "firm", "tiers": None}, OWN])
def test_a_home_comes_into_the_fields_and_out_of_them_as_it_was(terms: dict[str, Any]) -> None:
    form = typed_of(a_home(cancellation=terms))
    facts, errors = facts_of(form)
    assert errors == {}
    assert facts is not None
    assert facts.cancellation.model_dump(mode="json") == terms
    kept = typed_from(DraftSaid.model_validate(said_of(form).model_dump(mode="json")))
    assert facts_of(kept)[0] == facts


def test_a_new_home_has_the_mildest_policy() -> None:
    facts, errors = facts_of(typed())
    assert errors == {}
    assert facts is not None
    assert facts.cancellation.policy is CancellationPolicy.FLEXIBLE


def test_tiers_are_kept_while_another_policy_is_looked_at_and_not_sent_with_it() -> None:
    form = typed(cancellation_policy="firm", cancellation_tiers="30: 100")
    facts, errors = facts_of(form)
    assert errors == {}
    assert facts is not None
    assert facts.cancellation.tiers is None
    assert form.get("cancellation_tiers") == "30: 100"


@pytest.mark.parametrize(
    ("tiers", "wrong"),
    [
        ("", {"cancellation_tiers": "Add at least one step, and at most 5."}),
        (
            "9: 9\n8: 9\n7: 9\n6: 9\n5: 9\n4: 9",
            {"cancellation_tiers": "Add at least one step, and at most 5."},
        ),
        ("30:", {"cancellation_tiers.0.percent": "Write whole percents, such as 50."}),
        ("two weeks: 50", {"cancellation_tiers.0.days": "Write a whole number of days, such as 14."}),
        ("366: 50", {"cancellation_tiers.0.days": "Between 0 and 365."}),
        ("7: 0", {"cancellation_tiers.0.percent": "Between 1 and 100."}),
        ("7: 101", {"cancellation_tiers.0.percent": "Between 1 and 100."}),
        ("7: 50\n14: 20", {"cancellation_tiers.1.days": "Fewer days than in the row before."}),
        ("14: 50\n7: 60", {"cancellation_tiers.1.percent": "No more percent than in the row before."}),
    ],
)
def test_what_is_wrong_stands_in_its_row(tiers: str, wrong: dict[str, str]) -> None:
    facts, errors = facts_of(typed(cancellation_policy="custom", cancellation_tiers=tiers))
    assert (facts, errors) == (None, wrong)


def test_what_the_server_names_is_found_on_the_page() -> None:
    for path, field in (
        ("body.facts.cancellation.tiers.1.days_before", "cancellation_tiers.1.days"),
        ("body.facts.cancellation.tiers.1.refund_percent", "cancellation_tiers.1.percent"),
        ("body.facts.cancellation.tiers", "cancellation_tiers"),
        ("body.facts.cancellation.policy", "cancellation_policy"),
    ):
        assert field_at(path) == field
        assert step_of(field).value == "rules"
        assert field_word(field) != field


def test_the_choice_is_read_over_in_sentences() -> None:
    form = typed(cancellation_policy="custom", cancellation_tiers="30: 100\n0: 40")
    assert value_words(form, "cancellation_policy") == "Your own"
    assert value_words(form, "cancellation_tiers").splitlines() == [
        "100 % of the nights come back until 30 days before check-in.",
        "40 % of the nights come back until check-in.",
        "After that none of them.",
    ]
    assert tiers_read("x: 5\n7:") == "x: 5 %\n7: ? %"


async def test_a_policy_of_ones_own_is_chosen_filled_in_and_saved(
    open_client: OpenClient, api: Api, me: Person, a_property: MakeProperty
) -> None:
    home = await a_property(me, status="draft")
    app = await open_client(f"/landlord/homes/{home}?step=rules", me)
    await see(app, "When a guest cancels")
    assert not any("paid month by month" in words for words in app.texts())  # it is let by the night
    await app.press("Your own. Up to five steps that you choose.")
    await see(app, "Add a step")
    for number, (days, percent) in enumerate((("30", "100"), ("7", "40")), start=1):
        await app.press("Add a step")
        await see(app, f"Step {number}: until")
        await app.type(f"Step {number}: until", days)
        await app.type(f"Step {number}: comes back", percent)
    await see(app, "Draft kept")
    await app.press("Look and send")
    await see(app, "Send for review")
    await app.press("Save")
    await see(app, "is saved")
    assert (await api.as_(me).get(f"/properties/{home}")).json()["cancellation"] == OWN


async def test_a_row_that_is_removed_leaves_the_other(
    open_client: OpenClient, api: Api, me: Person, a_property: MakeProperty
) -> None:
    home = await a_property(me, status="draft", cancellation_policy="custom", cancellation_tiers=OWN["tiers"])
    app = await open_client(f"/landlord/homes/{home}?step=rules", me)
    await see(app, "Step 2: until")
    await app.press("Remove step 1")
    await gone(app, "Step 2: until")
    assert app.field("Step 1: until").value == "7"
    await see(app, "Draft kept")
