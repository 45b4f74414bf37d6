"""Build `assets/fonts` from the @fontsource packages.

    python tools/make_fonts.py            # needs npm

Two kinds of files come out:

* `assets/fonts/*.ttf`, the design's own faces, loaded at once: static, one weight a file. "Inter Tabular" is Inter with
  the figures of one width frozen in, because Flet has no switch for them.
* `assets/fonts/fallback/`, other scripts and emoji for the web. Flutter's engine looks for a glyph it lacks under
  fixed names below `fontFallbackBaseUrl` and fetches only the slices a text needs. We serve those names ourselves.
  Phones and desktops use the fonts of their system and do not need this folder.
"""

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import flet_web
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "assets" / "fonts"

VERSIONS = {
    "inter": "5.3.0",
    "plus-jakarta-sans": "5.3.0",
    "noto-emoji": "5.3.2",
    "noto-sans": "5.3.0",
    "noto-sans-arabic": "5.3.0",
    "noto-sans-bengali": "5.3.0",
    "noto-sans-devanagari": "5.3.0",
    "noto-sans-hebrew": "5.3.0",
    "noto-sans-jp": "5.3.0",
    "noto-sans-kr": "5.3.0",
    "noto-sans-sc": "5.3.0",
    "noto-sans-symbols": "5.3.0",
    "noto-sans-symbols-2": "5.3.0",
    "noto-sans-tamil": "5.3.0",
    "noto-sans-thai": "5.3.0",
}
OWN = (("inter", "Inter", (400, 500, 600, 700)), ("plus-jakarta-sans", "Jakarta", (500, 600, 700)))
TABULAR = (400, 600)
# The slices of this face have no numbers; the engine lists them in the order of its stylesheet.
SYMBOLS = ("braille", "math", "mayan-numerals", "symbols", "latin-ext", "latin")
# Subsets of a face that are merged into one file, as far as the package has them.
SUBSETS = ("latin", "latin-ext", "greek", "cyrillic", "cyrillic-ext", "vietnamese")


def main() -> None:
    """Build everything anew."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        packages = {name: fetch(name, version, work) for name, version in VERSIONS.items()}
        for package, family, weights in OWN:
            for weight in weights:
                merged(package, packages[package], weight, work).save(FONTS / f"{family}-{weight}.ttf")
        for weight in TABULAR:
            tabular(packages["inter"], weight, work).save(FONTS / f"InterTabular-{weight}.ttf")
        fallback(packages, work)
    for path in sorted(FONTS.glob("*.ttf")):
        print(f"{path.name:28} {path.stat().st_size // 1024:6} kB")
    slices = [path.stat().st_size for path in (FONTS / "fallback").rglob("*.woff2")]
    print(f"fallback: {len(slices)} slices, {sum(slices) // 1024} kB, the largest {max(slices) // 1024} kB")


def fetch(package: str, version: str, work: Path) -> Path:
    """Download and unpack one package; returns its folder of font files."""
    name = f"@fontsource/{package}@{version}"
    packed = subprocess.run(["npm", "pack", "--silent", name], cwd=work, check=True, capture_output=True, text=True)
    target = work / package
    with tarfile.open(work / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package" / "files"


def merged(package: str, files: Path, weight: int, work: Path, subsets: tuple[str, ...] = SUBSETS) -> TTFont:
    """One static face of all subsets we need, without hinting instructions (the renderer does not use them)."""
    parts = []
    for subset in subsets:
        source = files / f"{package}-{subset}-{weight}-normal.woff2"
        if source.exists():
            parts.append(str(unpacked(source, work)))
    face = Merger().merge(parts)
    for table in ("fpgm", "prep", "cvt ", "gasp", "DSIG"):
        if table in face:
            del face[table]
    return face


def tabular(files: Path, weight: int, work: Path) -> TTFont:
    """Inter whose figures have one width: the `tnum` substitutions applied to the character map."""
    face = TTFont(unpacked(files / f"inter-latin-{weight}-normal.woff2", work))
    substitutes = {}
    table = face["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    substitutes.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
    for cmap in face["cmap"].tables:
        cmap.cmap = {code: substitutes.get(glyph, glyph) for code, glyph in cmap.cmap.items()}
    for name in face["name"].names:
        if name.nameID in (1, 4, 16):
            name.string = "Inter Tabular"
    return face


def unpacked(source: Path, work: Path) -> Path:
    """A woff2 file as plain TTF."""
    target = work / f"{source.stem}.ttf"
    if not target.exists():
        face = TTFont(source)
        face.flavor = None
        face.save(target)
    return target


def fallback(packages: dict[str, Path], work: Path) -> None:
    """Lay the slices under the names Flutter's engine asks for."""
    target = FONTS / "fallback"
    shutil.rmtree(target, ignore_errors=True)
    engine = Path(flet_web.__file__).parent / "web" / "main.dart.js"
    wanted = re.findall(r'"(noto[a-z0-9]+/v\d+/[\w-]+(?:\.(\d+))?\.woff2)"', engine.read_text(encoding="utf-8"))
    by_folder = {package.replace("-", ""): package for package in packages}
    # The colour emoji of the package are SVG drawings, which the renderer leaves blank; these have the same slices.
    by_folder["notocoloremoji"] = "noto-emoji"
    symbols = iter(SYMBOLS)
    for path, number in dict.fromkeys(wanted):
        package = by_folder.get(path.partition("/")[0])
        if package is None:
            continue
        if package == "noto-sans-symbols-2":
            number = next(symbols)
        if package == "noto-sans":
            # The engine counts on it for Devanagari as well.
            face = merged(package, packages[package], 400, work, (*SUBSETS, "devanagari"))
            face.flavor = "woff2"
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            face.save(target / path)
            continue
        source = slice_of(package, packages[package], number)
        if source is None:
            print(f"no slice for {path}", file=sys.stderr)
            continue
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / path)


def slice_of(package: str, files: Path, number: str) -> Path | None:
    """The file of a numbered slice, or the whole script of a font that is not sliced."""
    part = number or package.removeprefix("noto-sans-")
    path = files / f"{package}-{part}-400-normal.woff2"
    return path if path.exists() else None


if __name__ == "__main__":
    main()
