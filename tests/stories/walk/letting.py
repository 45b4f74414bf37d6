"""What landlords do: blocks, facts of homes, pauses."""

from tests.stories.walk.answers import same
from tests.stories.walk.prices import DAY
from tests.stories.walk.things import Home
from tests.stories.walk.walk import Walk, some


async def block(walk: Walk) -> bool:
    home = walk.home()
    name = home.landlord if walk.rng.random() < 0.95 else walk.rng.choice(walk.landlords)
    start = home.today(walk.now) + DAY * walk.rng.choice([-2, -1, 0, 1, *range(2, 40)])
    end = start + DAY * walk.rng.choice([0, 1, 1, 2, 3, 801])
    found, told = await walk.act(
        "block",
        home,
        f"{start} {end} by {name}",
        walk.send(name, "POST", "/calendars/blocks", {"property_id": home.id, "start": f"{start}", "end": f"{end}"}),
        lambda: walk.model.block(name, home, start, end),
        201,
    )
    if found is not None:
        home.blocks[told["source_id"]] = (start, end)
    return True


async def move_block(walk: Walk) -> bool:
    chosen = _a_block(walk)
    if chosen is None:
        return False
    home, id_ = chosen
    start, end = home.blocks[id_]
    start += DAY * walk.rng.choice([0, 0, 0, -1, 1])
    end += DAY * walk.rng.choice([0, 1, 2, -1])
    found, told = await walk.act(
        "move a block",
        home,
        f"{home.blocks[id_]} to {start} {end}",
        walk.send(home.landlord, "PATCH", f"/calendars/blocks/{id_}", {"start": f"{start}", "end": f"{end}"}),
        lambda: walk.model.move_block(home.landlord, home, id_, start, end),
    )
    if found is not None:
        same("block", (told["start"], told["end"]), (f"{start}", f"{end}"))
    return True


async def unblock(walk: Walk) -> bool:
    chosen = _a_block(walk)
    if chosen is None:
        return False
    home, id_ = chosen
    name = home.landlord if walk.rng.random() < 0.9 else walk.rng.choice(walk.landlords)
    await walk.act(
        "unblock",
        home,
        f"{home.blocks[id_]} by {name}",
        walk.send(name, "DELETE", f"/calendars/blocks/{id_}"),
        lambda: walk.model.unblock(name, home, id_),
        204,
    )
    return True


def _a_block(walk: Walk) -> tuple[Home, str] | None:
    blocks = [(home, id_) for home in walk.model.homes for id_ in home.blocks]
    return walk.rng.choice(blocks[-30:]) if blocks else None


async def edit(walk: Walk) -> bool:
    home, rng = walk.home(), walk.rng
    monthly = home.facts["let_type"] == "monthly"
    field_, value = rng.choice(
        [
            ("price_minor", rng.randint(1000, 30_000) * (10 if monthly else 1)),
            ("price_minor", rng.randint(1000, 30_000) * (10 if monthly else 1)),
            ("cleaning_fee_minor", rng.choice([None, 0, 1999, 4500])),
            ("min_nights", rng.choice([None, 28, 31] if monthly else [None, 1, 2, 3, 4])),
            ("max_nights", rng.choice([None, 90, 120] if monthly else [None, 3, 7, 14, 30])),
            ("preparation_days", rng.choice([None, 0, 1, 2, 3])),
            ("advance_notice_days", rng.choice([None, 0, 1, 3])),
            ("booking_window_days", rng.choice([None, 2, 30, 365])),
            ("check_in_weekdays", rng.choice([None, None, ["friday", "saturday"], ["monday", "tuesday", "sunday"]])),
            (
                "seasons",
                rng.choice([None, [{"first": "12-20", "last": "02-29", "min_nights": 3, "price_minor": None}]]),
            ),
            ("sleeps", rng.choice([None, 2, 4])),
            ("instant_book", rng.choice([True, False])),
            ("currency", rng.choice([home.facts["currency"], "JPY", "EUR"])),
        ]
    )
    facts = home.facts | {field_: value}
    if rng.random() < 0.08:
        facts |= rng.choice(
            [{"min_nights": 40, "max_nights": 39}, {"advance_notice_days": 8, "booking_window_days": 7}]
        )
    found, told = await walk.act(
        "edit",
        home,
        f"{field_} = {value}",
        walk.send(home.landlord, "PUT", f"/properties/{home.id}", facts),
        lambda: walk.model.edit(home.landlord, home, facts),
    )
    if found is not None:
        money = {"amount_minor": facts["price_minor"], "currency": facts["currency"]}
        same("price", told["price"], money)
        if field_ not in ("price_minor", "cleaning_fee_minor", "currency"):
            same(field_, told[field_], value)
    return True


async def pause(walk: Walk) -> bool:
    busy = {one.home.id for one in walk.model.bookings if one.is_open(walk.now)}
    quiet = [home for home in walk.model.homes if home.id not in busy and not home.paused]
    home = some(walk.rng, quiet if walk.rng.random() < 0.4 else walk.model.homes)
    if home is None:
        return False
    chosen = home
    await walk.act(
        "pause",
        home,
        "",
        walk.send(home.landlord, "POST", f"/properties/{home.id}/status", {"status": "paused"}),
        lambda: walk.model.pause(chosen.landlord, chosen),
    )
    return True


async def resume(walk: Walk) -> bool:
    paused = [home for home in walk.model.homes if home.paused]
    home = some(walk.rng, paused if walk.rng.random() < 0.9 else walk.model.homes)
    if home is None:
        return False
    chosen = home
    await walk.act(
        "resume",
        home,
        "",
        walk.send(home.landlord, "POST", f"/properties/{home.id}/status", {"status": "published"}),
        lambda: walk.model.resume(chosen.landlord, chosen),
    )
    return True
