"""Within a distance of a place: the way to a radius that needs no map, in the sheet of the filters."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Final

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once, use_start
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.design import fields
from client.design.chips import chip_row, filter_chip
from client.design.handlers import calling
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.search.criteria import RADII, USUAL_RADIUS
from client.features.search.map_state import MapState
from client.features.search.state import FilterDraft, Offers
from client.parts.facts import distance_words
from client.parts.listing import place_text
from client.parts.map.sheet import Circle
from shared_models.search import Place

Choose = Callable[[Circle | None], None]

MAX_PLACES: Final = 6


@dataclasses.dataclass(frozen=True)
class Centre:
    """What a circle may lie round; without a name in the wish it is a point of the map."""

    label: str
    latitude: float
    longitude: float
    name: str = ""

    def is_middle_of(self, circle: Circle | None) -> bool:
        """Whether the circle lies round this."""
        if circle is None:
            return False
        here = (circle.name, circle.latitude, circle.longitude)
        return here == (self.name, self.latitude, self.longitude)


def centres_of(mapping: MapState) -> list[Centre]:
    """What the map offers: the home that was picked on it, and its middle."""
    found = []
    if (home := mapping.touch.picked) is not None:
        found.append(Centre(home.title, home.latitude, home.longitude, home.title))
    if (camera := mapping.camera) is not None:
        middle = round(camera.latitude, 4), round(camera.longitude, 4)
        found.append(Centre(t("The middle of the map"), *middle))
    return found


@panel
def Near(draft: FilterDraft, centres: Sequence[Centre]) -> ft.Control:
    """A field for a place, the places it may mean, and how far from the one that is chosen."""
    session, start = use_session(), use_start()
    offers = use_once(lambda: Offers(session.http))
    look_up = use_once(lambda: Action(offers.look_up, latest=True))
    typed = use_once(Typed)

    async def begin() -> None:
        # The search may name a place already; else the largest are offered.
        for words in dict.fromkeys((draft.opened.text, "")):
            if not offers.places:
                await look_up.start(words, draft.opened.let_type)
                typed.named = typed.named or _names_one(words, offers.places)

    use_task(begin, [])

    def change(value: str) -> None:
        typed.text = value
        start(look_up.start, value, draft.opened.let_type)()

    field = fields.text_field(
        t("A city or a neighbourhood"), typed.text, change, hint=t("Leith, Edinburgh"), max_length=100
    )

    def choose(circle: Circle | None) -> None:
        draft.lie_round(circle, named=typed.named)

    rows = [field, _centres(draft, _offered(draft, offers, centres), choose), _radii(draft, choose)]
    if look_up.problem is not None and not look_up.running:
        rows.insert(1, text(problem_words(look_up.problem), Style.SMALL, Colour.TEXT_2))
    return ft.Column(
        [header(t("Within a distance of"), 3, style=Style.LABEL), *rows],
        spacing=10,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@dataclasses.dataclass
class Typed:
    """What stands in the field of places; nobody is told of a key but the search for places."""

    text: str = ""
    named: bool = False
    """Whether the words of the search name a place and nothing else."""


def _names_one(words: str, places: Sequence[Place]) -> bool:
    names = {name.casefold() for place in places for name in (place.name, place_text(place))}
    return words.casefold() in names


def _offered(draft: FilterDraft, offers: Offers, centres: Sequence[Centre]) -> list[Centre]:
    """The chosen one first, then the places that are meant, and what the map offers."""
    places = [_centre_of(place) for place in offers.places[:MAX_PLACES]]
    offered = [*places, *centres]
    circle = draft.base.circle
    if circle is not None and not any(one.is_middle_of(circle) for one in offered):
        label = circle.name or t("A point on the map")
        offered.insert(0, Centre(label, circle.latitude, circle.longitude, circle.name))
    return offered


def _centre_of(place: Place) -> Centre:
    words = place_text(place)
    return Centre(words, round(place.latitude, 4), round(place.longitude, 4), words)


def _centres(draft: FilterDraft, offered: Sequence[Centre], choose: Choose) -> ft.Control:
    circle = draft.base.circle

    def chip(one: Centre) -> ft.Control:
        chosen = one.is_middle_of(circle)
        kilometres = USUAL_RADIUS if circle is None else circle.kilometres
        wanted = None if chosen else Circle(one.latitude, one.longitude, kilometres, one.name)
        return filter_chip(one.label, calling(choose, wanted), chosen=chosen)

    return chip_row([chip(one) for one in offered], wrap=True)


def _radii(draft: FilterDraft, choose: Choose) -> ft.Control:
    circle = draft.base.circle
    kilometres = None if circle is None else circle.kilometres

    def chip(radius: float) -> ft.Control:
        words = distance_words(radius)
        if circle is None:
            return filter_chip(words, None, disabled=True)
        wanted = dataclasses.replace(circle, kilometres=radius)
        return filter_chip(words, calling(choose, wanted), chosen=radius == kilometres)

    radii = sorted({*RADII, *([kilometres] if kilometres else [])})
    return chip_row([chip(radius) for radius in radii], wrap=True)
