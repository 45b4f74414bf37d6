"""Identities in the database."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.tables import IdentityRoleTable, IdentityTable
from server.core import clock
from server.core.ids import new_id
from shared_models.auth import Role

# SQLModel types its class attributes as plain values; SQLAlchemy needs the columns.
_identity: Any = IdentityTable
_role: Any = IdentityRoleTable


class Identities:
    """Everyone, and their roles."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(
        self, email: str, password_hash: str, roles: Iterable[Role], verified_at: datetime | None = None
    ) -> IdentityTable:
        """Add a person. A taken e-mail breaks `uq_identity_email` at the flush."""
        person = IdentityTable(email=email, password_hash=password_hash, email_verified_at=verified_at)
        self.session.add(person)
        await self.session.flush()
        self.session.add_all([IdentityRoleTable(identity_id=person.id, role=role.value) for role in roles])
        await self.session.flush()
        return person

    async def add_unclaimed(self, keys: Iterable[str]) -> dict[str, UUID]:
        """Landlords without e-mail for those of `keys` that have none yet; answers only the new ones."""
        rows = [{"id": new_id(), "source_key": key, "created_at": clock.now()} for key in keys]
        if not rows:
            return {}
        # Rows as parameters, not as `values`: the statement is compiled once, however many there are.
        table = _identity.__table__
        adding = insert(table).on_conflict_do_nothing(index_elements=["source_key"])
        added = await self.session.execute(adding.returning(table.c.source_key, table.c.id), rows)
        new: dict[str, UUID] = dict(added.all())
        if new:
            roles = [{"identity_id": id_, "role": Role.LANDLORD.value} for id_ in new.values()]
            await self.session.execute(insert(_role.__table__), roles)
        return new

    async def by_source_keys(self, keys: Iterable[str]) -> dict[str, UUID]:
        found = await self.session.execute(
            select(_identity.source_key, _identity.id).where(_identity.source_key.in_(list(keys)))
        )
        return dict(found.all())

    async def remove_unclaimed(self, ids: Iterable[UUID]) -> None:
        await self.session.execute(delete(IdentityTable).where(_identity.id.in_(list(ids)), _identity.email.is_(None)))

    async def by_email(self, email: str) -> IdentityTable | None:
        return await self.session.scalar(select(IdentityTable).where(_identity.email == email))

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, IdentityTable]:
        found = await self.session.scalars(select(IdentityTable).where(_identity.id.in_(list(ids))))
        return {person.id: person for person in found}

    async def roles_of(self, identity_id: UUID) -> frozenset[Role]:
        found = await self.session.scalars(select(_role.role).where(_role.identity_id == identity_id))
        return frozenset(Role(role) for role in found)

    async def add_role(self, identity_id: UUID, role: Role) -> None:
        await self.session.execute(
            insert(IdentityRoleTable)
            .values(identity_id=identity_id, role=role.value)
            .on_conflict_do_nothing(index_elements=["identity_id", "role"])
        )

    async def locked(self, identity_id: UUID) -> IdentityTable | None:
        """Someone with an account, locked: nobody points at them anew until we are done."""
        return await self.session.scalar(
            select(IdentityTable)
            .where(_identity.id == identity_id, _identity.email.is_not(None))
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    async def lock_open(self, ids: Iterable[UUID]) -> Mapping[UUID, IdentityTable]:
        """Those of `ids` who have not left, as they are now; none of them leaves until our transaction ends."""
        found = await self.session.scalars(
            select(IdentityTable)
            .where(_identity.id.in_(sorted(set(ids))), _identity.erased_at.is_(None))
            .order_by(_identity.id)
            .with_for_update(read=True, key_share=True)
            .execution_options(populate_existing=True)
        )
        return {person.id: person for person in found}

    async def remove_role(self, identity_id: UUID, role: Role) -> None:
        await self.session.execute(
            delete(IdentityRoleTable).where(_role.identity_id == identity_id, _role.role == role.value)
        )

    async def remove_roles(self, identity_id: UUID) -> None:
        await self.session.execute(delete(IdentityRoleTable).where(_role.identity_id == identity_id))
