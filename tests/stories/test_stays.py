"""Stories of a stay: from the search to the street, and what happens when two want the same nights."""

from sqlalchemy import text

from shared_models.auth import Role
from tests.stories.conftest import Wire, day, found, home_facts, paid, published, quoted, refused, said


async def test_a_visitor_finds_a_home_registers_and_books_it(wire: Wire, city: str) -> None:
    landlord, admin = await wire.someone("Morag", Role.LANDLORD), await wire.someone("Ada", Role.ADMIN)
    await published(landlord, admin, home_facts(city))

    (hit,) = await found(wire.visitor, city, 10, 13, guests=2)
    assert hit["total"] == {"amount_minor": 3 * 8000 + 2500, "currency": "GBP"}
    seen = said(await wire.visitor.get(f"/properties/{hit['slug']}"))
    assert (seen["address"]["line"], seen["address"]["postcode"]) == (None, None)
    request_body = {"property_id": hit["id"], "check_in": day(10), "check_out": day(13), "guests": 2}
    assert refused(await wire.visitor.post("/quotes", request_body)) == (401, "not_signed_in")

    tenant = await wire.register("Ting")
    quote = said(await tenant.api.post("/quotes", request_body), 201)
    assert quote["total"] == hit["total"]
    held = said(await tenant.api.post("/bookings", {"quote_id": quote["id"]}), 201)
    assert (held["status"], held["home"]["address_line"]) == ("held", None)
    booked = await paid(wire, tenant, held["id"])
    assert (booked["status"], booked["total"]) == ("confirmed", hit["total"])

    (trip,) = said(await tenant.api.get("/bookings", params={"side": "tenant", "when": "upcoming"}))["items"]
    assert trip["id"] == held["id"]
    assert (trip["home"]["address_line"], trip["home"]["postcode"]) == ("12 Shore Street", "EH6 6QW")
    assert (len(trip["reference"]), trip["reference"]) == (8, held["reference"])
    (stay,) = said(await landlord.api.get("/bookings", params={"side": "landlord", "when": "upcoming"}))["items"]
    assert (stay["reference"], stay["tenant_name"]) == (trip["reference"], "Ting")
    assert await found(wire.visitor, city, 12, 14) == []
    assert len(await found(wire.visitor, city, 13, 14)) == 1


async def test_the_same_dates_are_sold_once(wire: Wire, city: str) -> None:
    landlord, admin = await wire.someone("Morag", Role.LANDLORD), await wire.someone("Ada", Role.ADMIN)
    home = await published(landlord, admin, home_facts(city))
    first, second = await wire.someone("First"), await wire.someone("Second")
    one, other = await quoted(first, home, 10, 13), await quoted(second, home, 12, 15)

    held = said(await first.api.post("/bookings", {"quote_id": one["id"]}), 201)
    assert refused(await second.api.post("/bookings", {"quote_id": other["id"]})) == (409, "dates_taken")
    assert (await second.api.get(f"/bookings/{held['id']}")).status_code == 404

    said(await first.api.post(f"/bookings/{held['id']}/release"))
    late = await quoted(second, home, 12, 15)
    said(await second.api.post("/bookings", {"quote_id": late["id"]}), 201)


async def test_an_answer_that_was_lost_can_be_asked_for_again(wire: Wire, city: str) -> None:
    landlord, admin, tenant = (
        await wire.someone("M", Role.LANDLORD),
        await wire.someone("Ada", Role.ADMIN),
        await wire.someone("T"),
    )
    quote = await quoted(tenant, await published(landlord, admin, home_facts(city)), 10, 13)
    headers = {"Idempotency-Key": f"hold {quote['id']}"}
    once = said(await tenant.api.post("/bookings", {"quote_id": quote["id"]}, headers=headers), 201)
    again = said(await tenant.api.post("/bookings", {"quote_id": quote["id"]}, headers=headers), 201)
    assert again == once
    assert len(said(await tenant.api.get("/bookings", params={"side": "tenant", "when": "all"}))["items"]) == 1


async def let_run_out(wire: Wire, booking_id: str) -> None:
    """Date a hold back by more than it lasts: the clock of another process cannot be moved."""
    async with wire.database.transaction() as session:
        for change in (
            "booking SET hold_expires_at = hold_expires_at - interval '16 minutes' WHERE id = CAST(:id AS uuid)",
            "occupancy SET expires_at = expires_at - interval '16 minutes' WHERE source_id = CAST(:id AS uuid)",
        ):
            await session.execute(text(f"UPDATE {change}"), {"id": booking_id})


async def test_a_hold_that_lapsed_gives_the_dates_to_others(wire: Wire, city: str) -> None:
    landlord, admin = await wire.someone("Morag", Role.LANDLORD), await wire.someone("Ada", Role.ADMIN)
    home = await published(landlord, admin, home_facts(city))
    slow, quick = await wire.someone("Slow"), await wire.someone("Quick")
    quote = await quoted(slow, home, 10, 13)
    held = said(await slow.api.post("/bookings", {"quote_id": quote["id"]}), 201)
    assert await found(wire.visitor, city, 10, 13) == []

    await let_run_out(wire, held["id"])
    assert len(await found(wire.visitor, city, 10, 13)) == 1
    assert refused(await slow.api.post(f"/bookings/{held['id']}/payment")) == (409, "hold_lapsed")
    mine = await quoted(quick, home, 10, 13)
    said(await quick.api.post("/bookings", {"quote_id": mine["id"]}), 201)


async def test_signing_out_ends_the_session_and_its_successors(wire: Wire) -> None:
    person = await wire.register("Ting")
    fresh = said(await wire.visitor.post("/auth/refresh", {"refresh_token": person.tokens["refresh_token"]}))
    assert fresh["refresh_token"] != person.tokens["refresh_token"]
    assert said(await wire.signed_in(fresh).get("/users/me"))["email"] == person.email

    gone = await wire.visitor.post("/auth/sign-out", {"refresh_token": fresh["refresh_token"]})
    assert gone.status_code == 204
    for token in (fresh["refresh_token"], person.tokens["refresh_token"]):
        assert refused(await wire.visitor.post("/auth/refresh", {"refresh_token": token})) == (401, "session_ended")
