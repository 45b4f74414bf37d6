"""What is kept of who pays, and what goes with them when they leave."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import AccountErased
from server.core.events import within
from server.payments.service import customers, data_export
from server.users import service as users

users.register_data_export(data_export.data_export)


@within(AccountErased)
async def erase(session: AsyncSession, event: AccountErased) -> None:
    """The provider forgets who leaves. What they paid stays, as in the books: with ids, and without a name."""
    await customers.forget(session, event.identity_id)
