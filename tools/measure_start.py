"""How long a start takes, from the command to the first answer, and what an import of homes costs.

python -m tools.measure_start                 # fresh and warm starts, with and without the demo
python -m tools.measure_start --rows 12189    # and an import of so many generated homes, with its peak memory
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import httpx

from server.demo.messy import write_messy_csv
from tests.product import command, environment, running


def start(folder: Path, *options: str) -> float:
    """Seconds until the product says that it is ready; what it says is checked by a call."""
    with running(None, folder, *options) as product:
        httpx.get(f"{product.url}/readyz", timeout=30).raise_for_status()
        return product.seconds_to_ready


def starts() -> None:
    """Fresh and warm, empty and with the demo."""
    for name, options in (("empty", ("--empty",)), ("demo", ())):
        with tempfile.TemporaryDirectory() as folder:
            print(f"fresh start, {name}: {start(Path(folder), *options):.1f} s", flush=True)
            print(f"warm start, {name}: {start(Path(folder), *options):.1f} s", flush=True)


def importing(rows: int) -> None:
    """An import of generated homes by the command, published, on an embedded database that is already there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given, file = environment(None, folder / "data"), folder / "homes.csv"
        write_messy_csv(file, rows, seed=7)
        command(("migrate",), given)
        place = ("--city", "Edinburgh", "--country", "GB", "--currency", "GBP")
        begun = time.monotonic()
        command(("import", str(file), *place, "--publish"), given)
        took = time.monotonic() - begun
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"import of {rows:,} rows, published: {took:.1f} s, largest process {peak:.0f} MiB", flush=True)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description="Starts and imports, measured.")
    parser.add_argument("--rows", type=int, default=0)
    given = parser.parse_args()
    starts()
    if given.rows:
        importing(given.rows)


if __name__ == "__main__":
    main()
