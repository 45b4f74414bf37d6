"""What is wrong with a screen for someone who hears it, presses it with a thumb or reads it large.

`read` takes what a reader of the page would get (Flutter's tree of semantics); `findings` judges it, without a browser.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

from client.design.tokens import TOKENS
from tests.browser.chromium import Window

TARGET = 44
"""Pixels a finger needs."""
CHECKBOX = 40
"""Flutter's own height of a checkbox under a mouse; under a finger it makes it 48."""
_NIGHTS = re.compile(r"\d nights?$|, free$")
"""The landlord's calendar: a night is as wide as the window leaves it. Keys and the form of dates do the same."""
STUCK = 15
"""How often Tab must end at one place in a row before it is a trap: what a list has scrolled away has no node, and the
focus passes through it unseen."""
_PRESSED = frozenset({"button", "link", "checkbox", "radio", "switch", "tab", "menuitem", "combobox", "slider"})
_FONTS = Path(__file__).parents[2] / "assets" / "fonts"
_SLACK = 1.5  # pixels by which two roundings may differ
_FINE = 4  # fonts are measured this many times as large, for they are measured in whole pixels
TYPE = frozenset(name for name, style in TOKENS["type"].items() if "line_height" in style)
HEADINGS = frozenset({"h0", "h1", "h2", "h3"})

