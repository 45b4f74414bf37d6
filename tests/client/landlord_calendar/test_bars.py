"""What a claim is drawn as and what stands in its bar."""

from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import flet as ft
import pytest

from client.core.language import day_range
from client.features.landlord_calendar.bars import Look, bar_button, initials, legend, look_of, words_of
from client.features.landlord_calendar.grid import Bar
from server.core.ids import new_id
from shared_models.bookings import (
    BookedHome,
    BookingRead,
    BookingSide,
    BookingStatus,
    ChangeRead,
    ChangeStatus,
    PaymentWay,
)
from shared_models.calendars import ClaimKind, ClaimRead
from shared_models.money import Currency, Money
from tests.client.harness import App


def a_claim(kind: ClaimKind, note: str = "") -> ClaimRead:
    id_ = new_id()
    dates = {"start": date(2030, 5, 10), "end": date(2030, 5, 11)}
    return ClaimRead(id=id_, property_id=id_, kind=kind, source_id=new_id(), note=note, **dates)


def booked(claim: ClaimRead, status: BookingStatus) -> MappingProxyType[Any, BookingRead]:
    """The stays as a calendar knows them, with the one of a claim."""
    moment = datetime(2030, 5, 1, tzinfo=UTC)
    home = BookedHome(
        id=claim.property_id,
        slug="loft",
        title="Loft",
        city="Edinburgh",
        neighbourhood=None,
        zone="Europe/London",
        check_in_from=None,
        check_out_by=None,
    )
    stay = BookingRead(
        id=claim.source_id,
        reference="ABCD2345",
        status=status,
        home=home,
        check_in=claim.start,
        check_out=claim.end,
        guests=2,
        lines=[],
        total=Money(amount_minor=8000, currency=Currency.GBP),
        payment=PaymentWay.ON_ARRIVAL,
        tenant_name="Priya Shah",
        landlord_name="Morag",
        hold_expires_at=None,
        created_at=moment,
        confirmed_at=None,
    )
    return MappingProxyType({stay.id: stay})


@pytest.mark.parametrize(
    ("kind", "status", "look", "words"),
    [
        (ClaimKind.BOOKING, BookingStatus.CONFIRMED, Look.STAY, "Priya Shah"),
        (ClaimKind.HOLD, BookingStatus.HELD, Look.HOLD, "Hold · Priya Shah"),
        (ClaimKind.HOLD, BookingStatus.REQUESTED, Look.REQUEST, "Priya Shah"),
        (ClaimKind.BOOKING, None, Look.STAY, "Stay"),
        (ClaimKind.HOLD, None, Look.HOLD, "Hold"),
        (ClaimKind.BLOCK, None, Look.BLOCK, "Blocked"),
        (ClaimKind.TENANCY, None, Look.TENANCY, "Tenancy"),
        (ClaimKind.EXTERNAL, None, Look.EXTERNAL, "Other platform"),
        (ClaimKind.UNKNOWN, None, Look.OTHER, "Taken"),
    ],
)
def test_each_kind_has_its_look_and_a_request_is_not_a_hold(
    kind: ClaimKind, status: BookingStatus | None, look: Look, words: str
) -> None:
    claim = a_claim(kind)
    stays = booked(claim, status) if status is not None else MappingProxyType({})
    assert (look_of(claim, stays), words_of(claim, stays)) == (look, words)


@pytest.mark.parametrize(("by", "look"), [(BookingSide.TENANT, Look.REQUEST), (BookingSide.LANDLORD, Look.HOLD)])
def test_new_nights_of_a_stay_are_a_request_when_its_tenant_asks_for_them(by: BookingSide, look: Look) -> None:
    claim = a_claim(ClaimKind.HOLD)
    (stay,) = booked(a_claim(ClaimKind.BOOKING), BookingStatus.CONFIRMED).values()
    change = ChangeRead(
        id=claim.source_id,
        by=by,
        status=ChangeStatus.ASKED,
        check_in=claim.start,
        check_out=claim.end,
        guests=2,
        lines=[],
        total=stay.total,
        expires_at=stay.created_at,
    )
    stays = {claim.source_id: stay.model_copy(update={"change": change})}
    assert look_of(claim, stays) is look
    assert words_of(claim, stays) == "Change · Priya Shah"


def test_a_block_says_its_note() -> None:
    assert words_of(a_claim(ClaimKind.BLOCK, "Paint"), {}) == "Paint"


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("Jonas Weber", "JW"),
        ("Ana María de la Cruz", "AC"),
        ("Hugo", "H"),
        ("", ""),
        ("Hold · Ana Cruz", "AC"),
        ("陳 大文", "陳大"),
    ],
)
def test_initials_are_those_of_the_first_and_the_last_name(words: str, short: str) -> None:
    assert initials(words) == short


@pytest.mark.parametrize(("width", "words"), [(120, ["Priya Shah"]), (44, ["PS"]), (24, []), (9, [])])
async def test_a_bar_says_as_much_as_fits_and_readers_hear_all(width: int, words: list[str]) -> None:
    claim = a_claim(ClaimKind.BOOKING)
    bar = Bar(claim, 0.5, 1.5, begins=True, ends=True)
    stays = booked(claim, BookingStatus.CONFIRMED)
    app = await App.show(lambda: bar_button(bar, stays, day_width=width, height=36, top=0, on_click=lambda _: None))
    assert app.texts() == words
    assert app.names() == [f"Stay: Priya Shah, {day_range(claim.start, claim.end)}, 1 night"]
    await app.close()


async def test_the_legend_explains_requests_always_and_other_platforms_when_there_are_some() -> None:
    for looks, more in ((set(), []), ({Look.EXTERNAL, Look.OTHER}, ["Other platform"])):
        app = await App.show(lambda looks=looks: legend(looks))
        assert app.texts() == ["Stay", "Asks, answer it", "Held for a guest", *more, "Blocked by you"]
        assert len(app.all(ft.Stack)) == 1  # the hold's dashes
        await app.close()
