"""`kill -9` of the sandbox in the middle of a request: what was answered is there, and nothing is there twice."""

import asyncio
from pathlib import Path

import httpx
import pytest
import stripe

from tests.payment_provider import CHECKOUT, Provider, process, sdk

STEPS = ("hang_before", "hang_after", "drop_after")


async def test_a_killed_sandbox_keeps_what_it_answered(tmp_path: Path) -> None:
    answered: list[str] = []
    with process(tmp_path / "s.sqlite3") as (running, url):
        client = sdk(url)

        async def pay(number: int) -> None:
            try:
                while True:
                    intent = await client.v1.payment_intents.create_async(
                        {"amount": 1_000, "currency": "gbp", "confirm": True, "payment_method": "pm_card_visa"}
                    )
                    answered.append(intent.id)
                    if len(answered) == 20:
                        running.kill()  # while the others are under way
            except stripe.APIConnectionError:
                return

        await asyncio.gather(*(pay(number) for number in range(5)))
        running.wait()
    with process(tmp_path / "s.sqlite3") as (_, url):
        client = sdk(url)
        kept = {item.id async for item in (await client.v1.payment_intents.list_async()).auto_paging_iter()}
        charges = [item async for item in (await client.v1.charges.list_async()).auto_paging_iter()]
    assert set(answered) <= kept
    # What nobody was told of is there in whole or not at all.
    assert {charge.payment_intent for charge in charges} == kept


@pytest.mark.parametrize("step", STEPS)
async def test_a_request_that_was_cut_off_is_repeated_by_its_key(tmp_path: Path, step: str) -> None:
    wish = {"amount": 1_000, "currency": "gbp", "confirm": True, "payment_method": "pm_card_visa"}
    with process(tmp_path / "s.sqlite3") as (running, url):
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            provider = Provider(url, sdk(url), http)
            await provider.fault(step, "/v1/payment_intents", seconds=30)
            cut = asyncio.create_task(
                provider.stripe.v1.payment_intents.create_async(wish, {"idempotency_key": "1"})  # type: ignore[arg-type]
            )
            if step == "hang_after":
                while not (await provider.stripe.v1.charges.list_async()).data:
                    await asyncio.wait([cut], timeout=0.02)
            else:
                await asyncio.wait([cut], timeout=0.3)
            running.kill()
            with pytest.raises(stripe.APIConnectionError):
                await cut
    with process(tmp_path / "s.sqlite3") as (_, url):
        client = sdk(url)
        for _ in range(2):
            intent = await client.v1.payment_intents.create_async(wish, {"idempotency_key": "1"})  # type: ignore[arg-type]
        charges = (await client.v1.charges.list_async()).data
    assert intent.status == "succeeded"
    assert [charge.payment_intent for charge in charges] == [intent.id]


async def test_a_page_that_was_open_is_open_after_a_kill(tmp_path: Path) -> None:
    with process(tmp_path / "s.sqlite3") as (running, url):
        client, port = sdk(url), int(url.rpartition(":")[2])
        session = await client.v1.checkout.sessions.create_async(
            CHECKOUT  # type: ignore[typeddict-item]
        )
        running.kill()
        running.wait()
    with process(tmp_path / "s.sqlite3", port):
        assert session.url is not None
        async with httpx.AsyncClient() as http:
            reply = await http.post(session.url, data={"number": "4242424242424242"})
        assert reply.status_code == 303
        assert (await sdk(url).v1.checkout.sessions.retrieve_async(session.id)).payment_status == "paid"
