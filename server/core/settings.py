"""Settings from the environment (and a `.env` beside the README), each with a default that works on one machine."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from server.core import keys
from server.core.budgets import Budgets
from server.core.errors import StartupError
from server.core.hosts import KnownHosts, host_of_address, hosts_in
from server.core.keys import Use
from server.core.limit_settings import LimitSettings
from server.core.money_settings import amounts_in
from shared_models.money import Currency, Money

ENV_FILE = ".env"
STRIPE_API = "https://api.stripe.com"
SANDBOX_STRIPE_KEY = "sk_test_estospaces_sandbox"
SANDBOX_STRIPE_SECRET = "whsec_estospaces_sandbox"  # noqa: S105 - of a stand-in that moves no money
_USUAL_PORTS = {"http": 80, "https": 443}


class Environment(StrEnum):
    """Where this process runs. Only production insists on real secrets; only it refuses demo data."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


def require_readable_env_file() -> None:
    """Raises StartupError, in one line, when there is a `.env` that cannot be read as text."""
    file = Path(ENV_FILE)
    try:
        if file.is_dir():
            # A container makes a folder where it should mount a missing file. Some people's environments are called so.
            if not (file / "pyvenv.cfg").exists():
                raise StartupError(f"{ENV_FILE} is a folder and should be a file of settings. Remove or rename it.")
        elif file.exists():
            file.read_text("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise StartupError(f"{ENV_FILE} is not UTF-8 text (line {line}). Save it as UTF-8.") from problem
    except OSError as problem:
        raise StartupError(f"{ENV_FILE} cannot be read: {problem.strerror or problem}.") from problem


def _default_data_dir() -> Path:
    return Path.home() / ".estospaces"


@lru_cache(maxsize=16)
def _origin_of(url: str) -> str:
    """Asked at every request, so it is worked out once; by the address, because a port is known late."""
    parts = urlsplit(url.lower())
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = _USUAL_PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, usual) else "")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Settings(LimitSettings):
    """Everything that differs between machines."""

    # Some editors put a byte order mark first; without `-sig` it would be a part of the first name.
    model_config = SettingsConfigDict(env_file=ENV_FILE, env_file_encoding="utf-8-sig", extra="ignore", frozen=False)

    environment: Environment = Environment.DEVELOPMENT
    database_url: SecretStr | None = None
    """`postgresql://…`; without it an embedded PostgreSQL is started in `data_dir`."""
    data_dir: Path = Field(default_factory=_default_data_dir)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    """How browsers reach this server, such as `https://estospaces.example`; by default `http://localhost:PORT`."""
    allowed_hosts: str = ""
    """Names this server may be asked for besides that of `public_url`, with commas between; in development this machine
    and the address listened on come by themselves."""
    secret_key: SecretStr | None = None
    """What all keys are made from; without it the one that is kept in `data_dir`. Production insists on it."""
    database_pool: int = Field(default=20, ge=2, le=200)
    """Connections of the API, at most, but for searches."""
    database_read_pool: int = Field(default=8, ge=1, le=200)
    """Connections for searches, at most: as many of them compute at the same time in the database."""
    api_docs: bool | None = None
    """Whether `/api/docs` and the OpenAPI document are shown; by default everywhere but in production."""
    minimum_app_version: str = "0.1.0"
    access_token_minutes: int = Field(default=15, ge=1, le=60)
    session_days: int = Field(default=30, ge=1, le=365)
    log_format: str = "console"
    smtp_url: SecretStr | None = None
    """`smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…`; without it mails go to the sandbox."""
    mail_from: str = "EstoSpaces <no-reply@estospaces.example>"
    sandbox_url: str | None = None
    """Where the sandbox of a development server stands; by default on this machine at `port`."""

    map_tiles_url: str | None = None
    """Where pictures of maps come from, such as `https://tiles.example/{z}/{x}/{y}.png`; without it maps are drawn from
    our own homes and nothing is fetched from elsewhere."""
    map_tiles_attribution: str = Field(default="", max_length=200)
    """What that source wants to stand on the map; needed with it."""

    stripe_secret_key: SecretStr | None = None
    """Stripe's secret key; without it payments go to the sandbox, where no money moves. Production insists on it."""
    stripe_webhook_secret: SecretStr | None = None
    """What Stripe signs its events with (`whsec_…`, of the webhook endpoint)."""
    stripe_api_base: str | None = None
    """Where Stripe's API stands; by default Stripe's own with a key, and the sandbox without one."""

    refund_needs_second_admin_above: str = "GBP 500, EUR 500, USD 500, CHF 500"
    """How much an admin may let go back of one payment without a second one, in each currency; of a currency that is
    not named here, nothing."""

    platform_fee_percent: Decimal = Field(default=Decimal(12), ge=0, le=50)
    """What the platform keeps of what a landlord lets for, in percent of the stay without its taxes."""
    platform_country: str = Field(default="GB", pattern="^[A-Z]{2}$")
    """Where the platform has its seat (ISO 3166): by it goes the VAT on its fee."""

    _keys: dict[Use, bytes] = PrivateAttr(default_factory=dict)

    def key(self, use: Use) -> bytes:
        """The key of a use. Raises StartupError when the secret of the data folder cannot be kept."""
        if use not in self._keys:
            given = self.secret_key
            secret = keys.kept_secret(self.data_dir) if given is None else given.get_secret_value()
            self._keys[use] = keys.key_for(secret, use)
        return self._keys[use]

    @property
    def public_origin(self) -> str:
        """Scheme, host and port of `public_url` as browsers write an Origin: lower case, without the usual port."""
        return _origin_of(self.public_url or f"http://localhost:{self.port}")

    @property
    def known_hosts(self) -> KnownHosts:
        """The names under which this server may be asked for."""
        hosts, ports = list(hosts_in(self.allowed_hosts)), []
        reached_at = [self.public_origin] if self.in_production else [self.public_origin, self.sandbox_origin]
        for url in map(urlsplit, reached_at):
            hosts.append(host_of_address(url.hostname or ""))
            ports.append(url.port or _USUAL_PORTS[url.scheme])
        return KnownHosts(frozenset(hosts), frozenset(ports), is_open_to_this_machine=not self.in_production)

    @field_validator("allowed_hosts")
    @classmethod
    def _lists_hosts(cls, value: str) -> str:
        hosts_in(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("must look like https://estospaces.example")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit("" if value is None else value.get_secret_value())
        if value is not None and (parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port == 0):
            raise ValueError("must look like smtp://user:password@host:587")
        return value

    @field_validator("stripe_secret_key", "stripe_webhook_secret")
    @classmethod
    def _says_something(cls, value: SecretStr | None) -> SecretStr | None:
        """A name without a value, as in a `.env` that was not filled in, is none."""
        return value if value is not None and value.get_secret_value().strip() else None

    @field_validator("refund_needs_second_admin_above")
    @classmethod
    def _lists_amounts(cls, value: str) -> str:
        amounts_in(value)
        return value

    @property
    def fee_percent(self) -> Fraction:
        """`platform_fee_percent`, exact."""
        return Fraction(self.platform_fee_percent)

    @property
    def second_admin_above(self) -> Mapping[Currency, Money]:
        """`refund_needs_second_admin_above`, by currency."""
        return amounts_in(self.refund_needs_second_admin_above)

    @field_validator("stripe_api_base")
    @classmethod
    def _is_an_api(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value is not None and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError(f"must look like {STRIPE_API}")
        return value

    @field_validator("map_tiles_url")
    @classmethod
    def _names_a_tile(cls, value: str | None) -> str | None:
        if value is not None and not (
            urlsplit(value).scheme in ("http", "https") and all(part in value for part in ("{z}", "{x}", "{y}"))
        ):
            raise ValueError("must look like https://tiles.example/{z}/{x}/{y}.png")
        return value

    @model_validator(mode="after")
    def _tiles_are_attributed(self) -> Self:
        if self.map_tiles_url is not None and not self.map_tiles_attribution.strip():
            raise ValueError("MAP_TILES_URL needs MAP_TILES_ATTRIBUTION, the words its source wants on the map")
        return self

    @property
    def sandbox_origin(self) -> str:
        """Where jobs reach the stand-ins of outside services."""
        return (self.sandbox_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def stripe_origin(self) -> str:
        """Where calls to Stripe go."""
        own = STRIPE_API if self.stripe_secret_key is not None else f"{self.sandbox_origin}/sandbox/stripe"
        return (self.stripe_api_base or own).rstrip("/")

    @property
    def stripe_key(self) -> str:
        """What we sign in to Stripe with."""
        return SANDBOX_STRIPE_KEY if self.stripe_secret_key is None else self.stripe_secret_key.get_secret_value()

    @property
    def stripe_event_secret(self) -> str | None:
        """What events are signed with; None where no event can be believed: a key was given, and no secret."""
        if self.stripe_webhook_secret is not None:
            return self.stripe_webhook_secret.get_secret_value()
        return SANDBOX_STRIPE_SECRET if self.stripe_secret_key is None else None

    @property
    def budgets(self) -> Budgets | None:
        """How often a caller may ask for what. In tests nobody is counted unless they say so: one person there calls
        more often than any of ours."""
        given = self.rates
        return Budgets() if given is None and self.environment != Environment.TEST else given

    @property
    def shows_api_docs(self) -> bool:
        """Whether people may read what the API can do."""
        return not self.in_production if self.api_docs is None else self.api_docs

    @property
    def in_production(self) -> bool:
        return self.environment == Environment.PRODUCTION

    def require_known_visitors(self) -> None:
        """Raises StartupError when a development server with nothing set would listen to other machines."""
        if self.in_production or _is_this_machine(self.host):
            return
        if self.secret_key is None or self.public_url is None:
            raise StartupError(
                f"In development only this machine may come in, not {self.host}: the inbox is open and the demo's "
                "passwords are known. Set SECRET_KEY and PUBLIC_URL to let others in, or ENVIRONMENT=production."
            )

    def require_production_secrets(self) -> None:
        """Raises StartupError, naming what is missing, when production lacks a secret."""
        if not self.in_production:
            return
        missing = []
        if self.secret_key is None:
            missing.append("SECRET_KEY (at least 32 random characters)")
        elif weakness := keys.weakness_of(self.secret_key.get_secret_value()):
            missing.append(f"another SECRET_KEY (this one {weakness})")
        if self.database_url is None:
            missing.append("DATABASE_URL")
        if self.public_url is None or not self.public_url.startswith("https://"):
            missing.append("PUBLIC_URL (https://…)")
        if self.smtp_url is None:
            missing.append("SMTP_URL")
        if self.stripe_secret_key is None:
            missing.append("STRIPE_SECRET_KEY")
        if self.stripe_webhook_secret is None:
            missing.append("STRIPE_WEBHOOK_SECRET")
        if missing:
            raise StartupError(f"Production needs {', '.join(missing)}.")
