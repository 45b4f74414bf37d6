"""What is asked for while a payment is followed, in which order and how often: on the real API, without a window."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import time_machine

from client.core import http as way
from client.core.http import ApiError, Http
from client.features.bookings.paying import state
from client.features.bookings.paying.stages import Stage
from client.features.bookings.paying.state import PayingState
from server.core.database import Database
from shared_models.auth import Role
from shared_models.bookings import BookingStatus
from shared_models.payments import PaymentStatus
from tests.client.bookings.booking.test_booking_flow import end_holds, held_by
from tests.client.bookings.paying.test_month_stages import NEXT
from tests.client.bookings.paying.test_stages import ID, NOW, a_change, a_payment, a_stay
from tests.client.conftest import Line
from tests.client.core.test_http import tokens_of
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.paying import Checkout, checkout, hear

__all__ = ["checkout"]

CHECK, READ, STAY = "POST /payment/check", "GET /payment", "GET "


class Noted(httpx.AsyncBaseTransport):
    """A line that notes what is asked of one stay, and on which the first requests for a path can fail."""

    def __init__(self, inner: Line) -> None:
        self.inner, self.asked, self.failing, self.times = inner, list[str](), "", 0

    def fail(self, asked: str, times: int = 100) -> None:
        self.failing, self.times = asked, times

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        _, _, below = request.url.path.partition("/bookings/")
        asked = f"{request.method} {below[36:]}"  # after the stay's id
        if asked == self.failing and self.times:
            self.times -= 1
            raise httpx.ConnectError("the line is cut")
        self.asked.append(asked)
        return await self.inner.handle_async_request(request)


@pytest.fixture
def noted(line: Line) -> Noted:
    return Noted(line)


@pytest.fixture
async def isla(a_person: MakePerson) -> Person:
    return await a_person(Role.TENANT, name="Isla")


@pytest.fixture
async def hers(noted: Noted, isla: Person) -> AsyncIterator[Http]:
    """Isla's way to the server, on the line that notes."""
    async with httpx.AsyncClient(transport=noted, base_url="http://test") as client:
        http = Http(client)
        http.sign_in(tokens_of(isla))
        yield http


