"""Signing out, and leaving for good."""

from shared_models.auth import Role
from tests.conftest import PASSWORD
from tests.stories.walk.answers import same
from tests.stories.walk.things import Refused
from tests.stories.walk.walk import Member, Walk


async def sign_out(walk: Walk) -> bool:
    name = walk.rng.choice(walk.tenants)
    await _with_a_fresh_token(walk, name)
    member = walk.members[name]
    gone = await walk.api.post("/auth/sign-out", {"refresh_token": member.refresh_token})
    walk.tell("sign out", None, name, gone)
    same("sign out", gone.status_code, 204)
    await _acts_no_more(walk, member)
    credentials = {"email": member.email, "password": PASSWORD}
    back = await walk.api.post("/auth/sign-in", credentials)
    same("sign in again", back.status_code, 200)
    member.signed_in(back.json(), walk.now)
    return True


async def close(walk: Walk) -> bool:
    name = walk.rng.choice(walk.tenants if walk.rng.random() < 0.8 else walk.landlords)
    free = [one for one in walk.tenants if _may_close(walk, one)]
    if free and walk.rng.random() < 0.5:
        name = walk.rng.choice(free)
    if name in walk.landlords and _may_close(walk, name):
        return False  # homes without a landlord would be lost to the rest of the walk
    await _with_a_fresh_token(walk, name)
    member = walk.members[name]
    await walk.act(
        "close",
        None,
        name,
        walk.send(name, "POST", "/auth/close", {"password": PASSWORD}),
        lambda: walk.model.close(name),
        204,
    )
    if _may_close(walk, name):
        await _acts_no_more(walk, member)
        walk.tenants.remove(name)
        del walk.members[name]
        walk.tenants.append(await walk.join(Role.TENANT))
    return True


def _may_close(walk: Walk, name: str) -> bool:
    try:
        walk.model.close(name)
    except Refused:
        return False
    return True


async def _with_a_fresh_token(walk: Walk, name: str) -> None:
    """Refused as over, an old one would prove nothing."""
    same("one's own page", (await walk.send(name, "GET", "/users/me")).status_code, 200)


async def _acts_no_more(walk: Walk, member: Member) -> None:
    """Neither the access token, which is not over, nor the refresh token is worth anything."""
    headers = {"Authorization": f"Bearer {member.access_token}"}
    request_body = {"property_id": walk.home().id, "check_in": "2029-01-01", "check_out": "2029-01-02", "guests": 1}
    written = await walk.api.post("/quotes", request_body, headers=headers)
    same("a call of who has gone", (written.status_code, written.json()["code"]), (401, "not_signed_in"))
    fresh = await walk.api.post("/auth/refresh", {"refresh_token": member.refresh_token})
    same("a refresh of who has gone", (fresh.status_code, fresh.json()["code"]), (401, "session_ended"))
