"""Who is served next: nobody waits behind all that one other sends, and nobody waits for ever."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core import fair_queue
from server.core.fair_queue import (
    HALF_LIFE_SECONDS,
    OLDEST_EVERY,
    Caller,
    FairQueue,
    FullForCaller,
    Room,
    Service,
    Ticket,
)

ROOM = Room(at_once=2, at_once_of_each=2, waiting=100, waiting_of_each=16)
ANN, BEN = ("people", "Ann"), ("people", "Ben")


def address(network: int, number: int) -> Caller:
    return "visitors", f"203.0.{network}.0/24", f"203.0.{network}.{number}"


CROWD = [address(113, number) for number in range(40)]
"""Forty addresses of one provider."""


def queue_of(callers: Sequence[Caller], room: Room = ROOM) -> FairQueue:
    queue = FairQueue(room)
    for caller in callers:
        queue.join(caller, 0)
    return queue


def served(queue: FairQueue, now: float = 0) -> Ticket:
    ticket = queue.enter(now)
    assert ticket is not None
    return ticket


def order_of(queue: FairQueue) -> list[Caller]:
    """Who is served when each takes a second and only one is served at once."""
    order, now = [], 0.0
    while (ticket := queue.enter(now)) is not None:
        now += 1
        queue.finish(ticket, 1, now)
        order.append(ticket.caller)
    return order


ONE = Room(at_once=1, at_once_of_each=1, waiting=100, waiting_of_each=16)


def test_while_there_is_room_whoever_comes_is_served_at_once() -> None:
    queue = queue_of([ANN, BEN])
    assert [served(queue).caller, served(queue).caller] == [ANN, BEN]
    assert (queue.inside, queue.waiting) == (2, 0)
    queue.join(ANN, 0)
    assert queue.enter(0) is None


def test_a_person_waits_for_one_place_only_however_many_addresses_ask() -> None:
    queue = queue_of(CROWD)
    inside = [served(queue) for _ in range(ROOM.at_once)]
    ann, _ = queue.join(ANN, 0)
    queue.finish(inside[0], 1, 1)
    assert served(queue, 1) == ann


def test_a_visitor_from_another_network_waits_for_one_place_only_too() -> None:
    queue = queue_of(CROWD)
    inside = [served(queue) for _ in range(ROOM.at_once)]
    other, _ = queue.join(address(7, 1), 0)
    queue.finish(inside[0], 1, 1)
    assert served(queue, 1) == other


def test_in_a_network_an_address_that_asks_once_comes_before_the_rest_of_one_that_asks_often() -> None:
    greedy, other = CROWD[:2]
    queue = queue_of([greedy] * 3 + [other])
    assert [served(queue).caller, served(queue).caller] == [greedy, other]


def test_people_and_visitors_have_half_each_when_both_want_it_all() -> None:
    queue = queue_of([*CROWD[:6], *([ANN] * 3), *([BEN] * 3)], ONE)
    order = order_of(queue)[: OLDEST_EVERY - 1]
    groups = [caller[0] for caller in order]
    assert abs(groups.count("people") - groups.count("visitors")) <= 1
    assert [caller for caller in order if caller[0] == "people"] == [ANN, BEN, ANN, BEN][: groups.count("people")]


def test_of_equals_whoever_had_least_lately_is_first() -> None:
    queue = queue_of([ANN], ONE)
    queue.finish(served(queue), 3, 3)
    queue.join(ANN, 3)
    queue.join(BEN, 3)
    assert order_of(queue) == [BEN, ANN]


def test_of_those_who_had_nothing_the_first_to_come_is_first() -> None:
    assert order_of(queue_of([BEN, ANN], ONE)) == [BEN, ANN]


def test_one_caller_is_served_a_few_times_at_once_and_others_meanwhile() -> None:
    queue = queue_of([ANN, ANN, BEN], Room(at_once=3, at_once_of_each=1, waiting=9, waiting_of_each=9))
    assert [served(queue).caller, served(queue).caller] == [ANN, BEN]
    assert queue.enter(0) is None
    assert (queue.inside, queue.waiting) == (2, 1)


def test_every_so_often_whoever_has_waited_longest_is_served() -> None:
    queue = queue_of([CROWD[0], CROWD[1], *([ANN] * 4), *([BEN] * 4), *(("people", n) for n in range(9))], ONE)
    queue.finish(served(queue), 1000, 0)  # visitors had much
    order = order_of(queue)
    assert order.index(CROWD[1]) == OLDEST_EVERY - 2


def test_a_caller_has_so_many_in_line_and_no_more() -> None:
    queue = queue_of([ANN] * ROOM.waiting_of_each)
    with pytest.raises(FullForCaller):
        queue.join(ANN, 0)
    queue.join(BEN, 0)
    assert queue.waiting == ROOM.waiting_of_each + 1


FULL = Room(at_once=1, at_once_of_each=1, waiting=4, waiting_of_each=16)


def test_where_the_line_is_full_the_newest_of_the_most_demanding_has_to_go() -> None:
    queue = queue_of([CROWD[0]], FULL)
    served(queue)
    tickets = [queue.join(caller, 0)[0] for caller in (ANN, CROWD[1], CROWD[1], CROWD[2])]
    assert queue.join(BEN, 0)[1] == tickets[2]
    assert queue.waiting == FULL.waiting


def test_of_as_demanding_ones_whoever_had_most_has_to_go() -> None:
    queue = queue_of([ANN], FULL)
    queue.finish(served(queue), 5, 5)
    queue.join(CROWD[0], 5)
    served(queue, 5)
    tickets = [queue.join(("people", name), 5)[0] for name in ("Ann", "Cem", "Dee", "Eve")]
    assert queue.join(BEN, 5)[1] == tickets[0]


def test_of_those_who_want_as_much_and_had_nothing_the_newest_has_to_go() -> None:
    queue = queue_of([CROWD[0]], FULL)
    served(queue)
    for name in ("Ann", "Ben", "Cem", "Dee"):
        queue.join(("people", name), 0)
    ticket, lost = queue.join(("people", "Eve"), 0)
    assert lost == ticket


def test_who_is_most_demanding_themselves_does_not_get_in() -> None:
    queue = queue_of([CROWD[0]], FULL)
    served(queue)
    for caller in (ANN, BEN, CROWD[1], CROWD[2]):
        queue.join(caller, 0)
    ticket, lost = queue.join(CROWD[1], 0)
    assert lost == ticket


def test_a_full_line_of_those_who_may_not_enter_keeps_nobody_out_who_may() -> None:
    queue = queue_of([ANN], Room(at_once=2, at_once_of_each=1, waiting=1, waiting_of_each=9))
    served(queue)
    queue.join(ANN, 0)
    ticket, lost = queue.join(BEN, 0)
    assert (lost, served(queue)) == (None, ticket)


def test_what_somebody_had_is_forgotten_by_half() -> None:
    service = Service()
    service.add(ANN, 8, 0)
    assert service.of(ANN, 2 * HALF_LIFE_SECONDS) == pytest.approx(2)
    service.add(ANN, 1, HALF_LIFE_SECONDS)
    assert service.of(ANN, HALF_LIFE_SECONDS) == pytest.approx(5)
    assert service.of(BEN, 0) == 0


def test_nothing_is_kept_of_being_served_once_it_is_over() -> None:
    queue = queue_of([ANN, CROWD[0]])
    for ticket in [served(queue), served(queue)]:
        queue.finish(ticket, 1, 1)
    assert not queue._inside


def test_only_so_many_are_remembered_and_who_was_served_longest_ago_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fair_queue, "MAX_KNOWN", 2)
    service = Service()
    for caller in (ANN, BEN, ANN, CROWD[0]):
        service.add(caller, 1, 0)
    assert [service.of(caller, 0) for caller in (ANN, BEN, CROWD[0])] == [2, 0, 1]


# What holds whatever comes.

CALLERS = [ANN, BEN, *CROWD[:3], address(7, 1)]
Step = tuple[str, int]
STEPS = st.lists(st.tuples(st.sampled_from(["join", "join", "enter", "finish", "leave"]), st.integers(0, 99)))
ROOMS = st.builds(Room, *(st.integers(1, most) for most in (4, 3, 6, 4)))


@dataclass
class Walk:
    """A queue that steps are taken on, and what is known of it from outside."""

    room: Room
    queue: FairQueue = field(init=False)
    now: float = 0
    waiting: list[Ticket] = field(default_factory=list)
    inside: list[Ticket] = field(default_factory=list)
    done: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queue = FairQueue(self.room)

    def take(self, steps: Sequence[Step]) -> None:
        for word, number in steps:
            self.now += number % 7 / 10
            getattr(self, word)(number)
            assert (self.queue.waiting, self.queue.inside) == (len(self.waiting), len(self.inside))

    def join(self, number: int) -> None:
        caller = CALLERS[number % len(CALLERS)]
        had = sum(ticket.caller == caller for ticket in self.waiting)
        try:
            ticket, lost = self.queue.join(caller, self.now)
        except FullForCaller:
            assert had == self.room.waiting_of_each
            return
        self.waiting.append(ticket)
        if lost is not None:
            self.waiting.remove(lost)
        self.done.append((ticket, lost))

    def able(self) -> list[Ticket]:
        """Those in line who may be served, in the order they came."""
        has = [ticket.caller for ticket in self.inside]
        room = len(self.inside) < self.room.at_once
        return [one for one in self.waiting if room and has.count(one.caller) < self.room.at_once_of_each]

    def enter(self, number: int) -> None:
        able = self.able()
        ticket = self.queue.enter(self.now)
        assert (ticket is None) == (not able)
        if ticket is not None:
            assert ticket in able
            self.waiting.remove(ticket)
            self.inside.append(ticket)
        self.done.append(ticket)

    def finish(self, number: int) -> None:
        if self.inside:
            self.queue.finish(self.inside.pop(number % len(self.inside)), number / 10, self.now)

    def leave(self, number: int) -> None:
        if self.waiting:
            self.queue.leave(self.waiting.pop(number % len(self.waiting)))


@given(ROOMS, STEPS)
def test_a_place_is_never_empty_while_somebody_waits_who_may_have_it(room: Room, steps: list[Step]) -> None:
    walk = Walk(room)
    walk.take(steps)
    while walk.able():
        walk.enter(0)
    assert len(walk.inside) <= room.at_once


@given(ROOMS, STEPS)
def test_the_same_again_is_the_same_order(room: Room, steps: list[Step]) -> None:
    first, second = Walk(room), Walk(room)
    first.take(steps)
    second.take(steps)
    assert first.done == second.done


@given(STEPS)
def test_whoever_waits_is_served_before_their_place_in_line_times_a_few_others(steps: list[Step]) -> None:
    """Whatever the others had, and however many come meanwhile."""
    walk = Walk(ONE)
    walk.take(steps)
    while walk.inside:
        walk.finish(0)
    waits, others = list(walk.waiting), 0
    while waits[-1:] and waits[-1] in walk.waiting:
        walk.queue.join(newcomer := ("people", f"newcomer {others}"), walk.now)
        ticket = served(walk.queue, walk.now)
        walk.queue.finish(ticket, 1, walk.now)
        others += 1
        if ticket in walk.waiting:
            walk.waiting.remove(ticket)
        assert others <= OLDEST_EVERY * len(waits), newcomer


@given(STEPS, st.sampled_from([*CALLERS, ("people", "new"), address(9, 9)]))
def test_whoever_has_nothing_yet_is_the_next_or_next_but_one_of_their_kind(steps: list[Step], caller: Caller) -> None:
    """A caller of whom and of whose groups nobody is served or waits: at most the one that waits longest, and others of
    whom as few are served, come before."""
    walk = Walk(ROOM)
    walk.take(steps)
    groups = {ticket.caller[:1] for ticket in (*walk.inside, *walk.waiting)}
    if caller[:1] in groups:
        return
    if len(walk.inside) == ROOM.at_once:
        walk.finish(0)
    if not walk.inside:
        return  # all groups are equal then
    ticket, lost = walk.queue.join(caller, walk.now)
    assert lost is None
    entered = [walk.queue.enter(walk.now)]
    if entered[0] != ticket:  # the oldest had this place
        assert entered[0] == walk.waiting[0]
        walk.queue.finish(entered[0], 1, walk.now)
        entered.append(walk.queue.enter(walk.now))
    assert entered[-1] == ticket
