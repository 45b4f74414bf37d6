"""`kill -9` of ours and of the provider at each step of paying a landlord and taking it back: it is done, and once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from server.core import jobs
from server.invariants import violations
from server.payments.payouts.service import earning, giving_back, reversals
from tests.payment_provider import process
from tests.server.payments.conftest import Till
from tests.server.payments.payouts.conftest import NET, Landlord
from tests.server.payments.test_kills import HANGS, Killable, Step, go_on, kill_ours, kill_theirs, killable, provider

__all__ = ["killable", "provider"]
HALF_NET = 4109


async def due(landlord: Landlord) -> UUID:
    """A stay whose money is about to be moved."""
    paid = await landlord.let()
    row = await landlord.earning(paid)
    await jobs.run_now(landlord.till.database, earning.EARN, {"earning_id": str(row.id)}, landlord.till.settings)
    return paid.id


async def gone_back(landlord: Landlord) -> UUID:
    """A stay that was paid out, of which half goes back."""
    paid = await landlord.paid_out()
    await landlord.till.refund(paid.id, 4800, 400)
    return paid.id


@dataclass(frozen=True)
class Call:
    """A call of ours, what leads to it, and what the landlord has in the end."""

    method: str
    path: str
    arrange: Callable[[Landlord], Awaitable[UUID]]
    has: int


CALLS = {
    earning.SEND_TRANSFER: Call("POST", "/v1/transfers", due, NET),
    giving_back.CLAW_BACK: Call("GET", "/v1/balance", gone_back, NET - HALF_NET),
    reversals.REVERSE_TRANSFER: Call("POST", "/v1/transfers/", gone_back, NET - HALF_NET),
}
"""Every call of ours to the provider, by the job that makes it."""
CALLS_NOBODY = {earning.EARN}
"""It is told the settings, and calls nobody."""


def test_every_call_about_payouts_has_its_case() -> None:
    called = {name for name, job in jobs.registered().items() if name.startswith("payouts.") and job.external}
    assert called - CALLS_NOBODY == CALLS.keys()


@pytest.mark.prove
@pytest.mark.timeout(900)  # a process starts, and on a busy machine that takes minutes
@pytest.mark.parametrize("moment", ["hang_before", "hang_after"])
@pytest.mark.parametrize("kill", [kill_ours, kill_theirs])
@pytest.mark.parametrize("name", CALLS)
async def test_whoever_is_killed_while_a_landlord_is_paid_it_is_done_and_once(
    landlord: Landlord, killable: Killable, name: str, kill: Callable[..., Awaitable[None]], moment: str
) -> None:
    call, till = CALLS[name], landlord.till
    await call.arrange(landlord)
    step = Step(call.method, call.path, lambda _: call.arrange(landlord), "captured")
    await till.provider.fault(moment, call.path, method=call.method, seconds=HANGS)
    await kill(till, killable, step, moment, killable.has_done())
    if kill is kill_theirs:
        with process(killable.file, killable.port):
            await finish(landlord, call)
    else:
        await finish(landlord, call)


async def finish(landlord: Landlord, call: Call) -> None:
    till: Till = landlord.till
    await till.provider.control("settings/no-faults")
    await go_on(till)
    api, kinds = till.provider.stripe.v1, await till.kinds()
    transfers = (await api.transfers.list_async()).data
    came_back = [len((await api.transfers.reversals.list_async(one.id)).data) for one in transfers]
    assert len(transfers) == kinds.count("transferred") == 1
    assert sum(came_back) == kinds.count("transfer_reversed")
    assert (await landlord.has(), await landlord.books()) == (call.has, {})
    assert await till.clearing() == await till.provider.balance()
    assert await violations(till.database) == []
