"""A file of homes as messy as the real ones: the columns and the troubles of an Inside Airbnb summary, all invented."""

import csv
from pathlib import Path
from random import Random

COLUMNS = (
    "id",
    "name",
    "host_id",
    "neighbourhood",
    "latitude",
    "longitude",
    "room_type",
    "price",
    "minimum_nights",
    "number_of_reviews",
    "last_review",
    "reviews_per_month",
    "calculated_host_listings_count",
    "availability_365",
)
USUAL_ROWS = 12_189
"""For this many rows there are three prices of 0, one empty title and so on; for others in proportion, at least one."""

_DISTRICTS = (
    ("Old Town, Princes Street and Leith Street", 55.9505, -3.1880),
    ("Canongate, Southside and Dumbiedykes", 55.9478, -3.1790),
    ("New Town West", 55.9560, -3.2030),
    ("Tollcross", 55.9420, -3.2040),
    ("Meadows and Southside", 55.9400, -3.1850),
    ("South Leith", 55.9690, -3.1690),
    ("Deans Village", 55.9530, -3.2170),
    ("Hillside and Calton Hill", 55.9590, -3.1770),
    ("Joppa", 55.9485, -3.0960),
    ("Slateford and Chesser", 55.9290, -3.2390),
)
_FIRST = ("Bright", "Quiet", "Cosy", "Georgian", "Central", "Sunny", "Tiny", "Grand", "Modern", "Old")
_SECOND = ("flat", "double room", "garden flat", "loft", "studio", "apartment", "top-floor flat", "attic room")
_THIRD = ("near the castle", "in Leith", "by the Meadows", "with a view", "sleeps 4", "off the Royal Mile", "for two")
_ODD_TITLES = (
    "🏰 Castle view 🏴󠁧󠁢󠁳󠁣󠁴󠁿 flat",
    "爱丁堡市中心公寓",
    "Comfy room\nfemale guests only",
    "  Flat with space around it  ",
    'The "Wee" Flat',
    "Appartement près du château, calme",
    "Stylish\u00a0upper villa",
    "=SUM(A1:A9)",
    "غرفة هادئة",
    "Robert'); DROP TABLE property;--",
)
_ROOM_TYPES = ("Entire home/apt",) * 61 + ("Private room",) * 38 + ("Shared room",)


def write_messy_csv(path: Path, rows: int, seed: int) -> None:
    """Write `rows` lines to `path`; the same `rows` and `seed` give the same bytes."""
    dice = Random(seed)
    troubles = _troubles(dice, rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        number = 15_000
        for place in range(rows):
            number += dice.randint(1, 5000)
            writer.writerow((_row(dice, number) | troubles.get(place, {})).values())


def _troubles(dice: Random, rows: int) -> dict[int, dict[str, object]]:
    """Which rows are odd, and how."""
    wanted: list[dict[str, object]] = []
    usual_odds: tuple[tuple[int, dict[str, object]], ...] = (
        (3, {"price": 0}),
        (1, {"name": ""}),
        (1, {"name": "A very long title. " * 14}),
        (2, {"price": 19_000}),
        (4, {"minimum_nights": 1000}),
    )
    for usual, odd in usual_odds:
        wanted += [odd] * max(1, round(usual * rows / USUAL_ROWS))
    wanted += [{"name": title} for title in _ODD_TITLES]
    places = dice.sample(range(rows), min(rows, len(wanted)))
    return dict(zip(places, wanted, strict=False))


def _row(dice: Random, number: int) -> dict[str, object]:
    district, latitude, longitude = dice.choice(_DISTRICTS)
    reviews = dice.choice((0, 0, 1, 2, 3, 8, 20, 75, 210))
    return {
        "id": number,
        "name": f"{dice.choice(_FIRST)} {dice.choice(_SECOND)} {dice.choice(_THIRD)}",
        "host_id": 60_000 + dice.randint(0, 9000) ** 2,
        "neighbourhood": district,
        "latitude": round(latitude + dice.uniform(-0.008, 0.008), 5),
        "longitude": round(longitude + dice.uniform(-0.012, 0.012), 5),
        "room_type": dice.choice(_ROOM_TYPES),
        "price": max(9, int(dice.lognormvariate(4.4, 0.6))),
        "minimum_nights": dice.choice((1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 7, 14, 30)),
        "number_of_reviews": reviews,
        "last_review": f"2019-0{dice.randint(1, 2)}-{dice.randint(1, 28):02}" if reviews else "",
        "reviews_per_month": round(reviews / dice.randint(8, 40) + 0.01, 2) if reviews else "",
        "calculated_host_listings_count": dice.choice((1, 1, 1, 2, 3, 8, 37)),
        "availability_365": dice.choice((0, 0, 17, 89, 253, 364)),
    }
