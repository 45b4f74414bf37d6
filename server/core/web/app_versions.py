"""Which versions of the apps are still served."""

import re

from fastapi import Request

from server.core.errors import UpgradeRequired


def up_to_date(request: Request) -> None:
    """Refuses apps older than `minimum_app_version`; without `App-Version` it is no app. Raises UpgradeRequired."""
    least = _version(request.app.state.settings.minimum_app_version)
    sent = _version(request.headers.get("app-version", ""))
    if least is not None and sent is not None and sent < least:
        raise UpgradeRequired


def _version(text: str) -> tuple[int, ...] | None:
    found = re.fullmatch(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})", text, flags=re.ASCII)
    return None if found is None else tuple(int(part) for part in found.groups())
