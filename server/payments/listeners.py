"""What is kept of who pays, what goes with them when they leave, and what admins decide about money."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.events import AccountErased
from server.cases import service as cases
from server.cases.service import Subject
from server.core.events import within
from server.payments.service import cards, customers, data_export, deciding
from server.users import service as users
from shared_models.cases import CaseKind

users.register_data_export(data_export.data_export)
cases.about(
    CaseKind.DISPUTE,
    Subject(lock=deciding.lock_dispute, summarise=deciding.summarise_disputes, decide=deciding.decide_dispute),
)
cases.about(
    CaseKind.FAILED_REFUND,
    Subject(lock=deciding.lock_refund, summarise=deciding.summarise_refunds, decide=deciding.decide_refund),
)


@within(AccountErased)
async def erase(session: AsyncSession, event: AccountErased) -> None:
    """The provider forgets who leaves, and their cards with them. What they paid stays, as in the books: with ids, and
    without a name."""
    await customers.forget(session, event.identity_id)
    await cards.forget(session, event.identity_id)
