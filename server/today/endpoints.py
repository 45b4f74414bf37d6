"""`/today`: the start page of each role, and the figures beside the places of the navigation."""

from server.auth.guards import Admin, Landlord, SignedIn
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.today import service
from shared_models.today import AdminToday, LandlordToday, TenantToday, Waiting

router = room_router("today")


@router.get("/tenant")
async def tenant(caller: SignedIn, session: Session) -> TenantToday:
    """What waits for the caller as a guest, their next trip, and what is new."""
    return await service.tenant(session, caller)


@router.get("/landlord")
async def landlord(caller: Landlord, session: Session) -> LandlordToday:
    """What waits for the caller's answer, who comes and goes, how their homes stand, and what is new."""
    return await service.landlord(session, caller)


@router.get("/admin")
async def admin(caller: Admin, session: Session) -> AdminToday:
    """The queue by deadline, and what is new."""
    return await service.admin(session, caller)


@router.get("/waiting")
async def waiting(caller: SignedIn, session: Session) -> Waiting:
    """How much waits for the caller, in figures."""
    return await service.waiting(session, caller)
