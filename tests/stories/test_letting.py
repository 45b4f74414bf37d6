"""Stories of letting: from a draft to the search, by hand, in bulk and from a file."""

from shared_models.auth import Role
from tests.stories.conftest import Wire, day, found, home_facts, paid, published, quoted, refused, said

HEADER = "id,name,host_id,neighbourhood,latitude,longitude,room_type,price,minimum_nights"


async def test_a_home_is_found_only_after_an_admin_approved_it(wire: Wire, city: str) -> None:
    landlord, admin = await wire.someone("Morag", Role.LANDLORD), await wire.someone("Ada", Role.ADMIN)
    home = said(await landlord.api.post("/properties", home_facts(city)), 201)
    assert home["status"] == "draft"
    assert await found(wire.visitor, city) == []

    said(await landlord.api.post(f"/properties/{home['id']}/status", {"status": "pending_review"}))
    assert await found(wire.visitor, city) == []
    by_landlord = await landlord.api.post(f"/properties/{home['id']}/status", {"status": "published"})
    assert by_landlord.status_code in (403, 409)
    assert await found(wire.visitor, city) == []

    said(await admin.api.post(f"/properties/{home['id']}/status", {"status": "published"}))
    (hit,) = await found(wire.visitor, city)
    assert hit["id"] == home["id"]

    said(await landlord.api.post(f"/properties/{home['id']}/status", {"status": "paused"}))
    assert await found(wire.visitor, city) == []


async def test_a_rejected_home_comes_back_with_a_reason_and_can_be_mended(wire: Wire, city: str) -> None:
    landlord, admin = await wire.someone("Morag", Role.LANDLORD), await wire.someone("Ada", Role.ADMIN)
    home = said(await landlord.api.post("/properties", home_facts(city, title="x")), 201)
    path = f"/properties/{home['id']}"
    said(await landlord.api.post(f"{path}/status", {"status": "pending_review"}))
    said(await admin.api.post(f"{path}/status", {"status": "rejected", "note": "Say what it is."}))
    assert said(await landlord.api.get(path))["review_note"] == "Say what it is."

    said(await landlord.api.post(f"{path}/status", {"status": "draft"}))
    reply = await landlord.api.get(path)
    mended = await landlord.api.put(path, home_facts(city), headers={"If-Match": reply.headers["etag"]})
    assert said(mended)["title"] == "Bright flat by the water"
    said(await landlord.api.post(f"{path}/status", {"status": "pending_review"}))
    said(await admin.api.post(f"{path}/status", {"status": "published"}))
    assert len(await found(wire.visitor, city)) == 1


async def test_blocked_nights_cannot_be_found_nor_booked(wire: Wire, city: str) -> None:
    landlord, admin, tenant = (
        await wire.someone("M", Role.LANDLORD),
        await wire.someone("Ada", Role.ADMIN),
        await wire.someone("T"),
    )
    home = await published(landlord, admin, home_facts(city))
    stale = await quoted(tenant, home, 10, 13)

    request_body = {"property_id": home["id"], "start": day(11), "end": day(12), "note": "The painter comes"}
    block = said(await landlord.api.post("/calendars/blocks", request_body), 201)
    assert await found(wire.visitor, city, 10, 13) == []
    assert len(await found(wire.visitor, city, 12, 13)) == 1
    assert refused(await tenant.api.post("/bookings", {"quote_id": stale["id"]})) == (409, "dates_taken")

    gone = await landlord.api.delete(f"/calendars/blocks/{block['source_id']}")
    assert gone.status_code == 204
    assert len(await found(wire.visitor, city, 10, 13)) == 1


async def test_nights_that_are_booked_cannot_be_blocked(wire: Wire, city: str) -> None:
    landlord, admin, tenant = (
        await wire.someone("M", Role.LANDLORD),
        await wire.someone("Ada", Role.ADMIN),
        await wire.someone("T"),
    )
    home = await published(landlord, admin, home_facts(city))
    quote = await quoted(tenant, home, 10, 13)
    held = said(await tenant.api.post("/bookings", {"quote_id": quote["id"]}), 201)
    await paid(wire, tenant, held["id"])
    request_body = {"property_id": home["id"], "start": day(12), "end": day(20), "note": ""}
    assert refused(await landlord.api.post("/calendars/blocks", request_body)) == (409, "dates_taken")


async def test_many_homes_are_submitted_and_approved_at_once(wire: Wire, city: str) -> None:
    landlord, admin = await wire.someone("Morag", Role.LANDLORD), await wire.someone("Ada", Role.ADMIN)
    ids = [
        said(await landlord.api.post("/properties", home_facts(city, title=f"Flat {number}")), 201)["id"]
        for number in range(5)
    ]
    submitted = said(
        await landlord.api.post("/properties/bulk-status", {"status": "pending_review", "from_status": "draft"})
    )
    assert (submitted["moved"], submitted["refused"], submitted["remaining"]) == (5, [], 0)
    approved = said(await admin.api.post("/properties/bulk-status", {"status": "published", "ids": ids}))
    assert (approved["moved"], approved["refused"]) == (5, [])
    assert {hit["id"] for hit in await found(wire.visitor, city)} == set(ids)


async def test_homes_from_a_file_are_checked_published_and_found(wire: Wire, city: str) -> None:
    landlord, admin = await wire.someone("Morag", Role.LANDLORD), await wire.someone("Ada", Role.ADMIN)
    rows = [
        '1,Bright flat,7,"Old Town, Leith Street",55.95689,-3.18768,Entire home/apt,80,2',
        "2,爱丁堡市中心公寓 🏰,7,New Town,55.9569,-3.1877,Private room,45,1",
        "3,No price at all,8,New Town,55.9569,-3.1877,Private room,0,1",
    ]
    content = "\n".join((HEADER, *rows)) + "\n"
    run = said(await landlord.api.request("POST", "/imports?filename=homes.csv", content=content.encode()), 201)
    file_wide = {"source": "a-story", "city": city, "country": "GB", "currency": "GBP", "instant_book": True}
    columns = {column["name"]: column["guess"] for column in run["columns"] if column["guess"]}
    path = f"/imports/{run['id']}"
    said(await landlord.api.put(f"{path}/plan", {"columns": columns, "file_wide": file_wide}))
    said(await landlord.api.post(f"{path}/start"))

    done = await wire.worked(landlord, run["id"])
    assert (done["status"], done["lines"], done["created"], done["refused"]) == ("done", 3, 2, 1)
    (finding,) = said(await landlord.api.get(f"{path}/findings", params={"finding": "refused"}))["items"]
    assert (finding["line"], finding["field"]) == (4, "price")
    assert await found(wire.visitor, city) == []

    of_file = {"import_id": run["id"]}
    submit = {"status": "pending_review", "from_status": "draft", **of_file}
    assert said(await landlord.api.post("/properties/bulk-status", submit))["moved"] == 2
    approve = {"status": "published", "from_status": "pending_review", **of_file}
    assert said(await admin.api.post("/properties/bulk-status", approve))["moved"] == 2
    titles = {hit["title"] for hit in await found(wire.visitor, city, 10, 12)}
    assert titles == {"Bright flat", "爱丁堡市中心公寓 🏰"}
