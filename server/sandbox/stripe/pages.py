"""The pages people meet: paying, confirming with their bank. In our look, drawn by the server, without a script."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.core.web.policies import inline_hashes, policy
from server.core.web.routes import BoundedRoute
from server.sandbox.stripe import money
from server.sandbox.stripe.cards import CARDS
from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.objects import checkout, payments
from server.sandbox.stripe.objects.checkout import Typed
from server.sandbox.stripe.sandbox import MOUNT, StripeSandbox
from server.sandbox.stripe.world import World

_TEMPLATES = Path(__file__).parent / "templates"
_pages = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
_pages.filters["money"] = money.shown
_pages.filters["instant"] = lambda seconds: datetime.fromtimestamp(seconds, UTC).strftime("%-d %b %Y, %H:%M:%S UTC")
_STYLES = inline_hashes((_TEMPLATES / "base.html").read_text(encoding="utf-8"), "style")
MAX_FIELDS = 20
_TOLD = ("session_not_open", "card_not_saved")
"""Why nobody could pay, said on the page itself."""


def page(name: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page of the sandbox. Its forms may lead anywhere: after paying, people go back to whoever sent them."""
    html = _pages.get_template(name).render(mount=MOUNT, **shown)
    allowed = policy({"style-src": _STYLES, "form-action": ["'self'", "http:", "https:"]})
    return HTMLResponse(html, status_code=status, headers={"Content-Security-Policy": allowed})


def fields(body: bytes) -> Mapping[str, str]:
    """What a form of a page sent; the first value of each name."""
    found = parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    return {name: values[0].strip() for name, values in found.items()}


def paying(sandbox: StripeSandbox) -> APIRouter:
    """The router of the pages on which somebody pays."""
    router = APIRouter(prefix=MOUNT, include_in_schema=False, route_class=BoundedRoute)

    @router.get("/pay/{session_id}")
    async def pay_page(session_id: str) -> Response:
        """The page of a session."""
        return await _shown(sandbox, session_id)

    @router.post("/pay/{session_id}")
    async def pay(session_id: str, request: Request) -> Response:
        """Pay, and go on; or see what is wrong."""
        sent = fields(await request.body())
        return await _paid(sandbox, session_id, sent)

    @router.get("/authenticate/{intent_id}")
    async def bank(intent_id: str) -> Response:
        """The page of the bank (3-D Secure)."""
        intent = await sandbox.act(lambda world: world.find(intent_id))
        if intent is None or intent["object"] != "payment_intent" or intent["status"] != "requires_action":
            return _nothing("There is nothing to confirm here.")
        return page("authenticate.html", intent=intent)

    @router.post("/authenticate/{intent_id}")
    async def confirm(intent_id: str, request: Request) -> Response:
        """What the bank was told."""
        succeeds = fields(await request.body()).get("says") == "yes"
        return await _confirmed(sandbox, intent_id, succeeds=succeeds)

    return router


def _nothing(words: str) -> Response:
    return page("nothing.html", status=404, words=words)


async def _shown(sandbox: StripeSandbox, session_id: str, problem: str = "", **typed: str) -> Response:
    def read(world: World) -> tuple[Body, list[Body], list[Body], bool] | None:
        session = world.find(session_id)
        if session is None or session["object"] != "checkout.session":
            return None
        keeps = bool(world.hidden(session_id)["intent"].get("setup_future_usage"))
        return session, checkout.lines(world, session_id), checkout.saved_cards(world, session), keeps

    found = await sandbox.act(read)
    if found is None:
        return _nothing("There is no such payment.")
    session, lines, saved, keeps = found
    template = "pay.html" if session["status"] == "open" else "closed.html"
    return page(
        template,
        status=402 if problem else 200,
        session=session,
        lines=lines,
        keeps=keeps,
        saved=saved,
        may_save=checkout.may_save(session),
        cards=CARDS.values(),
        problem=problem,
        typed={"number": "", "name": "", "email": "", "saves": "", **typed},
        onward=checkout.return_url(session),
    )


async def _paid(sandbox: StripeSandbox, session_id: str, sent: Mapping[str, str]) -> Response:
    number = "".join(filter(str.isdecimal, sent.get("number", "")))
    typed = {name: sent.get(name, "")[:200] for name in ("number", "name", "email", "saves")}
    card = sent.get("saved") or CARDS.get(number)
    if card is None:
        return await _shown(sandbox, session_id, "Only test cards are taken here: choose one of the list.", **typed)
    filled_in = Typed(card, typed["email"], typed["name"], saves=bool(typed["saves"]))

    def pay(world: World) -> tuple[Body, Body] | str:
        try:
            intent = checkout.pay(world, session_id, filled_in)
        except StripeError as problem:
            if not problem.keeps and problem.error.get("code") not in _TOLD:
                raise
            return str(problem)
        return world.get("checkout.session", session_id), intent

    try:
        found = await sandbox.act(pay)
    except StripeError as problem:
        return _nothing(str(problem))
    if isinstance(found, str):
        return await _shown(sandbox, session_id, found, **typed)
    session, intent = found
    if intent["status"] == "requires_action":
        return RedirectResponse(intent["next_action"]["redirect_to_url"]["url"], status_code=303)
    return RedirectResponse(checkout.return_url(session), status_code=303)


async def _confirmed(sandbox: StripeSandbox, intent_id: str, *, succeeds: bool) -> Response:
    def tell(world: World) -> tuple[str, str | None, str]:
        intent = world.get("payment_intent", intent_id)
        session_id = world.hidden(intent_id).get("session")
        action = intent["next_action"] or {"redirect_to_url": {"return_url": None}}
        try:
            payments.authenticate(world, intent, succeeds=succeeds)
        except StripeError as problem:
            if not problem.keeps:
                raise
            return str(problem), session_id, action["redirect_to_url"]["return_url"] or ""
        if session_id is None:
            return "", None, action["redirect_to_url"]["return_url"] or ""
        session = world.get("checkout.session", session_id)
        checkout.complete(world, session, intent)
        return "", session_id, checkout.return_url(session)

    try:
        problem, session_id, onward = await sandbox.act(tell)
    except StripeError as refusal:
        return _nothing(str(refusal))
    if problem and session_id:
        return await _shown(sandbox, session_id, problem)
    return (
        RedirectResponse(onward, status_code=303) if onward else page("nothing.html", words="You can close this page.")
    )
