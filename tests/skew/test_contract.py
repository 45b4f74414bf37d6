"""Apps that are out there keep working: the API of today keeps what each frozen one promised."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.skew.contract import FROZEN, Json, api_of_today, broken

RELEASES = sorted(FROZEN.glob("openapi-*.json"))
QUOTES = "/api/v1/quotes"


@pytest.fixture(scope="module")
def today() -> Json:
    return api_of_today()


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_the_api_keeps_what_it_promised(release: Path, today: Json) -> None:
    found = broken(json.loads(release.read_text()), today)
    assert found == [], "apps that are out there would fail:\n" + "\n".join(found)


def test_the_release_of_this_app_is_frozen() -> None:
    assert RELEASES, "freeze it with: python -m tests.skew.contract"


def model(api: Json, name: str) -> Json:
    found: Json = api["components"]["schemas"][name]
    return found


def _without_a_field(api: Json) -> None:
    del model(api, "BookingRead")["properties"]["reference"]


def _with_a_field_that_may_miss(api: Json) -> None:
    model(api, "BookingRead")["required"].remove("total")


def _with_a_field_that_may_be_nothing(api: Json) -> None:
    whole = model(api, "BookingRead")["properties"]["guests"]
    model(api, "BookingRead")["properties"]["guests"] = {"anyOf": [whole, {"type": "null"}]}


def _with_another_type(api: Json) -> None:
    model(api, "Money")["properties"]["amount_minor"] = {"type": "string"}


def _asking_for_more(api: Json) -> None:
    model(api, "QuoteRequest")["properties"]["purpose"] = {"type": "string"}
    model(api, "QuoteRequest")["required"].append("purpose")


def _taking_less(api: Json) -> None:
    del model(api, "QuoteRequest")["properties"]["guests"]


def _taking_fewer(api: Json) -> None:
    model(api, "QuoteRequest")["properties"]["guests"]["maximum"] = 8


def _taking_no_boats(api: Json) -> None:
    model(api, "PropertyType")["enum"].remove("boat")


def _asking_for_a_parameter(api: Json) -> None:
    api["paths"]["/api/v1/bookings"]["get"]["parameters"][0]["required"] = True


def _without_a_parameter(api: Json) -> None:
    del api["paths"]["/api/v1/bookings"]["get"]["parameters"][0]


def _without_a_route(api: Json) -> None:
    del api["paths"][QUOTES]["post"]


def _with_another_success(api: Json) -> None:
    responses = api["paths"][QUOTES]["post"]["responses"]
    responses["202"] = responses.pop("201")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without_a_field, "reference is not told any more"),
        (_with_a_field_that_may_miss, "total is not always told any more"),
        (_with_a_field_that_may_be_nothing, "guests may be null now"),
        (_with_another_type, "amount_minor may be string now"),
        (_asking_for_more, "purpose is asked for"),
        (_taking_less, "guests is not taken any more"),
        (_taking_fewer, "guests: maximum is 8 and was 100"),
        (_taking_no_boats, "may not be 'boat' any more"),
        (_asking_for_a_parameter, "asks for side"),
        (_without_a_parameter, "does not take side any more"),
        (_without_a_route, "POST /api/v1/quotes is gone"),
        (_with_another_success, "does not answer 201 any more"),
    ],
)
def test_what_would_break_an_app_is_seen(today: Json, change: Callable[[Json], None], words: str) -> None:
    later = deepcopy(today)
    change(later)
    assert any(words in said for said in broken(today, later)), broken(today, later)


def test_a_new_word_where_apps_cannot_show_it_as_unknown_is_seen(today: Json) -> None:
    earlier, later = deepcopy(today), deepcopy(today)
    model(earlier, "Currency")["enum"].remove("unknown")
    model(later, "Currency")["enum"].append("XTS")
    assert any("currency may be 'XTS' now" in said for said in broken(earlier, later))


def _with_more_to_tell(api: Json) -> None:
    for name in ("BookingRead", "SearchHit"):
        model(api, name)["properties"]["added"] = {"type": "string"}
        model(api, name)["required"].append("added")


def _with_another_word(api: Json) -> None:
    model(api, "BookingStatus")["enum"].append("checked_in")
    model(api, "Currency")["enum"].append("XTS")


def _taking_more(api: Json) -> None:
    model(api, "QuoteRequest")["properties"]["purpose"] = {"type": "string"}
    model(api, "QuoteRequest")["properties"]["guests"]["maximum"] = 1000


def _with_a_new_route(api: Json) -> None:
    api["paths"]["/api/v1/new"] = deepcopy(api["paths"][QUOTES])


@pytest.mark.parametrize("change", [_with_more_to_tell, _with_another_word, _taking_more, _with_a_new_route])
def test_what_apps_do_not_mind_is_left_alone(today: Json, change: Callable[[Any], None]) -> None:
    later = deepcopy(today)
    change(later)
    assert later != today
    assert broken(today, later) == []
