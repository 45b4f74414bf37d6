"""Stays that are paid month by month: agreed first, then each month as it comes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from server.bookings.service import receipts, things
from server.core import jobs
from server.core.database import Database
from server.core.words import translator
from server.payments.service import door as payments
from server.payments.service.door import Subject
from shared_models.auth import Role
from shared_models.bookings import BookingRead, BookingSide
from shared_models.cancellation import CancelledStay, refund_at
from shared_models.languages import Language
from shared_models.payments import PaymentStatus
from shared_models.stay_dates import add_months
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.bookings.paid import total_given_back
from tests.server.paying import hear_of
from tests.server.stays import broken_promises, rows, statements

NOW = datetime(2030, 1, 10, 12, tzinfo=UTC)
RENT = 100_000
LONDON = {"city": "London", "postcode": "E8 1AA"}


class Letting:
    """A stay by the month from 15 January to 25 April: three months and ten days."""

    check_in, check_out = date(2030, 1, 15), date(2030, 4, 25)

    def __init__(self, api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty) -> None:
        self.api, self.database, self.a_person, self.a_property = api, database, a_person, a_property
        self.tenant: Person
        self.landlord: Person
        self.booking: dict[str, Any]

    async def held(self, **home: Any) -> "Letting":
        self.tenant, self.landlord = await self.a_person(name="Isla"), await self.a_person(Role.LANDLORD, name="Morag")
        facts = {"let_type": "monthly", "price_minor": RENT} | home
        self.home = await self.a_property(self.landlord, **facts)
        quoted = await self.call(
            self.tenant,
            "/quotes",
            {
                "property_id": str(self.home),
                "check_in": str(self.check_in),
                "check_out": str(self.check_out),
                "guests": 1,
            },
        )
        assert quoted["payment"] == "monthly"
        self.booking = await self.call(self.tenant, "/bookings", {"quote_id": quoted["id"]})
        return self

    async def agreed(self, **home: Any) -> "Letting":
        await self.held(**home)
        self.booking = await self.call(self.tenant, f"{self.path}/confirm")
        return self

    async def again(self, who: Person) -> Person:
        """Somebody who is signed in again, some time later."""
        told = (await self.api.as_(None).post("/auth/refresh", {"refresh_token": who.refresh_token})).json()
        return replace(who, access_token=told["access_token"], refresh_token=told["refresh_token"])

    @property
    def path(self) -> str:
        return f"/bookings/{self.booking['id']}"

    async def call(self, who: Person, path: str, body: Any = None) -> dict[str, Any]:
        reply = await self.api.as_(who).post(path, body)
        assert reply.status_code < 300, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def pay(self, number: int) -> Any:
        return await self.api.as_(self.tenant).post(f"{self.path}/months/{number}/payment")

    async def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.api.as_(self.tenant).get(self.path)).json()
        return found

    async def month_id(self, number: int, status: str = "") -> UUID:
        found = await rows(
            self.database,
            "SELECT id FROM rent_month WHERE number = :number AND (:status = '' OR status = :status) "
            "ORDER BY status = 'closed', id DESC",
            number=number,
            status=status,
        )
        id_: UUID = found[0].id
        return id_

    async def paid(self, *numbers: int) -> "Letting":
        """Each of these months, paid as if the provider had told so."""
        for number in numbers:
            reply = await self.pay(number)
            assert reply.status_code == 202, reply.text
            await hear_of(self.database, Subject("rent_month", await self.month_id(number)))
        return self

    def stands(self, booking: dict[str, Any]) -> list[tuple[int, str]]:
        return [(month["number"], month["status"]) for month in booking["months"]]


@pytest.fixture
def letting(api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty) -> Letting:
    return Letting(api, database, a_person, a_property)


async def code_of(call: Any) -> tuple[int, str]:
    reply = await call
    return reply.status_code, reply.json().get("detail", "")


async def test_agreeing_writes_the_months_down_and_charges_nothing(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.held(cleaning_fee_minor=5_000)
        assert letting.booking["months"] == []
        assert (await letting.pay(1)).status_code == 404  # nothing before the contract
        letting.booking = await letting.call(letting.tenant, f"{letting.path}/confirm")
        told = [(each["due"], each["last"], each["amount"]["amount_minor"]) for each in letting.booking["months"]]
        assert told == [
            ("2030-01-15", "2030-02-14", RENT + 5_000),
            ("2030-02-15", "2030-03-14", RENT),
            ("2030-03-15", "2030-04-14", RENT),
            ("2030-04-15", "2030-04-24", 33_333),
        ]
        assert sum(amount for *_, amount in told) == letting.booking["total"]["amount_minor"]
        assert await rows(letting.database, "SELECT 1 FROM payment") == []
        assert (letting.booking["paid"], letting.booking["status"]) == (None, "confirmed")
        assert await broken_promises(letting.database) == []


async def test_a_landlord_who_is_asked_agrees_before_anything_is_paid(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.held(instant_book=False)
        assert (letting.booking["status"], letting.booking["months"]) == ("requested", [])
        accepted = await letting.call(letting.landlord, f"{letting.path}/accept")
        assert [month["number"] for month in accepted["months"]] == [1, 2, 3, 4]
        assert await rows(letting.database, "SELECT 1 FROM payment") == []


async def test_the_first_can_be_paid_when_it_is_agreed_the_others_a_month_before_they_begin(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        first = await letting.pay(1)
        assert (first.status_code, first.json()["amount"]["amount_minor"], first.json()["is_held"]) == (
            202,
            RENT,
            False,
        )
        assert (await letting.pay(1)).json()["id"] == first.json()["id"]  # two tabs are one charge
        await hear_of(letting.database, Subject("rent_month", await letting.month_id(1)))
        seen = await letting.seen()
        assert letting.stands(seen) == [(1, "paid"), (2, "to_pay"), (3, "to_pay"), (4, "to_pay")]
        assert seen["paid"]["amount_minor"] == RENT
        assert (await letting.pay(1)).json()["status"] == "captured"
        assert await code_of(letting.pay(2)) == (409, "This month can be paid from 2030-01-15 on.")
        assert (await letting.pay(2)).json()["code"] == "month_not_yet"
        assert (await letting.pay(5)).status_code == 404
        assert (await letting.pay(27)).status_code == 422
    with time_machine.travel(datetime(2030, 1, 15, 0, 1, tzinfo=UTC)):
        letting.tenant = await letting.again(letting.tenant)
        assert (await letting.pay(2)).status_code == 202
        assert await broken_promises(letting.database) == []


async def test_months_are_paid_in_order(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
    with time_machine.travel(datetime(2030, 1, 20, tzinfo=UTC)):
        letting.tenant = await letting.again(letting.tenant)
        assert await code_of(letting.pay(2)) == (409, "Months are paid in order. Pay the one before it first.")
        assert (await letting.pay(2)).json()["code"] == "month_not_yet"
        await letting.paid(1, 2)
        assert letting.stands(await letting.seen())[1:3] == [(2, "paid"), (3, "to_pay")]


@pytest.mark.parametrize(
    ("place", "from_"), [(LONDON, "2030-02-15"), ({"city": "Edinburgh", "postcode": "EH6 6QW"}, "2030-01-10")]
)
async def test_in_england_even_the_first_is_not_paid_more_than_a_month_ahead(
    letting: Letting, place: dict[str, str], from_: str
) -> None:
    letting.check_in, letting.check_out = date(2030, 3, 15), date(2030, 5, 15)
    with time_machine.travel(NOW):
        await letting.agreed(**place)
        assert [month["payable_from"] for month in letting.booking["months"]] == [from_, "2030-03-15"]
        status, why = await code_of(letting.pay(1))
        assert (status == 202) is (from_ == "2030-01-10"), why


async def test_a_second_payment_of_a_month_goes_back_by_itself(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.pay(1)
        subject = Subject("rent_month", await letting.month_id(1))
        await hear_of(letting.database, subject, PaymentStatus.EXPIRED)
        await letting.pay(1)
        await hear_of(letting.database, subject)
        assert await total_given_back(letting.database) == 0
        async with letting.database.transaction() as session:
            (first, second) = (await payments.payments_of(session, [subject]))[subject]
        assert (first.status, second.status) == (PaymentStatus.EXPIRED, PaymentStatus.CAPTURED)


async def test_what_comes_back_is_what_was_paid_less_what_is_kept_as_it_was_shown(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed(cleaning_fee_minor=5_000)
        await letting.paid(1)
    with time_machine.travel(datetime(2030, 1, 15, 0, 5, tzinfo=UTC)):
        letting.tenant = await letting.again(letting.tenant)
        await letting.paid(2)
        assert (await letting.pay(3)).status_code == 409
        shown = refund_at(CancelledStay.of(BookingRead.model_validate(await letting.seen())), datetime.now(UTC))
        # Before check-in at 15:00: thirty nights of the price are kept, and all of the cleaning comes back.
        assert shown.total.amount_minor == 2 * RENT + 5_000 - 96_774
        ended = await letting.call(letting.tenant, f"{letting.path}/cancel", {"reason": "Ill"})
        assert ended["refund"]["amount_minor"] == shown.total.amount_minor == await total_given_back(letting.database)
        assert letting.stands(ended) == [(1, "paid"), (2, "paid")]
        assert await broken_promises(letting.database) == []
        again = await letting.call(letting.tenant, f"{letting.path}/cancel", {"reason": "Ill"})
        assert again["refund"] == ended["refund"]
        assert await total_given_back(letting.database) == shown.total.amount_minor


async def test_of_a_stay_of_which_nothing_was_paid_nothing_is_kept_and_nothing_owed(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.pay(1)
        await hear_of(letting.database, Subject("rent_month", await letting.month_id(1)), PaymentStatus.OPEN)
    with time_machine.travel(NOW + timedelta(days=2)):
        letting.tenant = await letting.again(letting.tenant)
        ended = await letting.call(letting.tenant, f"{letting.path}/cancel", {"reason": "Ill"})
        assert (ended["refund"]["amount_minor"], ended["months"]) == (0, [])
        assert await rows(letting.database, "SELECT DISTINCT status FROM rent_month") == [("closed",)]
        ((ended_at,),) = await rows(letting.database, "SELECT let_go_at IS NOT NULL FROM payment")
        assert ended_at
        assert await code_of(letting.pay(1)) == (409, "This month is not to be paid any more.")
        assert (await letting.pay(1)).json()["code"] == "month_closed"
        # Whoever was on the page already pays for nothing: it goes back by itself.
        await hear_of(letting.database, Subject("rent_month", await letting.month_id(1)))
        assert await total_given_back(letting.database) == RENT
        assert (await letting.seen())["refund"]["amount_minor"] == 0
        assert await broken_promises(letting.database) == []


async def test_a_landlord_who_cancels_gives_back_all_that_was_paid(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.paid(1)
    with time_machine.travel(datetime(2030, 1, 30, tzinfo=UTC)):
        landlord = await letting.again(letting.landlord)
        ended = await letting.call(landlord, f"{letting.path}/cancel", {"reason": "Sold"})
        assert ended["refund"]["amount_minor"] == RENT == await total_given_back(letting.database)
        assert await broken_promises(letting.database) == []


async def test_nobody_came_is_as_if_cancelled_at_check_in(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.paid(1)
    with time_machine.travel(datetime(2030, 1, 17, tzinfo=UTC)):
        landlord = await letting.again(letting.landlord)
        ended = await letting.call(landlord, f"{letting.path}/no-show")
        assert ended["refund"]["amount_minor"] == RENT - 96_774 == await total_given_back(letting.database)
        assert await broken_promises(letting.database) == []


async def changed(letting: Letting, check_in: date, check_out: date) -> Any:
    """Other dates that the tenant asks for and the landlord agrees to; the first refusal, or the last answer."""
    wish = {"check_in": str(check_in), "check_out": str(check_out), "guests": 1}
    quoted = await letting.api.as_(letting.tenant).post(f"{letting.path}/quotes", wish)
    if quoted.status_code != 201:
        return quoted
    asked = await letting.call(letting.tenant, f"{letting.path}/changes", {"quote_id": quoted.json()["id"]})
    return await letting.api.as_(letting.landlord).post(f"{letting.path}/changes/{asked['change']['id']}/accept")


async def test_other_dates_write_the_months_anew_and_leave_those_that_are_paid(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.paid(1)
        first = await letting.month_id(1)
        told = (await changed(letting, letting.check_in, add_months(letting.check_in, 2))).json()
        assert [(each["number"], each["status"], each["last"]) for each in told["months"]] == [
            (1, "paid", "2030-02-14"),
            (2, "to_pay", "2030-03-14"),
        ]
        assert await letting.month_id(1) == first
        assert (told["total"]["amount_minor"], told["paid"]["amount_minor"]) == (2 * RENT, RENT)
        longer = (await changed(letting, letting.check_in, add_months(letting.check_in, 3))).json()
        assert letting.stands(longer) == [(1, "paid"), (2, "to_pay"), (3, "to_pay")]
        assert await broken_promises(letting.database) == []


async def test_what_is_paid_is_not_changed(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.paid(1)
        later = letting.check_in + timedelta(days=1)
        words = "What is paid stays as it is: only months after those that are paid can be changed."
        assert await code_of(changed(letting, later, letting.check_out)) == (409, words)
        shorter = letting.check_in + timedelta(days=20)
        assert await code_of(changed(letting, letting.check_in, shorter)) == (409, words)


async def test_other_dates_wait_while_a_month_is_being_paid(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.pay(1)
        words = "A month of the stay is still being paid. Try again in a moment."
        assert await code_of(changed(letting, letting.check_in, add_months(letting.check_in, 2))) == (409, words)


async def test_a_home_that_is_let_by_the_night_now_keeps_the_stays_by_the_month(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        async with letting.database.transaction() as session:
            await session.execute(text("UPDATE property SET let_type = 'nightly'"))
        words = "This home is not let by the month any more, so this stay keeps its dates."
        assert await code_of(changed(letting, letting.check_in, add_months(letting.check_in, 2))) == (409, words)


async def told(letting: Letting, at: datetime) -> list[tuple[str, int]]:
    """What was told of months by then, the job twice run: the events that wait for whoever tells people."""
    with time_machine.travel(at):
        for _ in range(2):
            await jobs.run_now(letting.database, "bookings.remind_of_rent", {})
    found = await rows(
        letting.database,
        "SELECT task_name, (args ->> 'number')::int AS number FROM procrastinate_jobs "
        "WHERE task_name LIKE 'notifications.Rent%' ORDER BY id",
    )
    return [(row.task_name.removeprefix("notifications."), row.number) for row in found]


async def test_tenants_are_reminded_before_on_the_day_and_when_it_is_over_once_each(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed(zone="America/New_York")
    assert await told(letting, datetime(2030, 1, 12, 13, 59, tzinfo=UTC)) == []
    first = [("RentComing", 1)]
    assert await told(letting, datetime(2030, 1, 12, 14, 0, tzinfo=UTC)) == first
    assert await told(letting, datetime(2030, 1, 15, 13, 0, tzinfo=UTC)) == first
    both = [*first, ("RentDue", 1)]
    assert await told(letting, datetime(2030, 1, 15, 15, 0, tzinfo=UTC)) == both
    assert await told(letting, datetime(2030, 1, 17, 15, 0, tzinfo=UTC)) == both
    assert await told(letting, datetime(2030, 1, 18, 15, 0, tzinfo=UTC)) == [*both, ("RentOverdue", 1)]
    assert await told(letting, datetime(2030, 1, 30, 15, 0, tzinfo=UTC)) == [*both, ("RentOverdue", 1)]


async def test_who_was_away_is_reminded_of_the_latest_alone_and_nobody_of_what_is_paid(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.paid(1)
    assert await told(letting, datetime(2030, 3, 1, 12, tzinfo=UTC)) == [("RentPaid", 1), ("RentOverdue", 2)]


async def test_the_months_are_read_in_as_many_statements_however_many_stays(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        with statements(letting.database) as sent:
            reply = await letting.api.as_(letting.landlord).get("/bookings?side=landlord")
        assert letting.stands(reply.json()["items"][0])[0] == (1, "to_pay")
        assert sum("FROM rent_month" in each for each in sent) == 1
        assert sum("FROM payment" in each for each in sent) == 1


async def test_the_receipt_and_the_payment_name_the_month(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed(title="The flat", cleaning_fee_minor=5_000)
        await letting.paid(1)
        listed = (await letting.api.as_(letting.tenant).get("/payments")).json()["items"][0]
        assert listed["title"] == "The flat · 15 Jan 2030 – 15 Feb 2030"
        assert listed["part_of"] == letting.booking["id"]
        id_ = await letting.month_id(1)
        async with letting.database.transaction() as session:
            sold = await receipts.of_month(session, id_, translator(Language.ENGLISH))
            assert id_ in await things.find_months(session, letting.booking["reference"].lower())
        assert sold is not None
        assert dict(sold.facts)["Month"] == "1: Tuesday, 15 January 2030 – Thursday, 14 February 2030"
        assert [(line.words, line.amount.amount_minor) for line in sold.lines] == [
            ("1 month × £1,000.00", RENT),
            ("Cleaning, once", 5_000),
        ]


async def test_a_month_is_its_tenants_to_pay(letting: Letting) -> None:
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.pay(1)
        path = f"{letting.path}/months/1/payment"
        for other in (letting.landlord, await letting.a_person()):
            assert (await letting.api.as_(other).post(path)).status_code == 404
            assert (await letting.api.as_(other).get(path)).status_code == 404
            assert (await letting.api.as_(other).post(f"{path}/check")).status_code == 404
        assert (await letting.api.as_(letting.tenant).get(path)).json()["status"] == "intended"
        assert (await letting.api.as_(letting.tenant).post(f"{path}/check")).status_code == 202


async def test_what_was_agreed_before_is_paid_on_arrival(letting: Letting, on_arrival: None) -> None:
    del on_arrival
    with time_machine.travel(NOW):
        letting.tenant, landlord = await letting.a_person(), await letting.a_person(Role.LANDLORD)
        home = await letting.a_property(landlord, let_type="monthly", price_minor=RENT)
        wish = {"property_id": str(home), "check_in": "2030-01-15", "check_out": "2030-03-15", "guests": 1}
        quoted = await letting.call(letting.tenant, "/quotes", wish)
        held = await letting.call(letting.tenant, "/bookings", {"quote_id": quoted["id"]})
        agreed = await letting.call(letting.tenant, f"/bookings/{held['id']}/confirm")
        assert (agreed["payment"], agreed["months"]) == ("on_arrival", [])
        ended = await letting.call(letting.tenant, f"/bookings/{held['id']}/cancel", {"reason": "Ill"})
        assert (ended["refund"], BookingSide.TENANT.value) == (None, ended["ended_by"])
