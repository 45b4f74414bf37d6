"""The simulator: what the prices as they are typed would do, asked of the server whenever the typing rests."""

import asyncio
import dataclasses

import flet as ft

from client.api import bookings
from client.core.http import Http
from client.features.home_form.prices.given import simulation_of
from client.features.home_form.state import HomeEditor
from shared_models.price_simulation import PriceSimulation

PAUSE_SECONDS = 0.4
"""How long the typing rests before the server is asked."""


@ft.observable
@dataclasses.dataclass
class PriceTrial:
    """What the prices in the fields of `form` would do."""

    http: Http
    form: HomeEditor
    found: PriceSimulation | None = None
    """The last answer; it may be about what was typed before."""
    readable: bool = True
    """Whether the prices as they are typed can be read at all; else `found` is about those before."""

    @property
    def possible(self) -> bool:
        """Whether there is a home to try prices on: one that was only begun has neither zone nor stays."""
        return self.form.home is not None

    async def run(self) -> None:
        """Ask once the typing rests. Raises ApiError."""
        await asyncio.sleep(PAUSE_SECONDS)
        if self.form.home is None:
            return
        request = simulation_of(self.form.typed, self.form.home.id)
        self.readable = request is not None
        if request is not None:
            self.found = await bookings.simulate_prices(self.http, request)