@pytest.fixture
async def held(api: Api, isla: Person, a_property: MakeProperty, a_person: MakePerson) -> dict[str, Any]:
    """A stay that Isla has to pay."""
    return await held_by(api, isla, await a_property(await a_person(Role.LANDLORD)))


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what is asked again."""
    monkeypatch.setattr(state, "FOLLOW_PAUSES", (0.0,))
    monkeypatch.setattr(way, "_PAUSES", (0.0, 0.0))


async def looks(paying: PayingState, noted: Noted, times: int) -> list[str]:
    """What is asked of the payment in so many looks."""
    noted.asked.clear()
    for _ in range(times):
        await paying.look()
    return [asked for asked in noted.asked if asked != STAY]


async def test_the_payment_is_read_before_the_stay(
    hers: Http, noted: Noted, isla: Person, held: dict[str, Any], checkout: Checkout
) -> None:
    await checkout.begin(isla, held["id"])
    await PayingState(hers, UUID(held["id"])).look()
    assert noted.asked == [CHECK, STAY]


async def test_the_provider_is_asked_at_the_first_of_five_looks(
    hers: Http, noted: Noted, isla: Person, held: dict[str, Any], checkout: Checkout
) -> None:
    await checkout.begin(isla, held["id"])
    paying = PayingState(hers, UUID(held["id"]))
    assert await looks(paying, noted, 7) == [CHECK, *[READ] * 4, CHECK, READ]
    assert paying.stage is Stage.OPEN


async def test_of_what_may_have_been_paid_the_provider_is_asked_each_time(
    hers: Http, noted: Noted, isla: Person, held: dict[str, Any], checkout: Checkout
) -> None:
    await checkout.begin(isla, held["id"])
    paying = PayingState(hers, UUID(held["id"]), came_back_paid=True)
    assert await looks(paying, noted, 3) == [CHECK] * 3
    assert paying.stage is Stage.CHECKING


async def test_of_what_is_over_the_provider_is_asked_once(
    hers: Http, noted: Noted, isla: Person, held: dict[str, Any], checkout: Checkout, database: Database
) -> None:
    await checkout.begin(isla, held["id"])
    await end_holds(database)
    await hear(database, held["id"], PaymentStatus.EXPIRED)
    paying = PayingState(hers, UUID(held["id"]))
    assert await looks(paying, noted, 6) == [CHECK, *[READ] * 5]
    assert paying.stage is Stage.ENDED


async def test_it_takes_longer_than_usual_from_the_eighth_look_on(hers: Http) -> None:
    assert [PayingState(hers, None, looks=looks).is_slow for looks in (7, 8)] == [False, True]


async def test_who_follows_anew_begins_to_count_anew(
    hers: Http, isla: Person, held: dict[str, Any], checkout: Checkout
) -> None:
    await checkout.pay(isla, held["id"])
    paying = PayingState(hers, UUID(held["id"]), looks=9)
    await paying.follow()
    assert (paying.looks, paying.is_slow, paying.stage) == (1, False, Stage.AGREED)


async def test_a_line_that_is_cut_ends_no_following(
    hers: Http, noted: Noted, isla: Person, held: dict[str, Any], checkout: Checkout
) -> None:
    await checkout.pay(isla, held["id"])
    paying = PayingState(hers, UUID(held["id"]))
    noted.fail(STAY, times=6)  # two looks, each of which is tried three times
    await paying.follow()
    assert (paying.looks, paying.stage, paying.problem, paying.missing) == (3, Stage.AGREED, None, False)


@pytest.mark.parametrize("path", [CHECK, STAY])
async def test_what_does_not_get_through_leaves_what_was_known(
    hers: Http, noted: Noted, isla: Person, held: dict[str, Any], checkout: Checkout, path: str
) -> None:
    await checkout.begin(isla, held["id"])
    paying = PayingState(hers, UUID(held["id"]), came_back_paid=True)
    await paying.look()
    known = (paying.payment, paying.booking)
    noted.fail(path)
    with pytest.raises(ApiError):
        await paying.look()
    assert (paying.payment, paying.booking, paying.missing) == (*known, False)
    assert paying.payment is not None


async def test_a_stay_of_somebody_else_is_missing(
    hers: Http, a_person: MakePerson, held: dict[str, Any], noted: Noted
) -> None:
    hers.sign_in(tokens_of(await a_person()))
    paying = PayingState(hers, UUID(held["id"]))
    await paying.follow()
    assert (paying.missing, paying.stage, noted.asked) == (True, None, [CHECK, STAY])


async def test_a_page_that_is_being_made_is_waited_for_a_little(
    hers: Http, noted: Noted, held: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "LINK_PAUSES", (0.0,) * 3)
    paying = PayingState(hers, UUID(held["id"]))
    assert (await paying.pay()).status is PaymentStatus.INTENDED  # nobody works here
    assert noted.asked == ["POST /payment", *[READ] * 3]
    assert paying.stage is None  # the stay was not read


async def test_a_page_that_is_there_is_taken_up_at_once(
    hers: Http, noted: Noted, isla: Person, held: dict[str, Any], checkout: Checkout
) -> None:
    page = await checkout.begin(isla, held["id"])
    paying = PayingState(hers, UUID(held["id"]))
    paid = await paying.pay()
    assert (str(paid.id), paid.page_url, noted.asked) == (page["id"], page["page_url"], ["POST /payment"])
    assert paying.payment == paid


PAGE = a_payment(PaymentStatus.OPEN)
STAY_HELD, WITH_CHANGE = a_stay(BookingStatus.HELD), a_stay(BookingStatus.CONFIRMED, agreed=True, change=a_change())
PARTS: dict[str, dict[str, Any]] = {
    "a stay": {"booking": STAY_HELD},
    "a change": {"booking": WITH_CHANGE, "change_id": ID},
    "a month": {"booking": NEXT, "month": 2},
}


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("part", PARTS)
def test_whoever_comes_back_from_having_paid_is_asked_for_no_other_payment(part: str) -> None:
    paying = PayingState(Http.to("http://nowhere.test"), ID, payment=PAGE, **PARTS[part])
    assert paying.stage is Stage.OPEN
    paying.came_back_paid = True
    assert paying.stage is Stage.CHECKING


@pytest.mark.parametrize(
    ("part", "path"),
    [({"change_id": ID}, f"POST /changes/{ID}/payment/check"), ({"month": 2}, "POST /months/2/payment/check")],
)
async def test_what_is_read_is_the_payment_of_that_part_of_the_stay(
    hers: Http, noted: Noted, held: dict[str, Any], part: dict[str, Any], path: str
) -> None:
    paying = PayingState(hers, UUID(held["id"]), **part)
    await paying.look()
    assert noted.asked == [path, STAY]
    assert (paying.payment, paying.missing) == (None, False)
