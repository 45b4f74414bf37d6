"""Every address of the client, built in one place. The web server mounts them below `/app`."""

from datetime import date
from uuid import UUID

from client.core.routing import with_query

SEARCH = "/search"
TRIPS = "/trips"
ACCOUNT = "/account"
SIGN_IN = "/sign-in"
REGISTER = "/register"
LANDLORD_HOMES = "/landlord/homes"
LANDLORD_NEW_HOME = "/landlord/homes/new"
LANDLORD_CALENDAR = "/landlord/calendar"
LANDLORD_STAYS = "/landlord/stays"
LANDLORD_IMPORT = "/landlord/import"
ADMIN_REVIEW = "/admin/review"
ADMIN_IMPORT = "/admin/import"


def search(**query: object) -> str:
    """Results for a wish; the names are those of `SearchWish`."""
    return with_query(SEARCH, query)


def home(slug: str, arrive: date | None = None, leave: date | None = None, guests: int | None = None) -> str:
    """A home, for dates if they are known."""
    return with_query(f"/homes/{slug}", {"arrive": arrive, "leave": leave, "guests": guests})


def book(slug: str, arrive: date, leave: date, guests: int) -> str:
    """The last look before dates are held."""
    return with_query(f"/homes/{slug}/book", {"arrive": arrive, "leave": leave, "guests": guests})


def trip(booking_id: UUID) -> str:
    """One stay of mine."""
    return f"{TRIPS}/{booking_id}"


def import_run(run_id: UUID, *, admin: bool = False) -> str:
    """One import and how it is going."""
    return f"{ADMIN_IMPORT if admin else LANDLORD_IMPORT}/{run_id}"


def landlord_homes(**query: object) -> str:
    """My homes, those of one `status` or with some `text` in them."""
    return with_query(LANDLORD_HOMES, query)


def landlord_home(property_id: UUID) -> str:
    """The form of one of my homes."""
    return f"{LANDLORD_HOMES}/{property_id}"


def landlord_calendar(**query: object) -> str:
    """My calendar, from a day `from` on, of one `home`."""
    return with_query(LANDLORD_CALENDAR, query)


def imports(*, admin: bool = False) -> str:
    """All imports, and the start of a new one."""
    return ADMIN_IMPORT if admin else LANDLORD_IMPORT
