"""Lists in pages (docs.stripe.com/api/pagination), objects within objects (docs.stripe.com/api/expanding_objects)."""

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from server.sandbox.stripe.errors import Body, StripeError, missing
from server.sandbox.stripe.objects import checkout
from server.sandbox.stripe.parameters import Params
from server.sandbox.stripe.sdk_types import Named, complaints, fields_of
from server.sandbox.stripe.world import World, named

USUAL_LIMIT, MAX_LIMIT = 10, 100
MAX_EXPANDED_DEPTH = 4
PAGING = frozenset({"limit", "starting_after", "ending_before", "expand"})

_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "balance": "_balance.Balance",
        "balance_transaction": "_balance_transaction.BalanceTransaction",
        "charge": "_charge.Charge",
        "checkout.session": "checkout._session.Session",
        "customer": "_customer.Customer",
        "dispute": "_dispute.Dispute",
        "event": "_event.Event",
        "item": "_line_item.LineItem",
        "payment_intent": "_payment_intent.PaymentIntent",
        "payment_method": "_payment_method.PaymentMethod",
        "refund": "_refund.Refund",
        "transfer": "_transfer.Transfer",
        "transfer_reversal": "_transfer_reversal.TransferReversal",
        "webhook_endpoint": "_webhook_endpoint.WebhookEndpoint",
    }
)


@cache
def class_of(kind: str) -> type:
    """The SDK's class for a kind of object."""
    module, _, name = _CLASSES[kind].rpartition(".")
    found: type = getattr(importlib.import_module(f"stripe.{module}"), name)
    return found


def differences(body: Body) -> list[str]:
    """Where an answer is not what the SDK expects."""
    if body["object"] == "list":
        return [found for item in body["data"] for found in differences(item)]
    if body.get("deleted"):
        return [] if body.keys() == {"id", "object", "deleted"} else ["a deleted object has more than an id"]
    return complaints(body, Named(class_of(body["object"]), {}), body["object"])


def page(items: Iterable[Body], params: Params, url: str) -> Body:
    """A page of objects that come newest first. Raises StripeError."""
    limit = params.get("limit", USUAL_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        raise StripeError(f"Limit must be between 1 and {MAX_LIMIT}.", param="limit")
    found = list(items)
    if "ending_before" in params:
        found = found[: _place(found, params["ending_before"], "ending_before")]
        return listed(found[-limit:], url, has_more=len(found) > limit)
    if "starting_after" in params:
        found = found[_place(found, params["starting_after"], "starting_after") + 1 :]
    return listed(found[:limit], url, has_more=len(found) > limit)


def _place(found: Sequence[Body], id_: str, param: str) -> int:
    for place, item in enumerate(found):
        if item["id"] == id_:
            return place
    raise missing(named(found[0]["object"]) if found else "object", id_, param)


def listed(data: Sequence[Body], url: str, *, has_more: bool = False) -> Body:
    """A list object."""
    return {"object": "list", "data": list(data), "has_more": has_more, "url": url}


def created_within(items: Iterable[Body], created: int | Mapping[str, int] | None) -> Iterable[Body]:
    """The objects that were created then (`created`, `created[gte]` …)."""
    if created is None:
        return items
    bounds = {"gte": created, "lte": created} if isinstance(created, int) else created
    checks: Mapping[str, Callable[[int, int], bool]] = {
        "gt": int.__gt__,
        "gte": int.__ge__,
        "lt": int.__lt__,
        "lte": int.__le__,
    }
    return [item for item in items if all(checks[name](item["created"], bound) for name, bound in bounds.items())]


def expand(world: World, body: Body, paths: Sequence[str]) -> Body:
    """Put whole objects in the place of their ids. Raises StripeError for what cannot be expanded."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_EXPANDED_DEPTH + (parts[0] == "data"):
            raise StripeError(f"You cannot expand more than {MAX_EXPANDED_DEPTH} levels of a property.", param="expand")
        _expand(world, body, parts, path)
    return body


def _expand(world: World, body: Body, parts: Sequence[str], path: str) -> None:
    head, rest = parts[0], parts[1:]
    if body.get("object") == "list" and head == "data":
        for item in body["data"]:
            _expand(world, item, rest, path) if rest else None
        return
    if head not in body:
        _include(world, body, head, path)
    value: Any = body.get(head)
    if isinstance(value, str):
        value = body[head] = world.find(value)
        if value is None:
            raise _unexpandable(path)
    if rest and isinstance(value, list):
        for item in value:
            _expand(world, item, rest, path)
    elif rest and isinstance(value, dict):
        _expand(world, value, rest, path)


def _include(world: World, body: Body, field: str, path: str) -> None:
    """Fields that stand in an object only when somebody asks for them."""
    match body.get("object"), field:
        case "checkout.session", "line_items":
            body[field] = listed(checkout.lines(world, body["id"]), f"/v1/checkout/sessions/{body['id']}/line_items")
        case "charge", "refunds":
            found = list(world.all("refund", charge=body["id"]))
            body[field] = listed(found[:USUAL_LIMIT], f"/v1/charges/{body['id']}/refunds", has_more=len(found) > 10)
        case str(kind), _ if kind in _CLASSES and field in fields_of(class_of(kind)):
            return  # it has none
        case _:
            raise _unexpandable(path)


def _unexpandable(path: str) -> StripeError:
    return StripeError(f"This property cannot be expanded ({path}).", param="expand")
