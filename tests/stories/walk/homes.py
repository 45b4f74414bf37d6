"""Where the walk's homes stand and what their landlords say at first: twelve zones, six currencies, two ways to let."""

from typing import Any, NamedTuple


class Place(NamedTuple):
    """A point on land, and the zone it lies in."""

    zone: str
    country: str
    latitude: float
    longitude: float


LONDON = Place("Europe/London", "GB", 51.5074, -0.1278)
NEW_YORK = Place("America/New_York", "US", 40.7128, -74.006)
TOKYO = Place("Asia/Tokyo", "JP", 35.68, 139.76)
AUCKLAND = Place("Pacific/Auckland", "NZ", -36.85, 174.76)
LORD_HOWE = Place("Australia/Lord_Howe", "AU", -31.535, 159.075)
"""Its clocks change by half an hour."""
CHATHAM = Place("Pacific/Chatham", "NZ", -43.95, -176.55)
"""Three quarters of an hour beside New Zealand's."""
KIRITIMATI = Place("Pacific/Kiritimati", "KI", 1.87, -157.4)
"""The first to have a date."""
PAGO_PAGO = Place("Pacific/Pago_Pago", "AS", -14.3, -170.7)
"""One of the last to have it."""
ST_JOHNS = Place("America/St_Johns", "CA", 47.56, -52.73)
KATHMANDU = Place("Asia/Kathmandu", "NP", 27.7172, 85.324)
SANTIAGO = Place("America/Santiago", "CL", -33.45, -70.67)
"""Its clocks change at midnight: one day begins at one."""
CAIRO = Place("Africa/Cairo", "EG", 30.05, 31.24)
"""So do these."""

ZONES = [
    place.zone
    for place in (
        LONDON,
        NEW_YORK,
        TOKYO,
        AUCKLAND,
        LORD_HOWE,
        CHATHAM,
        KIRITIMATI,
        PAGO_PAGO,
        ST_JOHNS,
        KATHMANDU,
        SANTIAGO,
        CAIRO,
    )
]


def _facts(place: Place, currency: str, price: int, **more: Any) -> dict[str, Any]:
    usual = {
        "title": f"Flat of {place.zone.rpartition('/')[2].replace('_', ' ')}",
        "type": "flat",
        "let_type": "nightly",
        "address": {"line": "12 Shore Street", "city": "Walkham", "postcode": "EH6 6QW", "country": place.country},
        "pin": {"latitude": place.latitude, "longitude": place.longitude},
        "price_minor": price,
        "currency": currency,
        "instant_book": True,
    }
    return usual | more


HOMES = [
    (LONDON.zone, _facts(LONDON, "GBP", 8050, sleeps=4, cleaning_fee_minor=2500, check_out_by="01:30:00")),
    (LONDON.zone, _facts(LONDON, "GBP", 95033, let_type="monthly", min_nights=28, instant_book=False)),
    (NEW_YORK.zone, _facts(NEW_YORK, "USD", 15999, sleeps=2, preparation_days=1)),
    (TOKYO.zone, _facts(TOKYO, "JPY", 9800, cleaning_fee_minor=3000)),
    (TOKYO.zone, _facts(TOKYO, "JPY", 123457, let_type="monthly", cleaning_fee_minor=11000, sleeps=3)),
    (AUCKLAND.zone, _facts(AUCKLAND, "AUD", 11000, instant_book=False, min_nights=2, max_nights=14)),
    (LORD_HOWE.zone, _facts(LORD_HOWE, "AUD", 20001, check_out_by="02:15:00")),
    (CHATHAM.zone, _facts(CHATHAM, "AUD", 7000, advance_notice_days=1)),
    (KIRITIMATI.zone, _facts(KIRITIMATI, "JPY", 5001, instant_book=False)),
    (PAGO_PAGO.zone, _facts(PAGO_PAGO, "USD", 4999, booking_window_days=60)),
    (ST_JOHNS.zone, _facts(ST_JOHNS, "CAD", 12345, preparation_days=2, instant_book=False)),
    (KATHMANDU.zone, _facts(KATHMANDU, "EUR", 3001, sleeps=6)),
    (KATHMANDU.zone, _facts(KATHMANDU, "EUR", 70011, let_type="monthly", preparation_days=1)),
    (SANTIAGO.zone, _facts(SANTIAGO, "EUR", 6400, instant_book=False, check_out_by="00:30:00")),
    (CAIRO.zone, _facts(CAIRO, "EUR", 5650, seasons=[{"first": "11-15", "last": "02-29", "min_nights": 3}])),
]
"""The zone that must be found from the pin, and all that is said."""