_READ = """() => [...document.querySelectorAll('flt-semantics-host *')].map(node => {
    const roles = {H1: 'heading', H2: 'heading', H3: 'heading', H4: 'heading', H5: 'heading', H6: 'heading',
        INPUT: 'textbox', TEXTAREA: 'textbox', A: 'link', IMG: 'img'};
    const box = node.getBoundingClientRect();
    const own = [...node.childNodes].filter(child => child.nodeType === 3).map(child => child.textContent).join(' ');
    const seen = [0, 0, innerWidth, innerHeight];
    let sideways = false, scrolls = false;
    for (let above = node.parentElement; above && above.tagName !== 'FLT-SEMANTICS-HOST'; above = above.parentElement) {
        // Flutter hides the bars of what it scrolls itself; only a list that scrolls down has `overflow-y`.
        if (above.style.scrollbarWidth !== 'none') continue;
        const frame = above.getBoundingClientRect();
        sideways ||= above.style.overflowY !== 'scroll';
        scrolls = true;
        seen[0] = Math.max(seen[0], frame.left); seen[1] = Math.max(seen[1], frame.top);
        seen[2] = Math.min(seen[2], frame.right); seen[3] = Math.min(seen[3], frame.bottom);
    }
    // Words that can be selected are a field that cannot be written in.
    const said = node.readOnly ? node.value : own;
    return {role: node.readOnly ? '' : node.getAttribute('role') || roles[node.tagName] || '',
        name: (node.getAttribute('aria-label') || said).trim(), text: said.trim(),
        box: [box.left, box.top, box.right, box.bottom], seen, scrolls, sideways,
        pressed: node.hasAttribute('flt-tappable'), off: node.getAttribute('aria-disabled') === 'true',
        leaf: !node.querySelector('flt-semantics')};
})"""
_AT = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
    const at = document.activeElement;
    done(`${at.tagName}#${at.id} ${at.getAttribute('aria-label') || at.innerText || ''}`);
})))"""


@dataclass(frozen=True)
class Node:
    """One node of the tree; boxes are left, top, right, bottom in pixels of the window."""

    role: str
    name: str
    text: str
    box: tuple[float, float, float, float]
    seen: tuple[float, float, float, float]
    """The part of the window in which it can be seen: the lists it scrolls in."""
    scrolls: bool = False
    sideways: bool = False
    """Whether one of those lists scrolls sideways."""
    pressed: bool = False
    off: bool = False
    leaf: bool = True

    @property
    def is_control(self) -> bool:
        return self.role in _PRESSED or self.role == "textbox" or self.pressed

    def __str__(self) -> str:
        left, top, right, bottom = (round(edge) for edge in self.box)
        return f"{self.role or 'node'} “{self.name[:60]}” ({right - left} × {bottom - top} at {left}, {top})"


async def read(shown: Window) -> list[Node]:
    """The tree as it is now."""
    found: list[dict[str, Any]] = await shown.page.evaluate(_READ)
    return [Node(**{**node, "box": tuple(node["box"]), "seen": tuple(node["seen"])}) for node in found]


async def enlarge(shown: Window, percent: int) -> None:
    """Let text be as large as someone has set it in their browser."""
    await shown.page.evaluate("percent => { document.documentElement.style.fontSize = percent + '%'; }", percent)
    await shown.quiet()


async def traps(shown: Window, most: int = 60) -> list[str]:
    """The place that the Tab key does not leave, if there is one. Coming back to where it began is no trap."""
    places: list[str] = []
    while len(places) < most and (not places or places.count(places[-1]) < STUCK):
        await shown.page.keyboard.press("Tab")
        places.append(await shown.page.evaluate(_AT))
    stuck = places[-STUCK:] == [places[-1]] * STUCK
    return [f"Tab does not leave {places[-1]}"] if stuck else []


def findings(nodes: Sequence[Node], width: float, height: float, percent: int = 100) -> Iterator[str]:
    """What is wrong with these nodes in a window of this size, a sentence each."""
    for node in nodes:
        if node.is_control:
            yield from _control(node)
        if node.leaf and node.name:
            yield from _place(node, width, height)
        if node.leaf and node.text and not node.is_control and _is_cut(node, percent / 100):
            yield f"text is cut off: {node}"


def _control(node: Node) -> Iterator[str]:
    if not node.name:
        yield f"a control without a name: {node}"
    if not node.role:
        yield f"a control without a role: {node}"
    left, top, right, bottom = node.box
    first, high, last, low = node.seen
    # What a list cuts off at its edge is larger than it looks.
    whole_across = left > first + 1 and right < last - 1
    whole_down = top > high + 1 and bottom < low - 1
    least = (CHECKBOX if node.role == "checkbox" else TARGET) - _SLACK
    across = 0 if _NIGHTS.search(node.name) else least
    narrow, flat = whole_across and right - left < across, whole_down and bottom - top < least
    if (narrow or flat) and right > left and bottom > top and not node.off:
        yield f"a target smaller than {TARGET} pixels: {node}"


def _place(node: Node, width: float, height: float) -> Iterator[str]:
    left, top, right, bottom = node.box
    if right - left < 1 or bottom - top < 1:
        return
    # What a list has below its fold is measured anew only when it is scrolled to.
    in_sight = top < node.seen[3] and bottom > node.seen[1]
    beyond_side = in_sight and (left < -_SLACK or right > width + _SLACK)
    beyond_end = bottom < 0 or top > height
    if (beyond_side and not node.sideways) or (beyond_end and not node.scrolls):
        yield f"outside of the window: {node}"


def _is_cut(node: Node, scale: float) -> bool:
    """Whether no style of ours could show all of the text in its box.

    False where that cannot be told: the box fits no style or ends where its list does, it holds several texts, or it is
    so narrow that the name is not what stands there (a day of a calendar).
    """
    left, top, right, bottom = node.box
    if "\n" in node.text or top <= node.seen[1] + 1 or bottom >= node.seen[3] - 1:
        return False
    fits = []
    for style in TYPE if node.role == "heading" else TYPE - HEADINGS:
        words = _Words(node.text, style, scale)
        lines = (bottom - top) / words.line_height
        if (
            round(lines) >= 1
            and abs(lines - round(lines)) * words.line_height < _SLACK
            and words.longest < right - left
        ):
            fits.append(words.lines(right - left) <= round(lines))
    return bool(fits) and not any(fits)


class _Words:
    """A text in a style of the design's, as large as someone has set it."""

    def __init__(self, words: str, style: str, scale: float) -> None:
        given = TOKENS["type"][style]
        self._words = words.split()
        self._font = _font(given["family"], given["weight"], round(given["size"] * scale * _FINE))
        self._apart = given["letter_spacing"] * scale
        self.line_height: float = given["line_height"] * scale

    @property
    def longest(self) -> float:
        """The width of the longest word, in pixels."""
        return max(map(self._width, self._words), default=0)

    def lines(self, width: float) -> int:
        """How many lines it takes, broken between words."""
        lines, line = 1, ""
        for word in self._words:
            longer = f"{line} {word}".strip()
            if line and self._width(longer) > width + 2:
                lines, longer = lines + 1, word
            line = longer
        return lines

    def _width(self, words: str) -> float:
        return self._font.getlength(words) / _FINE + self._apart * len(words)


@cache
def _font(family: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    name = "Jakarta" if "Jakarta" in family else "Inter"
    return ImageFont.truetype(str(_FONTS / f"{name}-{weight}.ttf"), size)
