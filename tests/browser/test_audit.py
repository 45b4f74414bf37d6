"""The audit finds what it is there to find, and leaves alone what is right."""

from dataclasses import replace

import pytest
from playwright.async_api import Browser

from tests.browser.audit import Node, findings, traps
from tests.browser.chromium import Window, window

WINDOW = (0.0, 0.0, 390.0, 844.0)
BUTTON = Node("button", "Book", "", (16, 100, 200, 144), WINDOW, pressed=True)
WORDS = Node("", "Full refund until Sunday", "Full refund until Sunday", (16, 100, 216, 122), WINDOW)
CHIP = replace(BUTTON, box=(380, 100, 460, 144), seen=(16, 96, 374, 148), scrolls=True, sideways=True)

RIGHT = {
    "a button with a name": BUTTON,
    "a button that is off may be small": replace(BUTTON, box=(16, 100, 200, 130), off=True),
    "a card that its list cuts off": replace(BUTTON, box=(16, 830, 374, 844), scrolls=True),
    "a chip further along its row": CHIP,
    "a card below the fold of a list": replace(BUTTON, box=(16, 900, 374, 1000), scrolls=True),
    "words on one line": WORDS,
    "words on two lines": replace(WORDS, box=(16, 100, 130, 144)),
}
WRONG = {
    "without a name": replace(BUTTON, name=""),
    "without a role": replace(BUTTON, role=""),
    "smaller than 44": replace(BUTTON, box=(16, 100, 200, 140)),
    "outside of the window: button": replace(CHIP, sideways=False),
    "outside of the window: node": replace(WORDS, box=(16, 900, 216, 922)),
    "text is cut off": replace(WORDS, box=(16, 100, 130, 122)),
}


@pytest.mark.parametrize("node", RIGHT.values(), ids=RIGHT.keys())
def test_what_is_right_is_left_alone(node: Node) -> None:
    assert list(findings([node], 390, 844)) == []


@pytest.mark.parametrize(("fault", "node"), WRONG.items(), ids=WRONG.keys())
def test_a_fault_is_told(fault: str, node: Node) -> None:
    (told,) = findings([node], 390, 844)
    assert fault in told


def test_large_text_needs_more_room() -> None:
    assert list(findings([replace(WORDS, box=(16, 100, 216, 144))], 390, 844, 200)) != []
    assert list(findings([replace(WORDS, box=(16, 100, 216, 188))], 390, 844, 200)) == []


TRAP = """<button>First</button><button id=trap onkeydown="event.key === 'Tab' && event.preventDefault()">
Trap</button><button>Last</button>"""


@pytest.mark.parametrize(("page", "stuck"), [(TRAP, True), (TRAP.replace("onkeydown", "data-off"), False)])
async def test_a_place_that_tab_does_not_leave_is_found(browser: Browser, page: str, stuck: bool) -> None:
    async with window(browser) as shown:
        await shown.page.set_content(page)
        assert bool(await traps(Window(shown.page), most=40)) is stuck
