"""`/today`: the start page of each role, and what waits in figures."""

from client.core.http import Http
from shared_models.today import AdminToday, LandlordToday, TenantToday, Waiting


async def landlord(http: Http) -> LandlordToday:
    """What waits for one's answer, who comes and goes, and how one's homes stand."""
    return await http.call("GET", "/today/landlord", LandlordToday)


async def tenant(http: Http) -> TenantToday:
    """What waits for oneself as a guest, and the next trip."""
    return await http.call("GET", "/today/tenant", TenantToday)


async def admin(http: Http) -> AdminToday:
    """The queue by deadline."""
    return await http.call("GET", "/today/admin", AdminToday)


async def waiting(http: Http) -> Waiting:
    """How much waits, for the figures beside the places of the navigation."""
    return await http.call("GET", "/today/waiting", Waiting)
