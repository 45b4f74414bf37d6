"""Settings that bound what one caller can take: connections, times, messages, calls; and whom we believe about callers.

Every limit and why it is what it is: `docs/decisions/0014-limits-of-connections-and-rates.md`.
"""

from functools import cached_property

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from server.core.addresses import Proxies, networks_in
from server.core.budgets import Budgets


class LimitSettings(BaseSettings):
    """The part of the settings that this is about."""

    trusted_proxies: str = ""
    """Addresses and networks of the proxies in front, with commas between: only what they say in `X-Forwarded-For` and
    `X-Forwarded-Proto` is believed. Without it nobody is, and all people behind a proxy count as one address."""
    max_connections: int = Field(default=1000, ge=10, le=100_000)
    """Open connections in all; fewer when the system lets this process open fewer files."""
    max_connections_per_address: int | None = Field(default=None, ge=1, le=100_000)
    """Open connections of one address (of IPv6 a /64); by default 100 in production and elsewhere any number, since on
    one's own machine everybody has the same address. Trusted proxies may open any number: behind them it holds for the
    requests and sockets in progress of each address they name."""
    header_seconds: float = Field(default=10, gt=0, le=120)
    """How long a client may take to send the head of a request, from its connection or its first byte on."""
    max_header_bytes: int = Field(default=32_768, ge=4096, le=1_048_576)
    """The largest head of a request."""
    keep_alive_seconds: float = Field(default=75, gt=0, le=3600)
    """How long a connection may rest between two requests: longer than clients and balancers keep it. The other way
    round they send into a closed one."""
    write_seconds: float = Field(default=60, gt=0, le=600)
    """How long a client that does not read on may keep an answer waiting; see `server/core/connections/registry.py`."""
    register_seconds: float = Field(default=15, gt=0, le=120)
    """How long a socket of the web client may take to register."""
    max_unregistered_per_address: int = Field(default=20, ge=1, le=10_000)
    """Sockets of one address that have not registered yet."""
    ping_seconds: float = Field(default=20, gt=0, le=600)
    """How often a socket is asked for a sign of life, and how long it may take to answer."""

    rates: Budgets | None = None
    """How often one caller may ask for what, as JSON; what is not named keeps its default."""

    @field_validator("trusted_proxies")
    @classmethod
    def _lists_networks(cls, value: str) -> str:
        networks_in(value)
        return value

    @cached_property
    def proxies(self) -> Proxies:
        """The machines whose word about whom they speak for is believed."""
        return Proxies(networks_in(self.trusted_proxies))
