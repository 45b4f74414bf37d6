"""Every address of the client, built in one place. The web server mounts them below `/app`.

Flet 1.0.5 writes the address percent-decoded, so `%26` comes back as `&` after a reload and shared links break. Values
are therefore written with `~XX` for every reserved byte and `+` for a space, which no decoder touches.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final
from urllib.parse import quote, urlsplit
from uuid import UUID

Query = dict[str, str]

_PLAIN: Final = frozenset("-_.")
_ENCODED: Final = re.compile(r"(?:[~%][0-9A-Fa-f]{2})+")

SEARCH = "/search"
TODAY = "/today"
TRIPS = "/trips"
ACCOUNT = "/account"
CLOSE_ACCOUNT = "/account/delete"
PAYMENTS = "/account/payments"
PAYMENT_METHODS = "/account/payment-methods"
SIGN_IN = "/sign-in"
PLAIN_SIGN_IN = "/sign-in"
"""The server's own page, outside of the client: a form that a browser's password manager can fill."""
FORGOT_PASSWORD = "/forgot-password"  # noqa: S105 - an address
RESET_PASSWORD = "/reset-password"  # noqa: S105 - an address
VERIFY_EMAIL = "/verify-email"
NOTIFICATIONS = "/notifications"
LANDLORD_TODAY = "/landlord/today"
LANDLORD_HOMES = "/landlord/homes"
LANDLORD_NEW_HOME = "/landlord/homes/new"
LANDLORD_CALENDAR = "/landlord/calendar"
LANDLORD_STAYS = "/landlord/stays"
LANDLORD_EARNINGS = "/landlord/earnings"
LANDLORD_IMPORT = "/landlord/import"
ADMIN_TODAY = "/admin/today"
ADMIN_REVIEW = "/admin/review"
ADMIN_IMPORT = "/admin/import"
ADMIN_PAYMENTS = "/admin/payments"
ADMIN_REFUNDS = "/admin/refunds"
ADMIN_DISPUTES = "/admin/disputes"
ADMIN_RECONCILIATION = "/admin/reconciliation"


def search(**query: object) -> str:
    """Results for a wish; the names are those of `SearchRequest`."""
    return with_query(SEARCH, query)


def home(slug: str, check_in: date | None = None, check_out: date | None = None, guests: int | None = None) -> str:
    """A home, for dates if they are known."""
    return with_query(f"/homes/{slug}", {"check_in": check_in, "check_out": check_out, "guests": guests})


def book(slug: str, check_in: date, check_out: date, guests: int) -> str:
    """The last look before dates are held."""
    return with_query(f"/homes/{slug}/book", {"check_in": check_in, "check_out": check_out, "guests": guests})


def trip(booking_id: UUID) -> str:
    """One stay of mine."""
    return f"{TRIPS}/{booking_id}"


def trip_payment(booking_id: UUID, change_id: UUID | None = None, month: int | None = None) -> str:
    """Where the payment of a stay of mine stands, or that of a change or a month of it; the provider's page leads back
    here."""
    return with_query(f"{TRIPS}/{booking_id}/payment", {"change": change_id, "month": month})


def payments_of(reference: str) -> str:
    """My payments of the stay of a reference."""
    return with_query(PAYMENTS, {"stay": reference})


def payment(payment_id: UUID) -> str:
    """One payment of mine: where its money is."""
    return f"{PAYMENTS}/{payment_id}"


def landlord_stay(booking_id: UUID) -> str:
    """One stay at a home of mine."""
    return f"{LANDLORD_STAYS}/{booking_id}"


def landlord_earning(earning_id: UUID) -> str:
    """What I earn with one payment."""
    return f"{LANDLORD_EARNINGS}/{earning_id}"


def admin_review(**query: object) -> str:
    """The queue, all of it or what `show` names."""
    return with_query(ADMIN_REVIEW, query)


def admin_payment(payment_id: UUID) -> str:
    """One payment, for admins."""
    return f"{ADMIN_PAYMENTS}/{payment_id}"


def import_run(run_id: UUID, *, admin: bool = False) -> str:
    """One import and how it is going."""
    return f"{ADMIN_IMPORT if admin else LANDLORD_IMPORT}/{run_id}"


def landlord_homes(**query: object) -> str:
    """My homes, those of one `status` or with some `text` in them."""
    return with_query(LANDLORD_HOMES, query)


def landlord_home(property_id: UUID, *, step: str | None = None, field: str | None = None) -> str:
    """The editor of one of my homes, or of one I have begun, at one of its fields."""
    return with_query(f"{LANDLORD_HOMES}/{property_id}", {"step": step, "field": field})


def landlord_prices(property_id: UUID) -> str:
    """The prices of one of my homes, and what they would do."""
    return landlord_home(property_id, step="price")


def landlord_calendar(**query: object) -> str:
    """My calendar, from a day `from` on, of one `home`."""
    return with_query(LANDLORD_CALENDAR, query)


def imports(*, admin: bool = False) -> str:
    """All imports, and the start of a new one."""
    return ADMIN_IMPORT if admin else LANDLORD_IMPORT


def encode(value: object) -> str:
    """A value as it may stand in the address; every text survives `decode(encode(text))`."""
    return "".join(_encode_character(character) for character in str(value))


def decode(value: str) -> str:
    """The text of an encoded value. A broken sequence shows as the replacement character instead of failing.

    `%XX` is read as well: browsers open a link with letters of other scripts so, and we never write a `%` ourselves.
    """
    spaced = value.replace("+", " ")
    return _ENCODED.sub(lambda m: bytes.fromhex(re.sub("[~%]", "", m[0])).decode("utf-8", "replace"), spaced)


def query_of(route: str | None) -> Query:
    """The decoded query of a route; the last of repeated names wins, empty ones are left out."""
    pairs = (pair.partition("=") for pair in urlsplit(route or "/").query.split("&"))
    return {decode(name): decode(value) for name, _, value in pairs if name and value}


def plain_sign_in(route: str) -> str:
    """The server's page to sign in on, which leads back to a route of the client; from its own page to its start."""
    if route.startswith(SIGN_IN):
        return PLAIN_SIGN_IN
    return f"{PLAIN_SIGN_IN}?to={quote(f'/app{route}', safe='')}"  # the server reads percents, not what `encode` writes


def with_query(path: str, query: Mapping[str, object]) -> str:
    """A path with a query; None and empty values are left out, a query already in the path is replaced."""
    kept = {name: value for name, value in query.items() if value is not None and value != ""}
    bare = urlsplit(path).path or "/"
    return bare + ("?" + "&".join(f"{encode(name)}={encode(value)}" for name, value in kept.items()) if kept else "")


def _encode_character(character: str) -> str:
    if character == " ":
        return "+"
    if character.isascii() and (character.isalnum() or character in _PLAIN):
        return character
    # Letters of other scripts stay readable: the address bar does not touch them.
    if not character.isascii() and character.isalnum():
        return character
    return "".join(f"~{byte:02X}" for byte in character.encode("utf-8", "replace"))


def id_in(word: str | None) -> UUID | None:
    """The id that stands in an address; None for what is none."""
    try:
        return UUID(word or "")
    except ValueError:
        return None


def id_or_none_there(word: str | None) -> UUID:
    """The same, and for what is none an id that nothing has: the server answers that there is no such thing."""
    return id_in(word) or UUID(int=0)
