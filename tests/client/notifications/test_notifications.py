"""The list of what happened, its count in every shell, and where each leads."""

import asyncio
from datetime import date

import pytest

from client.app import Root
from client.core.http import Http
from client.core.session import Session
from client.features.notifications import state
from client.parts.notification_words import sentence, way
from server.core import clock
from server.core.ids import new_id
from shared_models.auth import Role
from shared_models.money import Currency, Money
from shared_models.notifications import NotificationKind, NotificationRead, RentFacts
from tests.client.conftest import Line, OpenApp, TestDevice
from tests.client.harness import App
from tests.client.waiting import until
from tests.conftest import MakePerson, MakeProperty
from tests.mailbox import RunJobs
from tests.server.notifications.test_recipients import a_stay
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote, on_arrival

__all__ = ["a_booking", "a_hold", "a_quote", "on_arrival"]
pytestmark = pytest.mark.usefixtures("mailbox")


@pytest.mark.parametrize("kind", [kind for kind in NotificationKind if kind is not NotificationKind.UNKNOWN], ids=str)
def test_each_kind_has_a_sentence_of_its_own(kind: NotificationKind) -> None:
    account = kind in (
        NotificationKind.PASSWORD_CHANGED,
        NotificationKind.VERIFY_EMAIL,
        NotificationKind.REGISTRATION_TRIED,
        NotificationKind.RESET_PASSWORD,
    )
    item = NotificationRead(id=new_id(), kind=kind, created_at=clock.now(), stay=None if account else a_stay())
    only_mailed = kind in (
        NotificationKind.VERIFY_EMAIL,
        NotificationKind.REGISTRATION_TRIED,
        NotificationKind.RESET_PASSWORD,
    )
    assert ("Update it" in sentence(item)) is only_mailed


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (NotificationKind.RENT_COMING, "Your next month at Attic begins soon: £1,000.00"),
        (NotificationKind.RENT_DUE, "£1,000.00 for Attic is due today"),
        (NotificationKind.RENT_OVERDUE, "£1,000.00 for Attic is overdue"),
        (NotificationKind.RENT_PAID, "Morag paid £1,000.00 for Attic"),
    ],
)
def test_news_of_a_month_says_how_much_it_is(kind: NotificationKind, said: str) -> None:
    rent = RentFacts(
        number=2,
        due=date(2027, 2, 1),
        last=date(2027, 2, 28),
        amount=Money(amount_minor=100_000, currency=Currency.GBP),
    )
    item = NotificationRead(id=new_id(), kind=kind, created_at=clock.now(), stay=a_stay(rent=rent))
    assert sentence(item) == said
    assert item.stay is not None
    assert way(item) == f"/trips/{item.stay.booking_id}/payment?month=2"


def test_a_kind_of_tomorrow_says_so() -> None:
    item = NotificationRead.model_validate({"id": new_id(), "kind": "snowed_in", "created_at": clock.now()})
    assert "Update it to read more" in sentence(item)


@pytest.mark.usefixtures("on_arrival")  # so that the stay alone is news
@pytest.mark.parametrize("width", [390, 820, 1440])
async def test_a_booking_is_counted_listed_and_read_by_opening_it(
    width: int,
    open_app: OpenApp,
    run_jobs: RunJobs,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> None:
    tenant = await a_person()
    booking = await a_booking(tenant, await a_property(title="Attic"))
    await run_jobs()
    visit = await open_app("/trips", tenant, width=width)
    await visit.until("1 unread")
    await visit.press("Account, 1 unread" if width == 390 else "Notifications, 1 unread")
    if width == 390:
        await visit.press("Notifications. 1 unread")
    await visit.press("New: Your stay at Attic is agreed")
    await visit.holds(lambda: visit.route == f"/trips/{booking['id']}", "the trip")
    await visit.until("1 unread", gone=True)


@pytest.mark.parametrize("width", [820, 1440])
async def test_a_landlord_sees_the_count_in_the_rail_and_marks_all_as_read(
    width: int,
    open_app: OpenApp,
    run_jobs: RunJobs,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person(name="Tom")
    home = await a_property(landlord, title="Attic")
    for check_in in (3, 8):
        await a_booking(tenant, home, check_in=check_in, check_out=check_in + 1)
    await run_jobs()
    visit = await open_app("/landlord/homes", landlord, width=width)
    await visit.press("Inbox, 2 unread" if width == 820 else "Notifications, 2 unread")
    await visit.until("Tom has booked Attic")
    await visit.press("Mark all as read")
    await visit.until("2 unread", gone=True)
    assert not visit.names("New: ")
    assert len(visit.names("Tom has booked Attic")) == 2


async def test_all_is_read_at_once_and_as_it_was_when_the_server_cannot_be_told(
    open_app: OpenApp,
    run_jobs: RunJobs,
    line: Line,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> None:
    tenant = await a_person()
    await a_booking(tenant, await a_property(title="Attic"))
    await run_jobs()
    visit = await open_app("/notifications", tenant)
    await visit.until("New: ")
    line.flowing.clear()
    pressing = asyncio.ensure_future(visit.app.press("Mark all as read"))
    await visit.until("New: ", gone=True)
    line.cut = True
    line.flowing.set()
    await pressing
    await visit.until("The server cannot be reached")
    assert visit.names("New: ")
    assert visit.names("Mark all as read")


@pytest.mark.usefixtures("on_arrival")
async def test_a_count_that_arrives_leaves_what_was_typed(
    http: Http, run_jobs: RunJobs, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    tenant = await a_person()
    await a_booking(tenant, await a_property())
    session = Session(TestDevice(http, tenant.refresh_token))
    app = await App.show(Root, session, route="/account")
    await until(app, lambda: "Change your name" in app.names())
    await app.press("Change your name")
    await app.type("Your name", "Half a na")
    await run_jobs()
    app.page.run_task(state.count, session)
    await until(app, lambda: "Notifications, 1 unread" in app.names())
    assert app.field("Your name").value == "Half a na"
    await app.close()


async def test_nobody_has_heard_of_anything_yet(open_app: OpenApp, a_person: MakePerson) -> None:
    visit = await open_app("/notifications", await a_person())
    await visit.until("Nothing yet")
    assert not visit.names("Mark all as read")
