"""The pen: four kinds of shape, written down as SVG.

Only rectangles, circles, paths and lines, so that any canvas can draw the same picture.
"""

from collections.abc import Sequence
from typing import NamedTuple

Colour = str
Point = tuple[float, float]
Frame = tuple[float, float, float, float]

HEIGHT = 300
CENTRE = 200
PAINTED_LEFT, PAINTED_RIGHT = -300, 700
"""Every scene is painted between these, so that a crop of any aspect up to 3 has no bare edge."""


class Box(NamedTuple):
    """A rectangle: its top left corner, width and height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h

    @property
    def middle(self) -> float:
        """The x of its middle."""
        return self.x + self.w / 2

    def grown(self, by: float) -> "Box":
        """The same box with `by` more on every side; less when negative."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)


def trace(*steps: str | float) -> str:
    """Path data: letters as they are, numbers to one decimal. `trace("M", 0, 0.25, "h", 10)` is `"M 0 0.2 h 10"`."""
    return " ".join(step if isinstance(step, str) else _number(step) for step in steps)


def _number(value: float) -> str:
    # One decimal is a third of a pixel in the largest size, and hides the last bits of floating point.
    return f"{value:.1f}".removesuffix(".0")


def _opacity(value: float) -> str:
    return f' opacity="{value:g}"' if value < 1 else ""


class Pen:
    """Collects shapes, later ones above earlier ones."""

    def __init__(self) -> None:
        self._marks: list[str] = []

    def rect(self, frame: Frame, fill: Colour, *, radius: float = 0, opacity: float = 1) -> None:
        """A filled rectangle, its corners rounded by `radius`."""
        x, y, w, h = map(_number, frame)
        corners = f' rx="{_number(radius)}"' if radius else ""
        self._marks.append(
            f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"{corners}{_opacity(opacity)}/>'
        )

    def circle(self, centre: Point, radius: float, fill: Colour, *, opacity: float = 1) -> None:
        """A filled circle."""
        x, y = map(_number, centre)
        self._marks.append(f'<circle cx="{x}" cy="{y}" r="{_number(radius)}" fill="{fill}"{_opacity(opacity)}/>')

    def ring(self, centre: Point, radius: float, colour: Colour, width: float) -> None:
        """A circle that is only an outline."""
        x, y = map(_number, centre)
        self._marks.append(
            f'<circle cx="{x}" cy="{y}" r="{_number(radius)}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'
        )

    def path(self, outline: str, fill: Colour, *, opacity: float = 1) -> None:
        """A filled outline; `outline` comes from `trace`."""
        self._marks.append(f'<path d="{outline}" fill="{fill}"{_opacity(opacity)}/>')

    def polygon(self, points: Sequence[Point], fill: Colour, *, opacity: float = 1) -> None:
        """A filled shape with straight sides."""
        (x, y), *rest = points
        self.path(trace("M", x, y, *(step for px, py in rest for step in ("L", px, py)), "z"), fill, opacity=opacity)

    def stroke(self, outline: str, colour: Colour, width: float = 2, *, opacity: float = 1) -> None:
        """A line along `outline`, its ends round."""
        self._marks.append(
            f'<path d="{outline}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
            f' stroke-linecap="round" stroke-linejoin="round"{_opacity(opacity)}/>'
        )

    def line(self, start: Point, end: Point, colour: Colour, width: float = 2, *, opacity: float = 1) -> None:
        """A straight line with round ends."""
        (x1, y1), (x2, y2) = ((_number(x), _number(y)) for x, y in (start, end))
        self._marks.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width:g}"'
            f' stroke-linecap="round"{_opacity(opacity)}/>'
        )

    def backdrop(self, top: Colour, bottom: Colour) -> None:
        """Fill everything with a gradient from `top` down to `bottom`."""
        # Named after its colours: two drawings inlined in one page share a name only if they share the gradient.
        name = f"sky-{top[1:]}-{bottom[1:]}"
        self._marks.append(
            f'<defs><linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{top}"/>'
            f'<stop offset="1" stop-color="{bottom}"/></linearGradient></defs>'
        )
        self.rect((PAINTED_LEFT, -20, PAINTED_RIGHT - PAINTED_LEFT, HEIGHT + 40), f"url(#{name})")

    def svg(self, aspect: float) -> str:
        """The drawing as an SVG document, 300 high and `300 * aspect` wide, cut round the middle.

        Raises ValueError when the aspect (width / height) is not within 0.5 to 3, beyond which nothing is painted.
        """
        if not 0.5 <= aspect <= 3:
            raise ValueError(f"a drawing can be cut to an aspect from 0.5 to 3, not {aspect}")
        width = round(HEIGHT * aspect)
        left = _number(CENTRE - width / 2)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}"'
            f' viewBox="{left} 0 {width} {HEIGHT}">{"".join(self._marks)}</svg>'
        )
