"""The one transaction of a request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database import Database


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    shared: AsyncSession | None = getattr(request.state, "session", None)
    if shared is not None:
        yield shared
        return
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


Session = Annotated[AsyncSession, Depends(_session, scope="function")]
"""The one transaction of a request, committed before the reply is sent. Guards and endpoints share it."""
