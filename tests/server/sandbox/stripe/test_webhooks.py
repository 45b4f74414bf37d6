"""Events on their way to us: signed, repeated, doubled, out of order."""

import json
from pathlib import Path

import pytest
import stripe

from server.core.settings import Settings
from server.sandbox.stripe import deliveries
from server.sandbox.stripe.sandbox import Webhook
from server.sandbox.stripe.world import API_VERSION
from tests.payment_provider import Provider, Receiver, running


async def listen(provider: Provider, receiver: Receiver, *events: str) -> stripe.WebhookEndpoint:
    """Register the receiver, for all events or some. What happens is kept back until `deliver`."""
    await provider.control("settings/deliveries", paused="true")
    wish = {"url": receiver.url, "enabled_events": list(events) or ["*"], "api_version": API_VERSION}
    return await provider.stripe.v1.webhook_endpoints.create_async(wish)  # type: ignore[arg-type]


async def deliver(provider: Provider, **plan: object) -> None:
    """Let go of what was kept back."""
    await provider.control("settings/deliveries", **{"paused": "false", **plan})
    await provider.control("deliver")


async def test_an_event_arrives_signed_and_in_our_version(provider: Provider, receiver: Receiver) -> None:
    endpoint = await listen(provider, receiver)
    assert endpoint.secret is not None
    intent = await provider.paid()
    await deliver(provider)
    assert receiver.types == await provider.events()
    for body, signature in receiver.got:
        event = provider.stripe.construct_event(body, signature, endpoint.secret)
        assert event.api_version == API_VERSION
    assert json.loads(receiver.got[2][0])["data"]["object"]["id"] == intent.id
    with pytest.raises(stripe.SignatureVerificationError):
        provider.stripe.construct_event(receiver.got[0][0] + b" ", receiver.got[0][1], endpoint.secret)
    again = await provider.stripe.v1.webhook_endpoints.retrieve_async(endpoint.id)
    assert getattr(again, "secret", None) is None


async def test_only_what_was_asked_for_arrives(provider: Provider, receiver: Receiver) -> None:
    await listen(provider, receiver, "checkout.session.completed")
    await provider.paid()
    await deliver(provider)
    assert receiver.types == ["checkout.session.completed"]


async def test_what_was_not_taken_comes_again_with_growing_waits(provider: Provider, receiver: Receiver) -> None:
    await listen(provider, receiver, "customer.created")
    await provider.stripe.v1.customers.create_async({})
    receiver.status = 500
    await deliver(provider)
    for tries, seconds in enumerate(deliveries.RETRY_SECONDS[:4], start=1):
        await provider.control("deliver")
        assert len(receiver.got) == tries
        await provider.advance(seconds)
        await provider.control("deliver")
    receiver.status = 200
    await provider.advance(deliveries.RETRY_SECONDS[4])
    await provider.control("deliver")
    assert len(receiver.got) == 6
    await provider.advance(days=1)
    await provider.control("deliver")
    assert len(receiver.got) == 6
    assert len({body for body, _ in receiver.got}) == 1
    [event] = (await provider.stripe.v1.events.list_async()).data
    assert event.pending_webhooks == 0


async def test_a_delivery_is_given_up_after_days(provider: Provider, receiver: Receiver) -> None:
    await listen(provider, receiver, "customer.created")
    await provider.stripe.v1.customers.create_async({})
    receiver.status = 500
    await deliver(provider)
    for seconds in deliveries.RETRY_SECONDS:
        await provider.advance(seconds)
        await provider.control("deliver")
    await provider.advance(days=10)
    await provider.control("deliver")
    assert len(receiver.got) == 1 + len(deliveries.RETRY_SECONDS)
    assert sum(deliveries.RETRY_SECONDS) < 3 * 86_400


async def test_events_come_doubled_and_out_of_order(provider: Provider, receiver: Receiver) -> None:
    await listen(provider, receiver)
    await provider.paid()
    made = await provider.events()
    await deliver(provider, copies=3, order="reversed")
    assert receiver.types == [event for event in reversed(made) for _ in range(3)]
    receiver.got.clear()
    await listen(provider, receiver)
    await provider.paid()
    await deliver(provider, copies=2, order="shuffled", seed=5)
    # Two endpoints now, at the same address.
    assert sorted(receiver.types) == sorted(made * 4)
    assert receiver.types != sorted(receiver.types, key=made.index)


async def test_an_event_is_sent_again(provider: Provider, receiver: Receiver) -> None:
    await listen(provider, receiver)
    await provider.stripe.v1.customers.create_async({})
    await deliver(provider)
    [event] = (await provider.stripe.v1.events.list_async()).data
    await provider.press(event.id, "send")
    await provider.control("deliver")
    assert [json.loads(body)["id"] for body, _ in receiver.got] == [event.id] * 2


async def test_events_go_out_by_themselves(provider: Provider, receiver: Receiver) -> None:
    await provider.stripe.v1.webhook_endpoints.create_async({"url": receiver.url, "enabled_events": ["*"]})
    await provider.stripe.v1.customers.create_async({})
    await receiver.arrived()
    assert receiver.types == ["customer.created"]


async def test_an_endpoint_is_switched_off_and_forgotten(provider: Provider, receiver: Receiver) -> None:
    endpoint = await listen(provider, receiver)
    await provider.stripe.v1.webhook_endpoints.update_async(endpoint.id, {"disabled": True})
    await provider.stripe.v1.customers.create_async({})
    await provider.stripe.v1.webhook_endpoints.update_async(endpoint.id, {"disabled": False})
    await provider.stripe.v1.customers.create_async({})
    gone = await provider.stripe.v1.webhook_endpoints.delete_async(endpoint.id)
    assert gone.deleted
    await deliver(provider)
    assert receiver.got == []


async def test_what_was_not_delivered_is_after_a_restart(
    tmp_path: Path, settings: Settings, receiver: Receiver
) -> None:
    async with running(tmp_path / "stripe.sqlite3", settings) as provider:
        await listen(provider, receiver)
        await provider.stripe.v1.customers.create_async({"name": "Ann"})
        await provider.advance(days=30)
        before = await provider.now()
    async with running(tmp_path / "stripe.sqlite3", settings) as provider:
        await deliver(provider)
        assert receiver.types == ["customer.created"]
        assert await provider.now() >= before


async def test_an_endpoint_may_be_there_from_the_start(tmp_path: Path, settings: Settings, receiver: Receiver) -> None:
    for secret in ("whsec_first", "whsec_second"):
        async with running(tmp_path / "stripe.sqlite3", settings, Webhook(receiver.url, secret)) as provider:
            receiver.got.clear()
            await provider.stripe.v1.customers.create_async({})
            await provider.control("deliver")
            [(body, signature)] = receiver.got
            assert provider.stripe.construct_event(body, signature, secret).type == "customer.created"
            assert len((await provider.stripe.v1.webhook_endpoints.list_async()).data) == 1


@pytest.mark.parametrize(
    "wish", [{"url": "nowhere", "enabled_events": ["*"]}, {"url": "https://a.example", "enabled_events": []}]
)
async def test_a_wrong_endpoint_is_refused(provider: Provider, wish: dict[str, object]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        await provider.stripe.v1.webhook_endpoints.create_async(wish)  # type: ignore[arg-type]
