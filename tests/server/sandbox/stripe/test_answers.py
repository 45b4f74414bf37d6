"""What the sandbox answers is what Stripe answers: by the SDK's types, and by Stripe's own example objects."""

import json
from typing import Any

import pytest
import stripe

from server.sandbox.stripe.lists import class_of, differences
from server.sandbox.stripe.operations import OPERATIONS
from server.sandbox.stripe.parameters import params_type
from server.sandbox.stripe.sdk_types import Named, complaints, fields_of
from tests.payment_provider import Provider

# What stands in Stripe's examples and in its answers only sometimes: when asked for, or of accounts unlike ours.
ONLY_WHEN_ASKED = {
    "charge": {"refunds", "source"},
    "payment_intent": {"managed_payments"},
    "checkout.session": {"managed_payments"},
    "balance": {"connect_reserved"},
    "customer": {"customer_account"},
    "event": {"context"},
}
# Fields of ours that the examples lack, and the SDK knows.
NOT_IN_EXAMPLES = {
    "refund": {"pending_reason", "failure_reason", "failure_balance_transaction"},
    "webhook_endpoint": {"secret"},
}


async def everything(provider: Provider) -> dict[str, dict[str, Any]]:
    """One object of each kind, as JSON, from a story in which most things happen."""
    customer = await provider.stripe.v1.customers.create_async({"email": "ann@example.com"})
    endpoint = await provider.stripe.v1.webhook_endpoints.create_async(
        {"url": "http://127.0.0.1:9/hook", "enabled_events": ["*"]}
    )
    intent = await provider.paid(customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    refund = await provider.stripe.v1.refunds.create_async({"payment_intent": intent.id, "amount": 100})
    charge = await provider.charge_of(intent)
    wish = {"amount": 300, "currency": "gbp", "destination": "acct_1", "source_transaction": charge.id}
    transfer = await provider.stripe.v1.transfers.create_async(wish)  # type: ignore[arg-type]
    reversal = await provider.stripe.v1.transfers.reversals.create_async(transfer.id, {"amount": 100})
    dispute = await provider.press(charge.id, "dispute")
    [session] = (await provider.stripe.v1.checkout.sessions.list_async()).data
    [line] = (await provider.stripe.v1.checkout.sessions.line_items.list_async(session.id)).data
    [method] = (await provider.stripe.v1.customers.payment_methods.list_async(customer.id)).data
    [event, *_] = (await provider.stripe.v1.events.list_async()).data
    balance = await provider.stripe.v1.balance.retrieve_async()
    plain = await provider.stripe.v1.charges.retrieve_async(charge.id)
    moved = charge.balance_transaction
    assert isinstance(moved, stripe.BalanceTransaction)
    found = (
        customer,
        endpoint,
        intent,
        refund,
        plain,
        session,
        line,
        method,
        event,
        balance,
        moved,
        transfer,
        reversal,
    )
    bodies = [json.loads(str(item)) for item in found]
    return {body["object"]: body for body in (*bodies, dispute)}


async def test_every_object_is_as_the_sdk_knows_it(provider: Provider) -> None:
    for body in (await everything(provider)).values():
        assert differences(body) == []


async def test_every_event_carries_an_object_as_the_sdk_knows_it(provider: Provider) -> None:
    await everything(provider)
    events = json.loads(str(await provider.stripe.v1.events.list_async({"limit": 100})))["data"]
    assert len(events) > 10
    assert [found for event in events for found in differences(event["data"]["object"])] == []
    known = fields_of(stripe.Event)["type"].choices()
    assert [event["type"] for event in events if all(event["type"] not in choice.args for choice in known)] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
def test_what_an_operation_knows_stands_in_the_sdk(operation: Any) -> None:
    for place in operation.supported:
        assert _stands_in(params_type(operation.params), place.split(".")), f"{place} is no parameter"


def _stands_in(kind: type, path: list[str]) -> bool:
    fields = fields_of(kind)
    if path[0] not in fields:
        return False
    inside = [_within(choice) for choice in fields[path[0]].choices()]
    return len(path) == 1 or any(_stands_in(choice, path[1:]) for choice in inside if isinstance(choice, type))


def _within(kind: Named) -> Any:
    return _within(kind.inside(kind.args[0])) if kind.origin is list else kind.hint


async def test_a_drifting_answer_is_noticed(provider: Provider) -> None:
    found = await everything(provider)
    for kind, name, value in (
        ("refund", "amount", "100"),
        ("refund", "amount", True),
        ("refund", "amont", 100),
        ("charge", "status", "done"),
        ("charge", "metadata", {"a": 1}),
        ("charge", "outcome", "authorized"),
        ("payment_intent", "payment_method_types", "card"),
        ("checkout.session", "total_details", {"amount_discount": 0}),
        ("dispute", "balance_transactions", [{}]),
    ):
        assert differences({**found[kind], name: value}), f"{kind}.{name} = {value!r} is not noticed"
    for kind, body in found.items():
        required = [name for name, field in fields_of(class_of(kind)).items() if not field.is_optional]
        for name in set(required) - {"object"}:  # by which it is known what it should be
            assert differences({key: item for key, item in body.items() if key != name}), f"{kind} without {name}"


def test_an_enum_is_what_it_lists() -> None:
    refund_reason = fields_of(params_type("_refund_create_params.RefundCreateParams"))["reason"]
    assert complaints("duplicate", refund_reason) == []
    assert complaints("because", refund_reason)


@pytest.mark.prove
async def test_answers_have_the_fields_of_stripes_own_examples(
    provider: Provider, stripe_examples: dict[str, dict[str, Any]]
) -> None:
    for kind, body in (await everything(provider)).items():
        example = stripe_examples[kind]
        missing = example.keys() - body.keys() - ONLY_WHEN_ASKED.get(kind, set())
        more = body.keys() - example.keys() - NOT_IN_EXAMPLES.get(kind, set())
        assert (kind, missing, more) == (kind, set(), set())
        kinds = {name: (type(example[name]), type(body[name])) for name in example.keys() & body.keys()}
        nothing = type(None)
        assert {n: k for n, k in kinds.items() if k[0] is not k[1] and nothing not in k} == {}, kind
