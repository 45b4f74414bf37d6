"""One payment and what has come of it: begun, followed until it is known, and read again whenever one comes back."""

import asyncio
import dataclasses
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Final
from uuid import UUID

import flet as ft

from client.api import bookings as api
from client.core import clock
from client.core.http import ApiError, Http
from client.features.bookings.paying.stages import FOLLOWED, Stage, change_stage_of, month_stage_of, stage_of
from shared_models.bookings import BookingRead
from shared_models.payments import UNSETTLED, PaymentRead, PaymentStatus
from shared_models.problems import ProblemCode

LINK_PAUSES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 1.5, 2.0, 2.0, 2.0)
"""Between looks for the page of a payment that was begun, in seconds; after these its own screen goes on."""
FOLLOW_PAUSES: Final = (0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 5.0, 5.0, 10.0)
"""Between looks at a payment that is followed; the last goes on."""
ASKS_EVERY: Final = 5
"""At the first of so many looks the provider is asked as well: somebody may pay elsewhere."""
SLOW_AFTER: Final = 7
"""After so many looks it takes longer than usual."""


@ft.observable
@dataclasses.dataclass
class PayingState:
    """The payment of one stay, or of a change or a month of it."""

    http: Http
    booking_id: UUID | None
    change_id: UUID | None = None
    month: int | None = None
    """Its number."""
    came_back_paid: bool = False
    """The provider's page has led back here, and says that it took the payment."""
    booking: BookingRead | None = None
    payment: PaymentRead | None = None
    missing: bool = False
    problem: ApiError | None = None
    """Why the last look did not get through; what is shown is then of the one before."""
    looks: int = 0

    @property
    def stage(self) -> Stage | None:
        """Where it stands now; None until it was read."""
        booking, now, paid = self.booking, clock.now(), self.came_back_paid
        if booking is None:
            return None
        if self.change_id is not None:
            return change_stage_of(booking, self.change_id, self.payment, now, came_back_paid=paid)
        if self.month is not None:
            return month_stage_of(booking, self.month, self.payment, now, came_back_paid=paid)
        return stage_of(booking, self.payment, now, came_back_paid=paid)

    @property
    def is_slow(self) -> bool:
        """Whether it takes longer than usual to learn what came of it."""
        return self.looks > SLOW_AFTER

    async def follow(self) -> None:
        """Look until it is known what came of it, ever less often; what does not get through is tried again."""
        self.looks = 0
        for pause in _and_so_on(FOLLOW_PAUSES):
            try:
                await self.look()
            except ApiError as error:
                self.problem = error
            if self.missing or (self.problem is None and self.stage not in FOLLOWED):
                return
            await asyncio.sleep(pause)

    async def look(self) -> None:
        """Read how it stands, and have the provider asked where more is to be heard. Raises ApiError.

        The payment is read first: a stay that was read after it is at least as new.
        """
        self.looks += 1
        if self.booking_id is None:
            self.missing = True
            return
        payment = await self._payment()
        try:
            booking = await api.booking(self.http, self.booking_id)
        except ApiError as error:
            if error.code is not ProblemCode.NOT_FOUND:
                raise
            self.missing = True
            return
        self.payment, self.booking, self.problem = payment, booking, None

    async def _payment(self) -> PaymentRead | None:
        if self.booking_id is None:
            return None
        asks = self.stage is Stage.CHECKING or self.looks % ASKS_EVERY == 1
        read = api.check_payment if asks and self._is_open else api.payment
        try:
            return await read(self.http, self.booking_id, self._part)
        except ApiError as error:
            if error.code is not ProblemCode.NOT_FOUND:
                raise
            return None

    @property
    def _part(self) -> api.PartOfStay:
        return self.month if self.change_id is None else self.change_id

    @property
    def _is_open(self) -> bool:
        """Whether the provider may know more than we do; so too when nothing was read yet."""
        return self.booking is None or (self.payment is not None and self.payment.status in UNSETTLED)

    async def pay(self) -> PaymentRead:
        """Begin the payment, or take up the one under way, and wait a little for its page. Raises ApiError."""
        if self.booking_id is None:
            raise RuntimeError("there is nothing to pay")
        paid = await api.pay(self.http, self.booking_id, self._part)
        for pause in LINK_PAUSES:
            if paid.status is not PaymentStatus.INTENDED:
                break
            await asyncio.sleep(pause)
            paid = await api.payment(self.http, self.booking_id, self._part)
        self.payment = paid
        return paid


def _and_so_on(pauses: tuple[float, ...]) -> Iterator[float]:
    return chain(pauses, repeat(pauses[-1]))
