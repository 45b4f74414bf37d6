"""How the API is spoken to: keys, parameters, pages of lists, objects within objects, and keys that are used twice."""

import asyncio
from typing import Any

import httpx
import pytest
import stripe

from server.sandbox.stripe.sandbox import MOUNT, SECRET_KEY
from tests.payment_provider import Provider, sdk


async def raw(provider: Provider, method: str, path: str, body: str = "", **headers: str) -> httpx.Response:
    """A request as curl would send it."""
    sent = {"Authorization": f"Bearer {SECRET_KEY}", "Content-Type": "application/x-www-form-urlencoded", **headers}
    return await provider.http.request(method, f"{MOUNT}/v1/{path}", content=body.encode(), headers=sent)


async def customers(provider: Provider) -> int:
    return len((await provider.stripe.v1.customers.list_async({"limit": 100})).data)


# Who asks, and in which version


async def test_a_wrong_key_is_refused_as_stripe_does(provider: Provider) -> None:
    with pytest.raises(stripe.AuthenticationError, match=r"Invalid API Key provided: sk_test_\*+long") as refused:
        await sdk(provider.url, "sk_test_wrong_and_long").v1.balance.retrieve_async()
    assert refused.value.http_status == 401
    assert (await raw(provider, "GET", "balance", Authorization="")).status_code == 401
    assert (await provider.http.get(f"{MOUNT}/v1/balance", auth=(SECRET_KEY, ""))).status_code == 200


async def test_another_version_is_refused_clearly(provider: Provider) -> None:
    reply = await raw(provider, "GET", "balance", **{"Stripe-Version": "2024-06-20"})
    assert reply.status_code == 400
    assert "speaks 2026-10-28.endive only" in reply.json()["error"]["message"]


async def test_every_answer_names_its_request(provider: Provider) -> None:
    first, second = await raw(provider, "GET", "balance"), await raw(provider, "GET", "charges/ch_unknown")
    assert first.headers["request-id"].startswith("req_")
    assert first.headers["request-id"] != second.headers["request-id"]
    assert second.status_code == 404
    assert second.json()["error"]["code"] == "resource_missing"


async def test_what_the_sandbox_does_not_know_is_said(provider: Provider) -> None:
    unknown = await raw(provider, "GET", "subscriptions")
    assert unknown.status_code == 404
    assert "may not know it yet" in unknown.json()["error"]["message"]
    with pytest.raises(stripe.InvalidRequestError, match="does not know this yet") as refused:
        await provider.session(allow_promotion_codes=True)
    assert (refused.value.code, refused.value.param) == ("sandbox_unsupported", "allow_promotion_codes")


# Parameters, held against the SDK's types


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ("mode=payment&succes_url=https://a.example", "parameter_unknown", "succes_url"),
        ("mode=payment&expires_at=soon", "parameter_invalid_integer", "expires_at"),
        ("mode=paymentt", None, "mode"),
        ("line_items[0][price_data][unit_amount]=5", "parameter_missing", "line_items[0][price_data][currency]"),
        ("line_items[0][price_data][currencyy]=x", "parameter_unknown", "line_items[0][price_data][currencyy]"),
        ("adaptive_pricing[enabled]=maybe", None, "adaptive_pricing[enabled]"),
        ("line_items=stay", None, "line_items"),
        ("metadata[a][b]=c", None, "metadata[a]"),
        ("success_url[a]=c", None, "success_url"),
        ("payment_intent_data[capture_method]=later", None, "payment_intent_data[capture_method]"),
        ("idempotency_key=1", "parameter_unknown", "idempotency_key"),
    ],
)
async def test_a_wrong_parameter_is_named(provider: Provider, body: str, code: str | None, param: str) -> None:
    reply = await raw(provider, "POST", "checkout/sessions", body)
    error = reply.json()["error"]
    assert (reply.status_code, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)


@pytest.mark.parametrize("body", ["=", "a]=1", "metadata[x=1", "a&b", "a[b][c][d][e][f][g][h][i][j]=1", "a=1&a[b]=2"])
async def test_what_is_no_form_is_refused(provider: Provider, body: str) -> None:
    assert (await raw(provider, "POST", "customers", body)).status_code == 400
    assert await customers(provider) == 0


async def test_a_form_may_have_empty_brackets(provider: Provider) -> None:
    intent = await provider.paid()
    reply = await raw(provider, "GET", f"payment_intents/{intent.id}?expand[]=latest_charge")
    assert reply.json()["latest_charge"]["object"] == "charge"


async def test_metadata_is_changed_key_by_key(provider: Provider) -> None:
    made = await provider.stripe.v1.customers.create_async({"metadata": {"a": "1", "b": "2"}})
    changed = await provider.stripe.v1.customers.update_async(made.id, {"metadata": {"a": "", "c": "3"}})
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    numbers = await provider.stripe.v1.customers.update_async(made.id, {"metadata": {"5": "x", "7": "y"}})
    assert numbers.metadata is not None
    assert numbers.metadata.to_dict() == {"b": "2", "c": "3", "5": "x", "7": "y"}
    emptied = await provider.stripe.v1.customers.update_async(made.id, {"metadata": ""})
    assert emptied.metadata is not None
    assert emptied.metadata.to_dict() == {}


