"""Settings: production names every secret it lacks; addresses are compared as browsers write them."""

import re

import pytest
from pydantic import ValidationError

from server.core.errors import StartupError
from server.core.settings import Settings

GOOD = {
    "SECRET_KEY": "qX3v-8kTz_41LmWsB0yRaUeN7hDgPc2f",
    "DATABASE_URL": "postgresql://ann:sesame@db/home",
    "PUBLIC_URL": "https://estospaces.example",
    "SMTP_URL": "smtp://ann:sesame@mail.example:587",
    "STRIPE_SECRET_KEY": "sk_live_sesame",
    "STRIPE_WEBHOOK_SECRET": "whsec_sesame",
}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """No `.env` and no variables of the machine."""
    monkeypatch.chdir(str(tmp_path))
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def production(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in {"ENVIRONMENT": "production", **given}.items():
        monkeypatch.setenv(name, value)
    return Settings()


def test_production_with_everything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    production(monkeypatch, **GOOD).require_production_secrets()


@pytest.mark.parametrize("missing", GOOD)
def test_production_names_the_secret_it_lacks_and_no_other(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    given = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(StartupError) as caught:
        production(monkeypatch, **given).require_production_secrets()
    assert [name for name in GOOD if re.search(rf"\b{name}\b", str(caught.value))] == [missing]
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "development only, never in production"),
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY", "abcabcab" * 8),
        ("SECRET_KEY", "changeme" * 5),
        ("SECRET_KEY", "correct horse battery staple correct horse"),
        ("SECRET_KEY", "estospaces-production-secret-key-2026"),
        ("SECRET_KEY", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol."),
        ("SECRET_KEY", "P@ssw0rd!P@ssw0rd!P@ssw0rd!P@ssw0rd!"),
        ("PUBLIC_URL", "http://estospaces.example"),
    ],
)
def test_production_refuses_what_is_not_safe(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    with pytest.raises(StartupError, match=name):
        production(monkeypatch, **GOOD | {name: value}).require_production_secrets()


def test_development_needs_nothing() -> None:
    Settings().require_production_secrets()


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (None, "http://localhost:8000"),
        ("https://EstoSpaces.Example/", "https://estospaces.example"),
        ("https://estospaces.example:443/app", "https://estospaces.example"),
        ("http://estospaces.example:80", "http://estospaces.example"),
        ("https://estospaces.example:8443", "https://estospaces.example:8443"),
        ("HTTPS://estospaces.example", "https://estospaces.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://ann:sesame@estospaces.example", "https://estospaces.example"),
    ],
)
def test_the_origin_is_what_browsers_send(url: str | None, origin: str) -> None:
    assert Settings(public_url=url).public_origin == origin


@pytest.mark.parametrize("url", ["estospaces.example", "ftp://estospaces.example", "https://", "", "http://host:port"])
def test_a_public_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="public_url"):
        Settings(public_url=url)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = production(monkeypatch, **GOOD)
    assert "sesame" not in repr(settings) + str(settings)
    assert GOOD["SECRET_KEY"] not in repr(settings) + str(settings)


def test_without_keys_payments_go_to_the_sandbox_and_with_them_to_stripe() -> None:
    here = Settings(port=8123)
    assert here.stripe_origin == "http://127.0.0.1:8123/sandbox/stripe"
    assert (here.stripe_key, here.stripe_event_secret) == ("sk_test_estospaces_sandbox", "whsec_estospaces_sandbox")
    there = Settings(stripe_secret_key="sk_live_x", stripe_webhook_secret="whsec_x")  # type: ignore[arg-type]
    assert (there.stripe_origin, there.stripe_key, there.stripe_event_secret) == (
        "https://api.stripe.com", "sk_live_x", "whsec_x",
    )  # fmt: skip
    assert Settings(stripe_secret_key="sk_live_x").stripe_event_secret is None  # type: ignore[arg-type]
    assert Settings(stripe_secret_key=" ").stripe_secret_key is None  # type: ignore[arg-type]
    elsewhere = Settings(stripe_secret_key="sk_live_x", stripe_api_base="http://127.0.0.1:1/")  # type: ignore[arg-type]
    assert elsewhere.stripe_origin == "http://127.0.0.1:1"
    with pytest.raises(ValidationError, match="stripe_api_base"):
        Settings(stripe_api_base="api.stripe.com")
