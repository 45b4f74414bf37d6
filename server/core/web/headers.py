"""Headers that every answer has, so that browsers protect people better than we can."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.core.settings import Settings
from server.core.web.policies import NOTHING, policy

HSTS_SECONDS = 365 * 86_400
_UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "payment",
    "usb",
)


def usual_headers(settings: Settings) -> dict[bytes, bytes]:
    """What an answer says unless it says something else itself.

    Kept by nobody: what may be kept, and for how long, is said where it is answered. No referrer: tokens of mails stand
    in queries, and a referrer would carry them on.
    """
    usual = {
        "Content-Security-Policy": policy(NOTHING),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
        "Cache-Control": "no-store",
    }
    if settings.in_production:
        usual["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}"
    return {name.lower().encode(): value.encode() for name, value in usual.items()}


class UsualHeaders:
    """Adds the usual headers to every answer of an app."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self._usual = app, usual_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                missing = [(name, value) for name, value in self._usual.items() if name not in said]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self.app(scope, receive, adding if scope["type"] == "http" else send)
