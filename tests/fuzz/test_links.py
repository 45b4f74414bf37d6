"""From each answer to the next call, as the links of the OpenAPI lead: from a quote to a stay, a draft to a home."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
from schemathesis import Case
from schemathesis.core.transport import Response
from schemathesis.generation.stateful.state_machine import APIStateMachine

from shared_models.auth import Role
from tests.fuzz.conftest import CHECKS, Target, a_few
from tests.server.access.things import World
from tests.server.access.verdicts import A_FILE, FACTS, PLAN
from tests.stories.conftest import day

STORIES = {
    "booking": (
        "POST /quotes",
        "POST /bookings",
        "GET /bookings/{booking_id}",
        "POST /bookings/{booking_id}/release",
    ),
    "paying": (
        "POST /quotes",
        "POST /bookings",
        "POST /bookings/{booking_id}/payment",
        "GET /bookings/{booking_id}/payment",
    ),
    "listing": (
        "POST /properties",
        "GET /properties/{id_or_slug}",
        "PUT /properties/{property_id}",
        "POST /properties/{property_id}/status",
    ),
    "blocking": (
        "POST /calendars/blocks",
        "PATCH /calendars/blocks/{block_id}",
        "DELETE /calendars/blocks/{block_id}",
    ),
    "importing": (
        "POST /imports",
        "PUT /imports/{run_id}/plan",
        "POST /imports/{run_id}/start",
        "GET /imports/{run_id}/findings",
    ),
}
"""The calls of a story. Each must have worked in it: a link that leads nowhere would show here."""


@dataclass
class Stage:
    """Where stories play: each has a person and a home of its own, so that none depends on those before it."""

    target: Target
    people: Iterator[tuple[dict[str, str], str, str]]
    done: Counter[str] = field(default_factory=Counter)


async def a_stage(target: Target, world: World, size: int) -> Stage:
    """Tenants who are landlords too; each with a stranger's home to book and one of their own to let."""
    people = []
    for _ in range(size):
        person = await world.a_person(Role.TENANT, Role.LANDLORD)
        people.append((person.headers, str(await world.a_property(person)), str(await world.a_property())))
    return Stage(target, iter(people))


def sound(own: str, other: str, ahead: int) -> Mapping[str, Any]:
    """A body for the calls that begin a story, which no chance would hit upon."""
    return {
        "POST /quotes": {"property_id": other, "check_in": day(ahead), "check_out": day(ahead + 2), "guests": 2},
        "POST /properties": FACTS,
        "PUT /properties/{property_id}": FACTS | {"title": f"Flat {ahead}"},
        "POST /properties/{property_id}/status": {"status": "pending_review"},
        "POST /calendars/blocks": {"property_id": own, "start": day(ahead), "end": day(ahead + 2)},
        "POST /imports": A_FILE,
        "PUT /imports/{run_id}/plan": PLAN,
    }


def machine(stage: Stage, calls: tuple[str, ...]) -> type[APIStateMachine]:
    """Someone who follows links; what they did is counted."""
    target = stage.target

    chosen = target.schema.include(lambda asked: asked.operation.label.replace("/api/v1", "") in calls)

    class Story(chosen.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.ahead = 0
            self.headers, self.own, self.other = next(stage.people)

        def before_call(self, case: Case) -> None:
            self.ahead += 3
            body = sound(self.own, self.other, self.ahead).get(name_of(case))
            if body is not None and self.ahead % 4:
                case.body = body

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"base_url": target.url, "headers": self.headers, "session": target.session, "timeout": 30}

        def after_call(self, response: Response, case: Case) -> None:
            super().after_call(response, case)
            if response.status_code < 300:
                stage.done[name_of(case)] += 1

        def validate_response(self, response: Response, case: Case, **_: Any) -> None:
            case.validate_response(response, checks=CHECKS, transport_kwargs=self.get_call_kwargs(case))

    return Story


def name_of(case: Case) -> str:
    """`METHOD /path` below `/api/v1`."""
    return case.operation.label.replace("/api/v1", "")


@pytest.mark.parametrize("examples", [4, pytest.param(40, marks=pytest.mark.prove)])
async def test_links_lead_through_whole_stories_and_no_answer_is_untold(
    target: Target, world: World, examples: int
) -> None:
    for calls in STORIES.values():
        stage = await a_stage(target, world, 2 * examples)
        story = machine(stage, calls)
        await asyncio.to_thread(story.run, settings=hypothesis.settings(a_few(examples), stateful_step_count=12))
        assert [call for call in calls if not stage.done[call]] == [], stage.done
