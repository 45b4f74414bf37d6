"""`/users`: oneself."""

from client.core.http import Http
from shared_models.users import Me, ProfileChange


async def me(http: Http) -> Me:
    """The signed-in person."""
    return await http.call("GET", "/users/me", Me)


async def change_me(http: Http, change: ProfileChange) -> Me:
    """Change one's own profile."""
    return await http.call("PATCH", "/users/me", Me, body=change)


async def kept(http: Http) -> bytes:
    """A copy of all that is kept of oneself, as a file."""
    return await http.download("/users/me/kept")
