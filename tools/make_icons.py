"""Draw every icon of the app from `assets/icons/logo.svg`.

python tools/make_icons.py
"""

from pathlib import Path

import pyvips

ASSETS = Path(__file__).resolve().parent.parent / "assets"
ACCENT = [0xC2, 0x41, 0x0C]


def main() -> None:
    """Write the icons; the same drawing at each size, a full square where the system cuts its own shape."""
    logo = (ASSETS / "icons" / "logo.svg").read_text(encoding="utf-8")
    square = logo.replace('rx="128"', 'rx="0"')
    icons = ASSETS / "icons"
    draw(logo, 64).write_to_file(str(ASSETS / "favicon.png"))
    draw(logo, 512).write_to_file(str(ASSETS / "icon.png"))
    draw(logo, 192).write_to_file(str(icons / "icon-192.png"))
    draw(logo, 512).write_to_file(str(icons / "icon-512.png"))
    draw(square, 192).write_to_file(str(icons / "apple-touch-icon-192.png"))
    for size in (192, 512):
        maskable(square, size).write_to_file(str(icons / f"icon-maskable-{size}.png"))


def draw(svg: str, size: int) -> pyvips.Image:
    """The drawing as a square picture of this many pixels."""
    return pyvips.Image.svgload_buffer(svg.encode(), scale=size / 512)


def maskable(svg: str, size: int) -> pyvips.Image:
    """The drawing within the middle 80 %, which no system cuts away."""
    inner = draw(svg, round(size * 0.8))
    edge = (size - inner.width) // 2
    flat = inner.flatten(background=ACCENT)
    return flat.embed(edge, edge, size, size, extend="background", background=ACCENT)


if __name__ == "__main__":
    main()
