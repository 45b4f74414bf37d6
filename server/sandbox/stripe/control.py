"""The control page at `/sandbox/stripe`, and its buttons: what only banks, customers and bad luck can do elsewhere.

Each button is a form; a test posts the same form and gets JSON, a browser is led back to the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from server.core.errors import Malformed
from server.core.web.routes import BoundedRoute
from server.sandbox.stripe import deliveries, faults
from server.sandbox.stripe.deliveries import Order, Plan
from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.faults import MAX_SECONDS, MAX_TIMES, FaultKind
from server.sandbox.stripe.money import check_currency
from server.sandbox.stripe.objects import customers, disputes, ledger, refunds, transfers
from server.sandbox.stripe.pages import fields, page
from server.sandbox.stripe.sandbox import MOUNT, StripeSandbox
from server.sandbox.stripe.world import World

SHOWN = 50
"""Of each kind, the newest."""
MAX_ADVANCE = 400 * 86_400
_SHOWN_KINDS = {
    "sessions": "checkout.session",
    "payments": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
    "transfers": "transfer",
    "events": "event",
    "endpoints": "webhook_endpoint",
}
Sent = Mapping[str, str]


def _number(sent: Sent, name: str, default: int, most: float) -> int:
    """A whole number from 0 to `most`. Raises Malformed."""
    said = sent.get(name, "") or str(default)
    if not (said.isascii() and said.isdecimal()) or int(said) > most:
        raise Malformed.field(name, f"is no whole number from 0 to {int(most)}")
    return int(said)


def _dispute(begin: Callable[[World, str, int | None, str], Body]) -> Callable[[World, str, Sent], Body]:
    def begun(world: World, id_: str, sent: Sent) -> Body:
        amount = _number(sent, "amount", 0, 10**9) or None
        return begin(world, id_, amount, sent.get("reason") or "fraudulent")

    return begun


def _refund(act: Callable[[World, str], None]) -> Callable[[World, str, Sent], Body]:
    def done(world: World, id_: str, _: Sent) -> Body:
        act(world, id_)
        return world.get("refund", id_)

    return done


_BUTTONS: Mapping[str, Callable[[World, str, Sent], Body]] = {
    "dispute": _dispute(disputes.open_),
    "inquire": _dispute(disputes.inquire),
    "escalate": lambda world, id_, _: disputes.escalate(world, id_),
    "drop": lambda world, id_, _: disputes.drop(world, id_),
    "win": lambda world, id_, _: disputes.close(world, id_, won=True),
    "lose": lambda world, id_, _: disputes.close(world, id_, won=False),
    "succeed": _refund(refunds.succeed),
    "fail": _refund(refunds.fail),
    "cancel": _refund(refunds.cancel_pending),
    "detach": lambda world, id_, _: customers.detach(world, id_, {}),
    "send": lambda world, id_, _: deliveries.send_again(world, id_),
}


def _set_next_refund(world: World, sent: Sent) -> dict[str, Any]:
    wanted = sent.get("becomes", "")
    if wanted not in ("", "pending", "insufficient_funds"):
        raise Malformed.field("becomes", "is neither pending nor insufficient_funds")
    world.set(refunds.NEXT, wanted)
    return {"becomes": wanted}


def _move_by_hand(world: World, sent: Sent) -> dict[str, Any]:
    if sent.get("category") not in ledger.BY_HAND:
        raise Malformed.field("category", f"is none of {', '.join(ledger.BY_HAND)}")
    said = sent.get("amount", "")
    amount = _number({"amount": said.removeprefix("-")}, "amount", 0, 10**9)
    currency = check_currency(sent.get("currency") or "gbp")
    signed = -amount if said.startswith("-") else amount
    return ledger.by_hand(world, sent["category"], signed, currency, fee=_number(sent, "fee", 0, 10**9))


def _pay_out(world: World, sent: Sent) -> dict[str, Any]:
    amount, currency = _number(sent, "amount", 0, 10**9), check_currency(sent.get("currency") or "gbp")
    return transfers.pay_out(world, sent.get("account", ""), amount, currency)


def _set_deliveries(world: World, sent: Sent) -> dict[str, Any]:
    if sent.get("order", Order.AS_MADE) not in list(Order):
        raise Malformed.field("order", f"is none of {', '.join(Order)}")
    plan = Plan(
        paused=sent.get("paused", "") == "true",
        copies=max(1, _number(sent, "copies", 1, deliveries.MAX_COPIES)),
        order=Order(sent.get("order", Order.AS_MADE)),
        seed=_number(sent, "seed", 0, 2**31),
    )
    world.set(deliveries.PLAN, asdict(plan))
    return asdict(plan)


def _add_fault(world: World, sent: Sent) -> dict[str, Any]:
    if sent.get("kind") not in list(FaultKind):
        raise Malformed.field("kind", f"is none of {', '.join(FaultKind)}")
    fault = {
        "method": sent.get("method", "").upper(),
        "path": sent.get("path", "/v1/"),
        "times": max(1, _number(sent, "times", 1, MAX_TIMES)),
        "seconds": _number(sent, "seconds", 5, MAX_SECONDS),
    }
    faults.add(world.db, FaultKind(sent["kind"]), **fault)  # type: ignore[arg-type]
    return {"kind": sent["kind"], **fault}


def _forget_faults(world: World, _: Sent) -> dict[str, Any]:
    world.db.execute("DELETE FROM fault")
    return {}


_NO_FAULTS = "no-faults"
_SETTINGS: Mapping[str, Callable[[World, Sent], dict[str, Any]]] = {
    "account-payout": _pay_out,
    "movement": _move_by_hand,
    "next-refund": _set_next_refund,
    "deliveries": _set_deliveries,
    "faults": _add_fault,
    _NO_FAULTS: _forget_faults,
}


def control(sandbox: StripeSandbox) -> APIRouter:
    """The router of the control page."""
    router = APIRouter(prefix=MOUNT, include_in_schema=False, route_class=BoundedRoute)

    @router.get("")
    async def shown() -> Response:
        """What the sandbox knows, and the buttons."""
        return page("control.html", **await sandbox.act(_state))

    @router.post("/control/clock")
    async def clock(request: Request) -> Response:
        """Move the clock forward by `seconds`, and let happen what lies between."""
        seconds = _number(fields(await request.body()), "seconds", 0, MAX_ADVANCE)
        return _led_back(request, {"now": await sandbox.advance(seconds)})

    @router.post("/control/deliver")
    async def deliver(request: Request) -> Response:
        """Deliver what is due now, and wait for it."""
        return _led_back(request, {"deliveries": await sandbox.deliver()})

    @router.post("/control/settings/{name}")
    async def set_(name: str, request: Request) -> Response:
        """Change how the sandbox behaves."""
        if name not in _SETTINGS:
            raise Malformed.field("name", f"is none of {', '.join(_SETTINGS)}")
        sent = fields(await request.body())
        try:
            done = await sandbox.act(lambda world: _SETTINGS[name](world, sent))
        except StripeError as problem:
            raise Malformed.field(name, str(problem)) from problem
        if name == _NO_FAULTS:
            sandbox.wake()
        return _led_back(request, done)

    @router.post("/control/objects/{id_}/{button}")
    async def press(id_: str, button: str, request: Request) -> Response:
        """Do to a charge, refund, dispute, card or event what a bank or a person would."""
        if button not in _BUTTONS:
            raise Malformed.field("button", f"is none of {', '.join(_BUTTONS)}")
        sent = fields(await request.body())
        try:
            return _led_back(request, await sandbox.act(lambda world: _BUTTONS[button](world, id_, sent)))
        except StripeError as problem:
            raise Malformed.field("id", str(problem)) from problem

    return router


def _led_back(request: Request, told: dict[str, Any]) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(MOUNT, status_code=303)
    return JSONResponse(told)


def _state(world: World) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: [body for _, body in zip(range(SHOWN), world.all(kind), strict=False)]
        for name, kind in _SHOWN_KINDS.items()
    }
    rows = world.db.execute("SELECT * FROM delivery ORDER BY seq DESC LIMIT ?", (SHOWN,)).fetchall()
    return {
        **found,
        "cards": list(islice((body for body in world.all("payment_method") if body["customer"]), SHOWN)),
        "now": world.now,
        "balance": ledger.balance(world),
        "deliveries": [dict(row) for row in rows],
        "plan": deliveries.plan(world),
        "orders": list(Order),
        "faults": [dict(row) for row in world.db.execute("SELECT * FROM fault ORDER BY seq").fetchall()],
        "fault_kinds": list(FaultKind),
        "next_refund": world.setting(refunds.NEXT, ""),
        "by_hand": ledger.BY_HAND,
    }
