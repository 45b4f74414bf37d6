"""The things that calls name: each maker makes one of LANDLORD's or TENANT's and answers its id."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from server.auth.events import PasswordChanged
from server.auth.service import door as auth
from server.core import clock, jobs
from server.core.database import Database
from server.core.ids import new_id
from server.payments.payouts.tables import EarningTable
from server.payments.reconciliation.tables import ReconciliationRunTable
from server.payments.tables import DisputeTable, SavedCardTable
from shared_models.auth import LinkPurpose, Role
from shared_models.payments import PaymentStatus
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty, Person
from tests.server.access.verdicts import ADMIN, LANDLORD, TENANT, Who
from tests.server.core.queue import a_failed_job
from tests.server.paying import hear
from tests.server.payments.paid import a_payment
from tests.server.properties.importing.conftest import a_line, lines, plan_for, uploaded
from tests.server.search.worlds import learn
from tests.stories.conftest import day

ROLES: Mapping[Who, tuple[Role, ...]] = {
    who: (Role(who.name.lower().removeprefix("other_")),) for who in Who if who is not Who.VISITOR
}


@dataclass(frozen=True)
class World:
    """Everyone, and the means to make things."""

    people: Mapping[Who, Person]
    api: Api
    database: Database
    a_person: MakePerson
    a_property: MakeProperty
    made_last: dict[str, str] = field(default_factory=dict)
    """What belongs to the thing made last and is named beside it: the secret of a feed, the id of a change."""

    def as_(self, who: Who) -> Api:
        """The API as one of them."""
        return self.api.as_(self.people.get(who))

    async def said(self, who: Who, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """What one of them is told, for sure."""
        reply = await self.as_(who).request(method, path, json=body)
        assert reply.is_success, f"{method} {path}: {reply.text}"
        told: dict[str, Any] = reply.json()
        return told


async def a_world(api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty) -> World:
    """Everyone signs in."""
    people = {who: await a_person(*roles) for who, roles in ROLES.items()}
    return World(people, api, database, a_person, a_property)


async def _published(world: World) -> str:
    home = str(await world.a_property(world.people[LANDLORD]))
    await learn(world.database)  # else it would be in no list of places, whoever may see it
    return home


async def _strangers(world: World) -> str:
    return str(await world.a_property())


async def _draft(world: World) -> str:
    home = str(await world.a_property(world.people[LANDLORD], status="draft", published_at=None))
    await learn(world.database)
    return home


async def _submitted(world: World) -> str:
    return str(await world.a_property(world.people[LANDLORD], status="pending_review", published_at=None))


async def _begun(world: World) -> str:
    return str((await world.said(LANDLORD, "POST", "/properties/drafts", {"words": {"title": "Begun"}}))["id"])


async def _edit(world: World) -> str:
    request_body = {"ids": [await _published(world)], "price_percent": 10}
    return str((await world.said(LANDLORD, "POST", "/properties/bulk-edits", request_body))["id"])


async def _case(world: World) -> str:
    home = await _submitted(world)
    cases = await world.said(ADMIN, "GET", "/cases?limit=100")
    return next(str(case["id"]) for case in cases["items"] if case["subject_id"] == home)


async def _failed_case(world: World) -> str:
    await a_failed_job(world.database)
    await jobs.run_now(world.database, "core.follow_failed_jobs", {})
    return str((await world.said(ADMIN, "GET", "/cases?kind=failed_job"))["items"][0]["id"])


async def _run(world: World) -> str:
    return str((await uploaded(world.as_(LANDLORD), lines(a_line())))["id"])


async def _planned_run(world: World) -> str:
    run = await uploaded(world.as_(LANDLORD), lines(a_line()))
    return str((await world.said(LANDLORD, "PUT", f"/imports/{run['id']}/plan", plan_for(run)))["id"])


async def _block(world: World) -> str:
    request_body = {"property_id": await _published(world), "start": day(5), "end": day(8)}
    return str((await world.said(LANDLORD, "POST", "/calendars/blocks", request_body))["source_id"])


async def _linked(world: World) -> str:
    home = await _published(world)
    link = await world.said(LANDLORD, "POST", f"/calendars/{home}/link")
    world.made_last["secret"] = link["url"].rpartition("/")[2].removesuffix(".ics")
    return home


def _made_last(name: str) -> Callable[[World], Awaitable[str]]:
    async def made(world: World) -> str:
        return world.made_last[name]

    return made


async def _quote(world: World) -> str:
    request_body = {"property_id": await _published(world), "check_in": day(10), "check_out": day(12), "guests": 2}
    return str((await world.said(TENANT, "POST", "/quotes", request_body))["id"])


async def _booking(world: World) -> str:
    return str((await world.said(TENANT, "POST", "/bookings", {"quote_id": await _quote(world)}))["id"])


async def _held(world: World, home: str, check_out: int = 12) -> str:
    request_body = {"property_id": home, "check_in": day(10), "check_out": day(check_out), "guests": 2}
    quote = await world.said(TENANT, "POST", "/quotes", request_body)
    return str((await world.said(TENANT, "POST", "/bookings", {"quote_id": quote["id"]}))["id"])


async def _payment(world: World) -> str:
    booking = await _booking(world)
    begun = await world.said(TENANT, "POST", f"/bookings/{booking}/payment")
    await hear(world.database, booking)
    return str(begun["id"])


async def _months(world: World) -> str:
    """By the month, which is paid once it is agreed."""
    return await _held(world, str(await world.a_property(world.people[LANDLORD], let_type="monthly")), check_out=41)


async def _renting(world: World) -> str:
    booking = await _months(world)
    await world.said(TENANT, "POST", f"/bookings/{booking}/confirm")
    return booking


async def _paying_month(world: World) -> str:
    booking = await _renting(world)
    await world.said(TENANT, "POST", f"/bookings/{booking}/months/1/payment")
    return booking


async def _paying(world: World) -> str:
    booking = await _booking(world)
    await world.said(TENANT, "POST", f"/bookings/{booking}/payment")
    return booking


async def _requested(world: World) -> str:
    home = str(await world.a_property(world.people[LANDLORD], instant_book=False))
    booking = await _held(world, home)
    await world.said(TENANT, "POST", f"/bookings/{booking}/payment")
    await hear(world.database, booking, PaymentStatus.AUTHORISED)
    return booking


async def _agreed(world: World) -> str:
    booking = await _paying(world)
    await hear(world.database, booking)
    return booking


async def _changing(world: World) -> str:
    booking = await _agreed(world)
    request_body = {"check_in": day(10), "check_out": day(14), "guests": 2}
    world.made_last["quote"] = (await world.said(TENANT, "POST", f"/bookings/{booking}/quotes", request_body))["id"]
    return booking


async def _changed(world: World) -> str:
    booking = await _changing(world)
    request_body = {"quote_id": world.made_last["quote"]}
    asked = await world.said(TENANT, "POST", f"/bookings/{booking}/changes", request_body)
    world.made_last["change"] = asked["change"]["id"]
    return booking


async def _refresh_token(world: World) -> str:
    return (await world.a_person()).refresh_token


async def _new_email(_: World) -> str:
    return f"{new_id()}@example.com"


async def _tenant_email(world: World) -> str:
    return world.people[TENANT].email


async def _session(world: World) -> str:
    tenant = world.people[TENANT]
    await world.api.post("/auth/sign-in", json={"email": tenant.email, "password": PASSWORD})
    found = (await world.as_(TENANT).get("/auth/sessions")).json()
    return next(str(session["id"]) for session in found if not session["current"])


async def _notification(world: World) -> str:
    event = PasswordChanged(identity_id=world.people[TENANT].id).model_dump(mode="json")
    await jobs.run_now(world.database, "notifications.PasswordChanged", event)
    return str((await world.said(TENANT, "GET", "/notifications"))["items"][0]["id"])


def _mail_link(purpose: LinkPurpose) -> Callable[[World], Awaitable[str]]:
    async def made(world: World) -> str:
        person = await world.a_person(verified=False)
        async with world.database.transaction() as session:
            token = await auth.mail_link(session, person.id, purpose)
        assert token is not None
        return token

    return made


async def _paid(world: World) -> str:
    return str((await a_payment(world.database, world.people[TENANT].id)).id)


async def _earning(world: World) -> str:
    """What LANDLORD earns with a payment."""
    payment = await a_payment(world.database, world.people[TENANT].id)
    row = EarningTable(
        payment_id=payment.id,
        landlord_id=world.people[LANDLORD].id,
        currency=payment.currency,
        due_at=clock.now(),
        ask_at=clock.now(),
    )
    async with world.database.transaction() as session:
        session.add(row)
        await session.flush()
        return str(row.id)


async def _card(world: World) -> str:
    id_ = new_id()
    row = SavedCardTable(
        id=id_,
        person_id=world.people[TENANT].id,
        external_id=f"pm_{id_.hex}",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2030,
        saved_at=clock.now(),
    )
    async with world.database.transaction() as session:
        session.add(row)
    return str(id_)


async def _request(world: World) -> str:
    """A refund above the limit, that another admin than ADMIN wants."""
    wants = {"amount_minor": 60_000, "reason": "The heating was off."}
    other = world.api.as_(await world.a_person(Role.ADMIN))
    return str((await other.post(f"/admin/payments/{await _paid(world)}/refunds", json=wants)).json()["id"])


async def _dispute(world: World) -> str:
    payment_id = UUID(await _paid(world))
    row = DisputeTable(
        payment_id=payment_id,
        external_id=f"dp_{payment_id.hex}",
        status="needs_response",
        reason="fraudulent",
        amount_minor=100_000,
        opened_at=clock.now(),
    )
    async with world.database.transaction() as session:
        session.add(row)
    return str(row.id)


async def _reconciliation(world: World) -> str:
    row = ReconciliationRunTable(status="done", until=clock.now(), finished_at=clock.now())
    async with world.database.transaction() as session:
        session.add(row)
    return str(row.id)


MAKERS: dict[str, Callable[[World], Awaitable[str]]] = {
    "property_id": _published,
    "published_id": _published,
    "strangers_id": _strangers,
    "draft_id": _draft,
    "submitted_id": _submitted,
    "begun_id": _begun,
    "edit_id": _edit,
    "case_id": _case,
    "failed_case_id": _failed_case,
    "run_id": _run,
    "planned_run_id": _planned_run,
    "block_id": _block,
    "linked_id": _linked,
    "secret": _made_last("secret"),
    "quote_id": _quote,
    "booking_id": _booking,
    "payment_id": _payment,
    "months_id": _months,
    "renting_id": _renting,
    "paying_month_id": _paying_month,
    "paying_id": _paying,
    "requested_id": _requested,
    "agreed_id": _agreed,
    "changing_id": _changing,
    "change_quote_id": _made_last("quote"),
    "changed_id": _changed,
    "change_id": _made_last("change"),
    "refresh_token": _refresh_token,
    "new_email": _new_email,
    "tenant_email": _tenant_email,
    "verify_token": _mail_link(LinkPurpose.VERIFY_EMAIL),
    "reset_token": _mail_link(LinkPurpose.RESET_PASSWORD),
    "session_id": _session,
    "notification_id": _notification,
    "paid_id": _paid,
    "earning_id": _earning,
    "card_id": _card,
    "request_id": _request,
    "dispute_id": _dispute,
    "reconciliation_id": _reconciliation,
}
"""By the name in braces."""
PLAIN = {"room": "front", "width": "320", "number": "1"}
"""Names in braces that are no ids."""
