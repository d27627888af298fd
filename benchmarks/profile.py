"""The profile of the product in one measurement, by pyinstrument."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from benchmarks.harness import Measurement

WIDTH = 160


def profile(measurements: Iterable[Measurement], name: str) -> int:
    """Print the profile of the measurement with this name; the warm-up turn goes before it."""
    try:
        from pyinstrument import Profiler
    except ImportError:
        print("pyinstrument is not installed; `make check` installs the development tools.")
        return 2
    for measurement in measurements:
        if measurement.name != name:
            continue
        measurement.product(0)
        profiler = Profiler(async_mode="disabled")
        with profiler:
            if measurement.inside:
                measurement.inside()
            else:
                measurement.product(1)
        sys.stdout.write(profiler.output_text(unicode=True, color=False, show_all=False))
        return 0
    print(f"There is no measurement {name}.")
    return 2
