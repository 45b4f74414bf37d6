"""Webhook endpoints (docs.stripe.com/api/webhook_endpoints): who is told of events."""

from urllib.parse import urlsplit

from server.sandbox.stripe.errors import Body, StripeError
from server.sandbox.stripe.objects import customers
from server.sandbox.stripe.parameters import Params
from server.sandbox.stripe.world import API_VERSION, World, new_id, token


def create(world: World, params: Params) -> Body:
    """Tell an address of events. The secret its deliveries are signed with is told now and never again."""
    _check(params)
    if params.get("api_version", API_VERSION) != API_VERSION:
        raise StripeError(f"The sandbox speaks {API_VERSION} only.", param="api_version")
    return {**_add(world, params, secret := f"whsec_{token(32)}"), "secret": secret}


def ensure(world: World, url: str, secret: str) -> None:
    """An endpoint for every event, with a secret that is known beforehand, made once."""
    for endpoint in world.all("webhook_endpoint", url=url):
        world.hide(endpoint["id"], secret=secret)
        return
    _add(world, {"url": url, "enabled_events": ["*"], "api_version": API_VERSION}, secret)


def _add(world: World, params: Params, secret: str) -> Body:
    return world.add(
        {
            "id": new_id("webhook_endpoint"),
            "object": "webhook_endpoint",
            "api_version": params.get("api_version"),
            "application": None,
            "created": world.now,
            "description": params.get("description"),
            "enabled_events": params["enabled_events"],
            "livemode": False,
            "metadata": params.get("metadata") or {},
            "status": "enabled",
            "url": params["url"],
        },
        secret=secret,
    )


def update(world: World, id_: str, params: Params) -> Body:
    """Change an endpoint, or switch it off and on."""
    endpoint = world.get("webhook_endpoint", id_)
    _check({**endpoint, **params})
    fields = {name: value for name, value in params.items() if name != "disabled"}
    customers.changed(endpoint, fields)
    if "disabled" in params:
        endpoint["status"] = "disabled" if params["disabled"] else "enabled"
    world.save(endpoint)
    return endpoint


def delete(world: World, id_: str, _: Params) -> Body:
    """Forget an endpoint, and what was to be delivered to it."""
    world.get("webhook_endpoint", id_)
    world.db.execute("DELETE FROM object WHERE id = ?", (id_,))
    world.db.execute("DELETE FROM delivery WHERE endpoint = ?", (id_,))
    return {"id": id_, "object": "webhook_endpoint", "deleted": True}


def _check(params: Params) -> None:
    parts = urlsplit(params["url"])
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StripeError("Invalid URL: An explicit scheme (such as https) must be provided.", param="url")
    if not params["enabled_events"]:
        raise StripeError("At least one event is needed.", code="parameter_missing", param="enabled_events")
