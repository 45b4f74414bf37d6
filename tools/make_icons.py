"""Draw every icon of the app from `assets/icons/logo.svg`, and the picture that stands beside a shared link.

python -m tools.make_icons
"""

import io
from pathlib import Path

import pyvips
from PIL import Image, ImageDraw, ImageFont

from server.drawings.cover import cover_svg
from server.drawings.kinds import CoverKind

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
    social(logo).save(ASSETS / "social.png", optimize=True)


def draw(svg: str, size: int) -> pyvips.Image:
    """The drawing as a square picture of this many pixels."""
    return pyvips.Image.svgload_buffer(svg.encode(), scale=size / 512)


def social(svg: str) -> Image.Image:
    """What other sites show beside a link to ours: name, promise, and a drawn house, 1200 x 630."""
    picture = Image.new("RGB", (1200, 630), "#FAF9F7")
    house = pyvips.Image.svgload_buffer(cover_svg("social:house", CoverKind.HOUSE, 520 / 630).encode(), scale=2.1)
    picture.paste(_pillow(house).resize((520, 630)), (680, 0))
    mark = _pillow(draw(svg, 96))
    picture.paste(mark, (72, 150), mark.getchannel("A"))
    write = ImageDraw.Draw(picture)
    write.text((188, 158), "EstoSpaces", font=_font("Jakarta-700", 64), fill="#1C1917")
    write.text(
        (72, 300), "Find a home,\nbook it, live there.", font=_font("Jakarta-600", 50), fill="#1C1917", spacing=14
    )
    write.text((72, 470), "The full price from the start.", font=_font("Inter-500", 32), fill="#57524D")
    return picture.quantize(128, dither=Image.Dither.NONE)


def _pillow(drawn: pyvips.Image) -> Image.Image:
    return Image.open(io.BytesIO(drawn.write_to_buffer(".png"))).convert("RGBA")


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(ASSETS / "fonts" / f"{name}.ttf"), size)


def maskable(svg: str, size: int) -> pyvips.Image:
    """The drawing within the middle 80 %, which no system cuts away."""
    inner = draw(svg, round(size * 0.8))
    edge = (size - inner.width) // 2
    flat = inner.flatten(background=ACCENT)
    return flat.embed(edge, edge, size, size, extend="background", background=ACCENT)


if __name__ == "__main__":
    main()