@pytest.mark.parametrize(
    ("metadata", "taken"),
    [
        ({"k" * 40: "v" * 500}, True),
        ({"k" * 41: "v"}, False),
        ({"k": "v" * 501}, False),
        ({str(number): "v" for number in range(50)}, True),
        ({str(number): "v" for number in range(51)}, False),
    ],
    ids=["longest", "key too long", "value too long", "most", "too many"],
)
async def test_metadata_is_bounded(provider: Provider, metadata: dict[str, str], taken: bool) -> None:
    for params in ({"metadata": metadata}, {"payment_intent_data": {"metadata": metadata}}):
        if taken:
            assert (await provider.session(**params)).status == "open"
        else:
            with pytest.raises(stripe.InvalidRequestError, match="Metadata"):
                await provider.session(**params)


# Lists and expanding


async def test_lists_come_in_pages(provider: Provider) -> None:
    made = [(await provider.stripe.v1.customers.create_async({"name": str(number)})).id for number in range(7)]
    first = await provider.stripe.v1.customers.list_async({"limit": 3})
    assert ([item.id for item in first.data], first.has_more) == (made[:3:-1], True)
    rest = await provider.stripe.v1.customers.list_async({"limit": 4, "starting_after": first.data[-1].id})
    assert ([item.id for item in rest.data], rest.has_more) == (made[3::-1], False)
    before = await provider.stripe.v1.customers.list_async({"limit": 2, "ending_before": made[2]})
    assert ([item.id for item in before.data], before.has_more) == ([made[4], made[3]], True)
    all_ = [item.id async for item in first.auto_paging_iter()]
    assert all_ == made[::-1]


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"starting_after": "cus_unknown"}])
async def test_a_page_that_cannot_be_is_refused(provider: Provider, params: dict[str, Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        await provider.stripe.v1.customers.list_async(params)  # type: ignore[arg-type]


async def test_a_list_may_be_narrowed_by_time(provider: Provider) -> None:
    early = await provider.stripe.v1.customers.create_async({})
    await provider.advance(hours=1)
    late = await provider.stripe.v1.customers.create_async({})
    found = await provider.stripe.v1.customers.list_async({"created": {"gt": early.created}})
    assert [item.id for item in found.data] == [late.id]


async def test_objects_stand_within_objects_when_asked_for(provider: Provider) -> None:
    intent = await provider.paid()
    await provider.stripe.v1.refunds.create_async({"payment_intent": intent.id, "amount": 100})
    found = await provider.stripe.v1.payment_intents.retrieve_async(
        intent.id, {"expand": ["latest_charge.balance_transaction", "latest_charge.refunds", "customer"]}
    )
    assert isinstance(found.latest_charge, stripe.Charge)
    assert isinstance(found.latest_charge.balance_transaction, stripe.BalanceTransaction)
    assert found.latest_charge.refunds is not None
    assert found.latest_charge.refunds.data[0].amount == 100
    listed = await provider.stripe.v1.balance_transactions.list_async({"expand": ["data.source"], "type": "charge"})
    assert isinstance(listed.data[0].source, stripe.Charge)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        await provider.stripe.v1.payment_intents.retrieve_async(intent.id, {"expand": ["nothing"]})


# The same request twice


async def test_a_repetition_is_answered_as_the_first_was(provider: Provider) -> None:
    key = {"Idempotency-Key": "payment-1"}
    first = await raw(provider, "POST", "customers", "name=Ann", **key)
    second = await raw(provider, "POST", "customers", "name=Ann", **key)
    assert second.json() == first.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["original-request"] == first.headers["request-id"]
    assert await customers(provider) == 1


@pytest.mark.parametrize(("path", "body"), [("customers", "name=Bob"), ("payment_methods", "name=Ann")])
async def test_a_key_stands_for_one_request(provider: Provider, path: str, body: str) -> None:
    await raw(provider, "POST", "customers", "name=Ann", **{"Idempotency-Key": "1"})
    other = await raw(provider, "POST", path, body, **{"Idempotency-Key": "1"})
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    assert await customers(provider) == 1


async def test_a_key_in_use_is_refused(provider: Provider) -> None:
    await provider.fault("hang_before", "/v1/customers", seconds=1)
    key = {"Idempotency-Key": "1"}
    slow = asyncio.create_task(raw(provider, "POST", "customers", "name=Ann", **key))
    await asyncio.wait([slow], timeout=0.3)  # it is under way now, and hangs
    reply = await raw(provider, "POST", "customers", "name=Ann", **key)
    assert reply.status_code == 409
    assert reply.json()["error"]["code"] == "idempotency_key_in_use"
    assert (await slow).status_code == 200
    assert (await raw(provider, "POST", "customers", "name=Ann", **key)).headers["idempotent-replayed"] == "true"
    assert await customers(provider) == 1


async def test_a_key_is_forgotten_after_24_hours(provider: Provider) -> None:
    key = {"Idempotency-Key": "1"}
    first = await raw(provider, "POST", "customers", "name=Ann", **key)
    await provider.advance(hours=24, seconds=-10)
    assert (await raw(provider, "POST", "customers", "name=Ann", **key)).json() == first.json()
    await provider.advance(10)
    assert (await raw(provider, "POST", "customers", "name=Ann", **key)).json() != first.json()
    assert await customers(provider) == 2


async def test_a_500_is_repeated_too(provider: Provider) -> None:
    for kind, made in (("error_after", 1), ("error_before", 1)):
        await provider.fault(kind, "/v1/customers")
        key = {"Idempotency-Key": kind}
        replies = [await raw(provider, "POST", "customers", "name=Ann", **key) for _ in range(2)]
        assert [reply.status_code for reply in replies] == [500, 500]
        assert replies[1].headers["idempotent-replayed"] == "true"
        assert await customers(provider) == made


async def test_a_decline_is_repeated_and_what_was_malformed_is_not(provider: Provider) -> None:
    key = {"Idempotency-Key": "1"}
    assert (await raw(provider, "POST", "payment_intents", "amount=x&currency=gbp", **key)).status_code == 400
    declined = "amount=100&currency=gbp&confirm=true&payment_method=pm_card_visa_chargeDeclined"
    replies = [await raw(provider, "POST", "payment_intents", declined, **key) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [402, 402]
    assert replies[0].json() == replies[1].json()
    assert len((await provider.stripe.v1.charges.list_async()).data) == 1


async def test_a_refused_request_leaves_nothing_behind(provider: Provider) -> None:
    wrong = "amount=100&currency=gbp&confirm=true&payment_method=pm_unknown"
    assert (await raw(provider, "POST", "payment_intents", wrong)).status_code == 400
    assert (await provider.stripe.v1.payment_intents.list_async()).data == []
    assert await provider.events() == []


async def test_a_key_that_is_too_long_is_refused(provider: Provider) -> None:
    assert (await raw(provider, "POST", "customers", **{"Idempotency-Key": "x" * 256})).status_code == 400
    assert (await raw(provider, "POST", "customers", **{"Idempotency-Key": "x" * 255})).status_code == 200


# What goes wrong on demand


@pytest.mark.parametrize("kind", ["rate_limit", "lock_timeout"])
async def test_429_on_demand(provider: Provider, kind: str) -> None:
    await provider.fault(kind, "/v1/customers", times=2)
    key = {"Idempotency-Key": "1"}
    replies = [await raw(provider, "POST", "customers", "name=Ann", **key) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [429, 429, 200]
    assert replies[0].json()["error"]["code"] == kind
    assert await customers(provider) == 1


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_connection_ends_without_an_answer(provider: Provider, kind: str, made: int) -> None:
    await provider.fault(kind, "/v1/customers", method="POST")
    with pytest.raises(stripe.APIConnectionError):
        await provider.stripe.v1.customers.create_async({"name": "Ann"}, {"idempotency_key": "1"})
    assert await customers(provider) == made
    await provider.stripe.v1.customers.create_async({"name": "Ann"}, {"idempotency_key": "1"})
    assert await customers(provider) == 1


async def test_an_answer_may_come_too_late(provider: Provider) -> None:
    await provider.fault("hang_after", "/v1/customers", seconds=2)
    async with httpx.AsyncClient(base_url=provider.url, timeout=0.3) as hasty:
        with pytest.raises(httpx.ReadTimeout):
            await hasty.post(
                f"{MOUNT}/v1/customers", data={"name": "Ann"}, headers={"Authorization": f"Bearer {SECRET_KEY}"}
            )
    assert await customers(provider) == 1


async def test_what_hangs_goes_on_once_faults_are_forgotten(provider: Provider) -> None:
    await provider.fault("hang_before", "/v1/customers", seconds=100)
    slow = asyncio.create_task(raw(provider, "POST", "customers", "name=Ann"))
    done, _ = await asyncio.wait([slow], timeout=0.3)
    assert not done
    await provider.control("settings/no-faults")
    async with asyncio.timeout(60):
        assert (await slow).status_code == 200


async def test_faults_are_forgotten(provider: Provider) -> None:
    await provider.fault("rate_limit", times=5)
    await provider.control("settings/no-faults")
    assert await customers(provider) == 0


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("settings/faults", {"kind": "earthquake"}),
        ("settings/faults", {"kind": "rate_limit", "times": "many"}),
        ("settings/deliveries", {"order": "random"}),
        ("settings/deliveries", {"copies": "11"}),
        ("settings/next-refund", {"becomes": "lost"}),
        ("settings/weather", {}),
        ("clock", {"seconds": "-1"}),
        ("objects/ch_unknown/dispute", {}),
        ("objects/ch_unknown/sing", {}),
    ],
)
async def test_the_control_page_refuses_nonsense(provider: Provider, path: str, sent: dict[str, str]) -> None:
    reply = await provider.http.post(f"{MOUNT}/control/{path}", data=sent)
    assert reply.status_code == 422
    assert reply.json()["errors"]
