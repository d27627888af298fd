"""`make bench`: every measurement, one after the other, then the page.

`--add` puts the results of some modules into the page of the last whole run, each with its day.
`--only NAME`, `--quick` to see that it works, `--profile NAME` to see where the time goes.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from timeit import default_timer
from typing import Any

import orjson

from benchmarks.engines import Bench, Missing
from benchmarks.harness import Measurement, Result, run
from benchmarks.machine import facts
from benchmarks.profile import profile
from benchmarks.render import JSON, write_page

MODULES = (
    "relay",
    "projection",
    "fold",
    "roster_import",
    "forms",
    "intake",
    "sandbox",
    "upload",
    "reads",
    "nation",
    "sign_in",
    "processor",
)
QUICK = 0.1


def found(bench: Bench, modules: tuple[str, ...] = MODULES) -> Generator[Measurement, None, None]:
    """Every measurement, while its engines run. A missing tool becomes a sentence in `bench.left_out`."""
    for name in modules:
        try:
            yield from importlib.import_module(f"benchmarks.{name}").measurements(bench)
        except Missing as missing:
            bench.left_out.append(str(missing))
            print(f"Left out: {missing}", flush=True)


def measure_all(bench: Bench, modules: tuple[str, ...], only: str) -> list[Result]:
    results: list[Result] = []
    began = default_timer()
    with closing(found(bench, modules)) as measurements:  # so that the engines stop, whatever happens
        for measurement in measurements:
            if only in measurement.name:
                sides = f"{measurement.product_is} | {measurement.bound_is}"
                print(f"[{default_timer() - began:4.0f} s] {measurement.title}: {sides}", flush=True)
                results += run(measurement, lambda line: print(line, flush=True))
    return results


def add(results: list[Result], machine: dict[str, Any]) -> None:
    """Replace these results in the JSON of the last whole run; each tells its day and the machine's load."""
    document, fresh = orjson.loads(JSON.read_bytes()), {result.measurement.name for result in results}
    kept = [row for row in document["results"] if row["measurement"] not in fresh]
    added = {name: machine[name] for name in ("day", "commit", "load_before", "load_after")}
    document["results"] = kept + [result.as_json() | {"added": added} for result in results]
    JSON.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    write_page()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument(
        "modules", nargs="*", help=f"of {', '.join(MODULES)}; default: all, and only then the page is written"
    )
    parser.add_argument("--only", default="", help="measurements whose name contains this")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, to see that it works; no page")
    parser.add_argument("--profile", default="", help="the profile of one measurement instead")
    parser.add_argument("--add", action="store_true", help="put the results into the page of the last whole run")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rollcall-bench-"))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)  # so that the engines stop, in the background of a script too
    bench, modules = Bench(folder, QUICK if options.quick else 1.0), tuple(options.modules) or MODULES
    before = facts()
    try:
        if options.profile:
            with closing(found(bench, modules)) as measurements:
                return profile(measurements, options.profile)
        results = measure_all(bench, modules, options.only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if options.add and not options.quick:
        add(results, facts(before))
    if options.quick or options.only or options.modules:
        return 0
    document = {
        "machine": facts(before),
        "left_out": bench.left_out,
        "results": [result.as_json() for result in results],
    }
    JSON.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    write_page()
    print(f"Written: {JSON.name}, measurements.md and measurements.svg in docs/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
