"""My payments and where their money is, pressed headless: the list, one payment, its receipt, and the file."""

from uuid import UUID

import pytest

from server.core.database import Database
from server.payments.service import refunds
from server.payments.service.door import Parts, Subject
from shared_models.auth import Role
from shared_models.money import Currency, Money
from tests.client.conftest import Line, OpenApp
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.paying import hear, hear_of
from tests.server.stays import MakeBooking, a_hold, a_quote, rows

__all__ = ["a_hold", "a_quote"]
WIDTHS = [390, 820, 1440]


@pytest.fixture
async def tenant(a_person: MakePerson) -> Person:
    return await a_person(name="Isla")


@pytest.fixture
async def payment(
    api: Api,
    database: Database,
    tenant: Person,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> str:
    """A stay at the Attic that was paid by card."""
    held = await a_hold(tenant, await a_property(await a_person(Role.LANDLORD), title="Attic"))
    begun = await api.as_(tenant).post(f"/bookings/{held['id']}/payment")
    assert begun.status_code == 202, begun.text
    await hear(database, held["id"])
    return str(begun.json()["id"])


async def give_back(database: Database, payment: str, minor: int) -> None:
    async with database.transaction() as session:
        await refunds.ask(session, UUID(payment), Parts(Money(amount_minor=minor, currency=Currency.GBP), ()))


@pytest.mark.parametrize("width", WIDTHS)
async def test_from_the_account_to_where_the_money_is_and_on_to_the_stay(
    width: int, open_app: OpenApp, tenant: Person, payment: str, database: Database
) -> None:
    await give_back(database, payment, 1000)
    visit = await open_app("/account", tenant, width=width)
    await visit.press("My payments. Where your money is, and receipts.")
    await visit.until("With EstoSpaces")
    assert "Goes back to you" in visit.texts
    (row,) = [name for name in visit.app.names() if name.startswith("Attic.")]
    assert "£10.00 goes back to your card. It has not left yet." in row
    await visit.press(row)
    await visit.holds(lambda: visit.route == f"/account/payments/{payment}", "the payment")
    await visit.until("£10.00 goes back to your card. It has not left yet.")
    assert visit.texts.index("Refund begun") < visit.texts.index("Paid by card"), "the newest first"
    await visit.press("See the stay")
    await visit.holds(lambda: visit.route.startswith("/trips/"), "the stay")


async def test_a_stay_leads_to_its_own_money_alone(
    open_app: OpenApp,
    api: Api,
    database: Database,
    tenant: Person,
    a_person: MakePerson,
    payment: str,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    morag, stranger = await a_person(Role.LANDLORD), await a_person(name="Tom")
    home = await a_property(morag, title="The flat", let_type="monthly", price_minor=100_000)
    held = await a_hold(tenant, home, check_in=5, check_out=90)
    path = f"/bookings/{held['id']}"
    assert (await api.as_(tenant).post(f"{path}/confirm")).status_code == 200
    month = (await api.as_(tenant).post(f"{path}/months/1/payment")).json()
    ((id_,),) = await rows(database, "SELECT id FROM rent_month WHERE number = 1")
    await hear_of(database, Subject("rent_month", id_))

    async def listed(who: Person, reference: str) -> list[str]:
        found = (await api.as_(who).get("/payments", params={"reference": reference})).json()["items"]
        return [each["id"] for each in found]

    assert await listed(tenant, held["reference"]) == [month["id"]]
    assert await listed(tenant, "NOSUCH22") == []
    assert await listed(stranger, held["reference"]) == await listed(morag, held["reference"]) == []

    visit = await open_app(f"/trips/{held['id']}", tenant)
    await visit.press("Where is my money")
    await visit.until(f"What you paid for booking {held['reference']}, and where that money is.")
    await visit.until("With EstoSpaces")
    assert [name for name in visit.app.names() if name.startswith("Attic.")] == []
    await visit.press("All my payments")
    await visit.holds(lambda: any(name.startswith("Attic.") for name in visit.app.names()), "the other stay's as well")
    assert visit.route == "/account/payments"


async def test_a_receipt_and_the_table_are_saved_as_files(open_app: OpenApp, tenant: Person, payment: str) -> None:
    visit = await open_app(f"/account/payments/{payment}", tenant)
    await visit.until("With EstoSpaces")
    await visit.press("Save the receipt")
    await visit.holds(lambda: visit.app.calls("save_file") != [], "the receipt")
    (saved,) = visit.app.calls("save_file")
    assert bytes(saved.args["src_bytes"]).startswith(b"%PDF-")
    await visit.press("Back to your payments")
    await visit.press("Save as a table")
    await visit.holds(lambda: len(visit.app.calls("save_file")) == 2, "the table")
    assert b"Paid by card" in bytes(visit.app.calls("save_file")[1].args["src_bytes"])


async def test_who_paid_nothing_yet_is_led_to_homes(open_app: OpenApp, tenant: Person) -> None:
    visit = await open_app("/account/payments", tenant)
    await visit.until("No payments yet")
    assert "Save as a table" not in visit.app.names()
    await visit.press("Find a home")
    await visit.holds(lambda: visit.route == "/search", "the search")


async def test_a_payment_of_somebody_else_or_of_nobody_is_not_there(
    open_app: OpenApp, payment: str, a_person: MakePerson
) -> None:
    stranger = await a_person()
    for address in (payment, "nonsense"):
        visit = await open_app(f"/account/payments/{address}", stranger)
        await visit.until("There is no such payment")
        await visit.press("My payments")
        await visit.until("No payments yet")


async def test_a_receipt_that_does_not_come_says_so_and_comes_the_next_time(
    open_app: OpenApp, tenant: Person, payment: str, line: Line
) -> None:
    visit = await open_app(f"/account/payments/{payment}", tenant)
    await visit.until("With EstoSpaces")
    line.cut = True
    await visit.press("Save the receipt")
    await visit.until("The server cannot be reached")
    line.cut = False
    await visit.press("Save the receipt")
    await visit.holds(lambda: visit.app.calls("save_file") != [], "the receipt")


async def test_it_speaks_german(open_app: OpenApp, api: Api, tenant: Person, payment: str) -> None:
    await api.as_(tenant).patch("/users/me", json={"language": "de"})
    visit = await open_app(f"/account/payments/{payment}", tenant)
    await visit.until("Wo ist mein Geld")
    await visit.until("Mit Karte bezahlt")
