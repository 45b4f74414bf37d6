"""Stories of a stay that is asked for: a yes, a no, other dates, and a stay that is given back."""

from typing import Any

from shared_models.auth import Role
from shared_models.payments import PaymentStatus
from tests.stories.conftest import (
    Someone,
    Wire,
    came_to,
    day,
    found,
    home_facts,
    paid,
    published,
    quoted,
    refused,
    said,
)

REASON = {"reason": "The roof is being mended."}


async def asked(
    wire: Wire, city: str, check_in: int = 10, check_out: int = 13
) -> tuple[Someone, Someone, dict[str, Any]]:
    """A tenant who found a home by its dates and asked its landlord for it."""
    landlord, admin = await wire.someone("Morag", Role.LANDLORD), await wire.someone("Ada", Role.ADMIN)
    tenant = await wire.someone("Ting")
    home = await published(landlord, admin, home_facts(city, instant_book=False))
    (hit,) = await found(wire.visitor, city, check_in, check_out)
    assert hit["id"] == home["id"]
    quote = await quoted(tenant, home, check_in, check_out)
    held = said(await tenant.api.post("/bookings", {"quote_id": quote["id"]}), 201)
    booking = await paid(wire, tenant, held["id"], status=PaymentStatus.AUTHORISED)
    assert (quote["instant_book"], held["status"], booking["status"]) == (False, "held", "requested")
    return tenant, landlord, booking


async def waiting(who: Someone, side: str) -> list[str]:
    """What waits for someone's answer."""
    page = said(await who.api.get("/bookings", params={"side": side, "when": "waiting"}))
    return [item["id"] for item in page["items"]]


async def test_a_request_is_seen_answered_and_becomes_a_stay(wire: Wire, city: str) -> None:
    tenant, landlord, booking = await asked(wire, city)
    path = f"/bookings/{booking['id']}"
    assert await found(wire.visitor, city, 10, 13) == []  # kept for the tenant meanwhile
    assert await waiting(landlord, "landlord") == [booking["id"]]

    said(await landlord.api.post(f"{path}/accept"))
    assert await waiting(landlord, "landlord") == []
    trip = said(await tenant.api.get(path))
    assert (trip["status"], trip["total"]) == ("confirmed", booking["total"])
    assert trip["home"]["address_line"] == "12 Shore Street"
    assert [entry["kind"] for entry in trip["history"]] == ["held", "requested", "accepted"]


async def test_a_request_is_declined_and_the_dates_open_to_others(wire: Wire, city: str) -> None:
    tenant, landlord, booking = await asked(wire, city)
    path = f"/bookings/{booking['id']}"
    said(await landlord.api.post(f"{path}/decline", REASON))
    trip = said(await tenant.api.get(path))
    assert (trip["status"], trip["reason"], trip["home"]["address_line"]) == ("declined", REASON["reason"], None)
    assert len(await found(wire.visitor, city, 10, 13)) == 1
    assert refused(await landlord.api.post(f"{path}/accept")) == (409, "invalid_transition")


async def test_a_stay_gets_a_night_more_after_both_sides_agreed(wire: Wire, city: str) -> None:
    tenant, landlord, booking = await asked(wire, city)
    path = f"/bookings/{booking['id']}"
    said(await landlord.api.post(f"{path}/accept"))
    await came_to(wire, tenant, path)
    request_body = {"check_in": day(10), "check_out": day(14), "guests": 2}
    quote = said(await tenant.api.post(f"{path}/quotes", request_body), 201)
    assert quote["total"]["amount_minor"] - booking["total"]["amount_minor"] == 8000
    changed = said(await tenant.api.post(f"{path}/changes", {"quote_id": quote["id"]}), 201)
    assert (changed["check_out"], changed["change"]["check_out"]) == (day(13), day(14))
    assert await found(wire.visitor, city, 13, 14) == []  # the further night is kept meanwhile

    assert await waiting(landlord, "landlord") == [booking["id"]]
    change = changed["change"]["id"]
    waits = said(await landlord.api.post(f"{path}/changes/{change}/accept"))
    assert (waits["check_out"], waits["change"]["status"]) == (day(13), "awaiting_payment")
    agreed = await paid(wire, tenant, booking["id"], change)
    assert (agreed["check_out"], agreed["total"], agreed["change"]) == (day(14), quote["total"], None)
    assert await found(wire.visitor, city, 13, 14) == []
    assert len(await found(wire.visitor, city, 14, 15)) == 1


async def test_a_stay_is_cancelled_and_sold_again(wire: Wire, city: str) -> None:
    tenant, landlord, booking = await asked(wire, city)
    path = f"/bookings/{booking['id']}"
    said(await landlord.api.post(f"{path}/accept"))
    stranger = await wire.someone("Stranger")
    assert (await stranger.api.post(f"{path}/cancel", REASON)).status_code == 404
    cancelled = said(await tenant.api.post(f"{path}/cancel", {"reason": "My train was cancelled."}))
    assert (cancelled["status"], cancelled["ended_by"]) == ("cancelled", "tenant")
    seen = said(await landlord.api.get(path))
    assert seen["history"][-1]["note"] == "My train was cancelled."
    assert len(await found(wire.visitor, city, 10, 13)) == 1


async def test_an_answer_that_was_lost_is_given_once(wire: Wire, city: str) -> None:
    _, landlord, booking = await asked(wire, city)
    headers = {"Idempotency-Key": f"accept {booking['id']}"}
    answers = [said(await landlord.api.post(f"/bookings/{booking['id']}/accept", headers=headers)) for _ in range(2)]
    assert answers[0] == answers[1]
    assert [entry["kind"] for entry in answers[1]["history"]] == ["held", "requested", "accepted"]
