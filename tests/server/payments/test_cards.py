"""Cards that people had saved on the provider's page: listed as the provider has them, and removed there."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from server.auth.events import AccountErased
from server.core import clock, jobs
from server.core.events import publish
from server.core.ids import new_id
from server.payments import rules
from server.payments.service import cards
from server.payments.service.data_export import data_export
from shared_models.payment_methods import CardExpiry, SavedCard
from tests.conftest import Api, MakePerson, Person
from tests.server.payments.conftest import Till
from tests.server.payments.test_events import tell
from tests.server.stays import rows

VISA, MASTERCARD = "4242424242424242", "5555555555554444"


@pytest.fixture
async def payer(till: Till, a_person: MakePerson) -> Person:
    """Somebody who signs in, and whom the till bills."""
    person = await a_person()
    till.payer_id = person.id
    return person


async def listed(api: Api, who: Person) -> list[dict[str, Any]]:
    reply = await api.as_(who).get("/payment-methods")
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()
    return found


async def kept_there(till: Till) -> list[str]:
    """The cards that the provider keeps for its customers."""
    found: list[str] = []
    for customer in (await till.provider.stripe.v1.customers.list_async()).data:
        found += [
            card.id
            for card in (await till.provider.stripe.v1.payment_methods.list_async({"customer": customer.id})).data
        ]
    return found


async def known_here(till: Till) -> list[str]:
    return [
        row.external_id for row in await rows(till.database, "SELECT external_id FROM saved_card ORDER BY saved_at")
    ]


@pytest.mark.parametrize(
    ("month", "year", "then"),
    [
        (11, 2026, CardExpiry.SOON),
        (12, 2026, CardExpiry.SOON),
        (1, 2027, CardExpiry.GOOD),
        (10, 2026, CardExpiry.EXPIRED),
        (12, 2025, CardExpiry.EXPIRED),
        (11, 2027, CardExpiry.GOOD),
    ],
)
@pytest.mark.parametrize("day", [1, 30])
def test_a_card_is_good_until_the_last_day_of_its_month(month: int, year: int, then: CardExpiry, day: int) -> None:
    card: dict[str, Any] = {"brand": "visa", "last4": "4242", "exp_month": month, "exp_year": year}
    saved = SavedCard(id=new_id(), saved_at="2026-01-01T00:00:00Z", **card)  # type: ignore[arg-type]
    assert saved.expiry(date(2026, 11, day)) is then


def test_at_the_end_of_a_year_the_next_month_is_in_the_next_one() -> None:
    card: dict[str, Any] = {"id": new_id(), "brand": "visa", "last4": "4242", "saved_at": "2026-01-01T00:00:00Z"}
    assert SavedCard(exp_month=1, exp_year=2027, **card).expiry(date(2026, 12, 31)) is CardExpiry.SOON
    assert SavedCard(exp_month=2, exp_year=2027, **card).expiry(date(2026, 12, 31)) is CardExpiry.GOOD


async def test_who_ticks_the_box_finds_their_card_and_who_does_not_finds_none(
    till: Till, payer: Person, api: Api
) -> None:
    await till.paid()
    assert await listed(api, payer) == []
    await till.paid(number=MASTERCARD, saves="yes")
    (card,) = await listed(api, payer)
    assert (card["brand"], card["last4"], card["exp_month"], card["is_being_removed"]) == (
        "mastercard", "4444", 12, False,
    )  # fmt: skip
    assert (await known_here(till)) == await kept_there(till)
    intents = (await till.provider.stripe.v1.payment_intents.list_async()).data
    assert {intent.setup_future_usage for intent in intents} == {None}


async def test_a_card_that_holds_the_money_is_listed_before_it_is_captured(till: Till, payer: Person, api: Api) -> None:
    id_ = await till.bill(till.a_bill(is_held=True))
    await till.work()
    await till.pay(id_, saves="yes")
    await till.look(id_)
    await till.work()
    assert (await till.payment(id_)).status == "authorised"
    assert [card["last4"] for card in await listed(api, payer)] == ["4242"]


async def test_a_saved_card_pays_the_next_time_and_is_listed_once(till: Till, payer: Person, api: Api) -> None:
    await till.paid(saves="yes")
    (kept,) = await kept_there(till)
    before = await listed(api, payer)
    again = await till.paid(number="", saved=kept)
    assert (again.status, await listed(api, payer)) == ("captured", before)


async def test_a_removed_card_is_listed_as_being_removed_until_the_provider_has_done_so(
    till: Till, payer: Person, api: Api
) -> None:
    await till.paid(saves="yes")
    await till.paid(number=MASTERCARD, saves="yes")
    last, first = await listed(api, payer)
    assert (last["last4"], first["last4"]) == ("4444", "4242")
    for _ in range(2):
        reply = await api.as_(payer).delete(f"/payment-methods/{last['id']}")
        assert (reply.status_code, reply.json()["is_being_removed"]) == (202, True)
    assert len(await kept_there(till)) == 2  # nobody outside was asked yet
    assert [card["is_being_removed"] for card in await listed(api, payer)] == [True, False]
    assert await till.waiting(cards.DETACH_CARD) == 1
    await till.work()
    assert await listed(api, payer) == [first]
    assert await kept_there(till) == await known_here(till)
    assert (await api.as_(payer).delete(f"/payment-methods/{last['id']}")).status_code == 404


async def test_who_wants_a_card_removed_twice_has_wanted_it_since_the_first_time(
    till: Till, payer: Person, api: Api
) -> None:
    await till.paid(saves="yes")
    (card,) = await listed(api, payer)
    since = []
    for _ in range(2):
        await api.as_(payer).delete(f"/payment-methods/{card['id']}")
        since += [row.removed_at for row in await rows(till.database, "SELECT removed_at FROM saved_card")]
    assert since[0] == since[1] is not None


async def test_nobody_removes_anothers_card(till: Till, payer: Person, api: Api, a_person: MakePerson) -> None:
    await till.paid(saves="yes")
    (card,) = await listed(api, payer)
    stranger = await a_person()
    assert await listed(api, stranger) == []
    for id_ in (card["id"], new_id()):
        assert (await api.as_(stranger).delete(f"/payment-methods/{id_}")).status_code == 404
    await till.work()
    assert await listed(api, payer) == [card]


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "error_after", "error_before", "rate_limit"])
async def test_whatever_becomes_of_the_answer_the_card_is_removed(
    till: Till, payer: Person, api: Api, fault: str
) -> None:
    await till.paid(saves="yes")
    (card,) = await listed(api, payer)
    await till.provider.fault(fault, "/v1/payment_methods", method="POST")
    await api.as_(payer).delete(f"/payment-methods/{card['id']}")
    await till.work()
    assert [card["is_being_removed"] for card in await listed(api, payer)] == [True]
    await till.again()
    assert (await listed(api, payer), await kept_there(till)) == ([], [])


async def test_a_card_that_was_removed_at_the_provider_meanwhile_is_removed_here_too(
    till: Till, payer: Person, api: Api
) -> None:
    await till.paid(saves="yes")
    (card,), (kept,) = await listed(api, payer), await kept_there(till)
    await till.provider.stripe.v1.payment_methods.detach_async(kept)
    await api.as_(payer).delete(f"/payment-methods/{card['id']}")
    await till.work()
    assert await listed(api, payer) == []
    assert await till.cases("failed_job") == []


async def test_what_was_read_before_a_card_is_removed_is_not_written_after_it(
    till: Till, payer: Person, api: Api
) -> None:
    await till.paid(saves="yes")
    (card,) = await listed(api, payer)
    async with till.database.transaction() as session:
        await cards.look(session, payer.id)
    await api.as_(payer).delete(f"/payment-methods/{card['id']}")
    async with till.database.transaction() as session:
        await cards.look(session, payer.id)
    asked = "SELECT DISTINCT lock FROM procrastinate_jobs WHERE task_name ~ 'payments.(read_cards|detach_card)'"
    assert [row.lock for row in await rows(till.database, asked)] == [f"cards:{payer.id}"]
    await till.work()
    assert await listed(api, payer) == []


async def test_whoever_wants_a_look_while_one_is_about_to_begin_has_that_one(till: Till, payer: Person) -> None:
    for _ in range(3):
        async with till.database.transaction() as session:
            await cards.look(session, payer.id)
    assert await till.waiting(cards.READ_CARDS) == 1


async def test_a_look_leaves_what_is_to_be_removed_so(till: Till, payer: Person, api: Api) -> None:
    await till.paid(saves="yes")
    (card,) = await listed(api, payer)
    await till.provider.fault("rate_limit", "/v1/payment_methods", method="POST")
    await api.as_(payer).delete(f"/payment-methods/{card['id']}")
    await jobs.run_now(till.database, cards.READ_CARDS, {"person_id": str(payer.id)}, till.settings)
    assert [found["is_being_removed"] for found in await listed(api, payer)] == [True]


@pytest.mark.parametrize("what", ["payment_method.detached", "payment_method.updated", "payment_method.attached"])
async def test_an_event_of_a_card_is_a_knock(till: Till, payer: Person, api: Api, what: str) -> None:
    await till.paid(saves="yes")
    (kept,) = await kept_there(till)
    methods = till.provider.stripe.v1.payment_methods
    if what == "payment_method.detached":
        await methods.detach_async(kept)
    else:
        await methods.update_async(kept, {"allow_redisplay": "limited"})
    found = (await till.provider.stripe.v1.events.list_async({"type": what})).data
    assert await tell(till, json.dumps(found[0].to_dict()).encode()) == 200
    await till.work()
    # Attached, says one event; but the card is not to be shown any more, says the provider.
    assert await listed(api, payer) == []


async def test_an_event_of_a_card_of_nobody_here_is_kept_and_done(till: Till) -> None:
    customer = (await till.provider.stripe.v1.customers.create_async({})).id
    await till.provider.stripe.v1.payment_methods.attach_async("pm_card_visa", {"customer": customer})
    found = (await till.provider.stripe.v1.events.list_async({"type": "payment_method.attached"})).data
    assert await tell(till, json.dumps(found[0].to_dict()).encode()) == 200
    await till.work()
    assert (await till.waiting(cards.READ_CARDS), await till.cases("failed_job")) == (0, [])


async def removed_in_the_dashboard(till: Till) -> str:
    """The one card that the provider keeps, and keeps no longer."""
    (kept,) = await kept_there(till)
    assert (await till.provider.press(kept, "detach"))["customer"] is None
    return kept


async def refresh_cards(till: Till, *hours: int) -> None:
    for hour in hours:
        async with till.database.transaction() as session:
            await cards.refresh(session, hour)


async def test_a_card_that_was_removed_in_the_dashboard_is_gone_when_the_provider_tells(
    till: Till, payer: Person, api: Api
) -> None:
    await till.paid(saves="yes")
    await removed_in_the_dashboard(till)
    told = (await till.provider.stripe.v1.events.list_async({"type": "payment_method.detached"})).data
    assert await tell(till, json.dumps(told[0].to_dict()).encode()) == 200
    await till.work()
    assert await listed(api, payer) == []


async def test_a_card_whose_removal_nobody_told_us_of_is_gone_within_a_day_and_never_offered(
    till: Till, payer: Person, api: Api
) -> None:
    await till.paid(saves="yes")
    await till.paid(number=MASTERCARD, saves="yes")
    _, first = await listed(api, payer)
    _, gone = await known_here(till)
    await till.provider.press(gone, "detach")
    id_ = await till.bill()
    await till.work()
    page = (await till.provider.http.get(str((await till.payment(id_)).page_url))).text
    assert (gone in page, [card["last4"] for card in await listed(api, payer)]) == (False, ["4444", "4242"])
    await refresh_cards(till, *range(24))
    assert await till.waiting(cards.READ_CARDS) == 1
    await till.work()
    assert await listed(api, payer) == [first]


def test_every_id_has_an_hour() -> None:
    endings = [ending for hour in range(24) for ending in rules.endings_of(hour)]
    assert sorted(endings) == [f"{byte:02x}" for byte in range(256)]


async def test_each_person_has_one_hour_of_the_day(till: Till, payer: Person, a_person: MakePerson) -> None:
    people = [payer.id, *[(await a_person()).id for _ in range(5)]]
    for number, person in enumerate(people):
        await till.database_says(
            "INSERT INTO saved_card (id, person_id, external_id, brand, last4, exp_month, exp_year, saved_at)"
            " VALUES (gen_random_uuid(), :person, :pm, 'visa', '4242', 12, 2030, now()),"
            " (gen_random_uuid(), :person, :pm || '-more', 'visa', '4242', 12, 2030, now())",
            person=person,
            pm=f"pm_{number}",
        )
    of_hour: dict[int, list[str]] = {}
    asked = "SELECT args->>'person_id' AS person FROM procrastinate_jobs WHERE task_name = 'payments.read_cards'"
    for hour in range(24):
        await refresh_cards(till, hour)
        of_hour[hour] = [row.person for row in await rows(till.database, asked)]
        await till.database_says("DELETE FROM procrastinate_jobs WHERE task_name = 'payments.read_cards'")
    assert sorted(person for found in of_hour.values() for person in found) == sorted(map(str, people))
    assert all(str(person) in of_hour[person.bytes[-1] % 24] for person in people)


async def test_the_clock_strikes_the_hour_of_those_whose_it_is(
    till: Till, payer: Person, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await till.paid(saves="yes")
    await removed_in_the_dashboard(till)
    theirs = payer.id.bytes[-1] % 24
    for hour, left in ((theirs + 1, 1), (theirs, 0)):
        then = clock.now().replace(hour=hour % 24)
        with monkeypatch.context() as at_that_hour:
            at_that_hour.setattr(clock, "now", lambda then=then: then)
            await jobs.run_now(till.database, "payments.refresh_cards", {}, till.settings)
        await till.work()
        assert len(await listed(api, payer)) == left


async def test_a_card_that_was_removed_there_meanwhile_is_removed_here_without_ado(
    till: Till, payer: Person, api: Api
) -> None:
    await till.paid(saves="yes")
    (card,) = await listed(api, payer)
    await removed_in_the_dashboard(till)
    assert (await api.as_(payer).delete(f"/payment-methods/{card['id']}")).status_code == 202
    await till.work()
    assert (await listed(api, payer), await till.cases("failed_job")) == ([], [])


async def leave(till: Till, person_id: UUID) -> None:
    async with till.database.transaction() as session:
        await publish(session, AccountErased(identity_id=person_id))


async def test_who_leaves_leaves_no_card_here_at_once_and_none_there_soon(till: Till, payer: Person) -> None:
    await till.paid(saves="yes")
    (kept,) = await kept_there(till)
    await leave(till, payer.id)
    assert await known_here(till) == []
    await till.work()
    assert (await till.provider.stripe.v1.payment_methods.retrieve_async(kept)).customer is None


async def test_a_look_at_the_cards_of_who_left_meanwhile_keeps_nothing(till: Till, payer: Person) -> None:
    await till.paid(saves="yes")
    await till.database_says("DELETE FROM saved_card")
    await till.database_says("UPDATE identity SET erased_at = now() WHERE id = :id", id=payer.id)
    await jobs.run_now(till.database, cards.READ_CARDS, {"person_id": str(payer.id)}, till.settings)
    assert await known_here(till) == []


async def test_the_copy_of_what_is_kept_tells_of_saved_cards(till: Till, payer: Person, a_person: MakePerson) -> None:
    await till.paid(saves="yes")
    async with till.database.transaction() as session:
        mine, others = await data_export(session, payer.id), await data_export(session, (await a_person()).id)
    (card,) = mine["saved_cards"]
    assert (card["brand"], card["last4"], [card["external_id"]]) == ("visa", "4242", await kept_there(till))
    assert VISA not in json.dumps(mine, default=str)
    assert others["saved_cards"] == []
