"""Links in mails: made when the mail is sent, so that no queue ever holds a token; used once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.mail_links.repository import MailLinks
from server.auth.mail_links.tables import MailLinkTable
from server.auth.rules import hash_of, new_token
from server.core import clock
from server.core.errors import AppError
from shared_models.auth import LinkPurpose
from shared_models.problems import ProblemCode

LIFETIMES = {LinkPurpose.VERIFY_EMAIL: timedelta(days=3), LinkPurpose.RESET_PASSWORD: timedelta(hours=1)}
KEPT = timedelta(days=7)


class LinkOver(AppError):
    status, code, title = 410, ProblemCode.LINK_OVER, "This link was used, or is too old. Ask for a new one"


async def issue(session: AsyncSession, identity_id: UUID, email: str, purpose: LinkPurpose) -> str:
    """A new token, for a mail to this address. Earlier ones still work until they are over."""
    token = new_token()
    await MailLinks(session).add(
        MailLinkTable(
            identity_id=identity_id,
            purpose=purpose.value,
            email=email,
            token_hash=hash_of(token),
            expires_at=clock.now() + LIFETIMES[purpose],
        )
    )
    return token


async def find(session: AsyncSession, token: str, purpose: LinkPurpose) -> MailLinkTable:
    """A link by its token. Raises LinkOver once it is too old; whether it was used is for the caller to ask."""
    link = await MailLinks(session).of_token(hash_of(token), purpose)
    if link is None or link.expires_at <= clock.now():
        raise LinkOver
    return link


async def use_up(session: AsyncSession, identity_id: UUID, purpose: LinkPurpose) -> None:
    """Let none of someone's links for a purpose work any more."""
    await MailLinks(session).use_up(identity_id, purpose)


async def erase(session: AsyncSession, identity_id: UUID) -> None:
    """Remove all links of someone who leaves."""
    await MailLinks(session).remove_all(identity_id)


async def purge_expired(session: AsyncSession) -> None:
    """Remove links that have long been over."""
    await MailLinks(session).remove_old(clock.now() - KEPT)


async def data_export(session: AsyncSession, identity_id: UUID) -> list[dict[str, Any]]:
    """The links that were mailed to a person, as far as they are kept."""
    rows = await MailLinks(session).all_of(identity_id)
    return [row.model_dump(mode="json", exclude={"identity_id", "token_hash"}) for row in rows]
