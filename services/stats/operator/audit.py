"""Reconcile control totals with the stores, and figures with the histories.

    python -m services.stats.operator.audit [--repair]

`--repair` writes flows and control totals as folded from the histories; histories are repaired by reading the bus again
(`services.stats.operator.rebuild`).
"""

from __future__ import annotations

import sys

import orjson

from services.stats.dependencies import ActiveDependencies, resources_of
from services.stats.settings import Settings
from services.stats.use_cases.audit import audit, passes, repair
from shared.infrastructure.config import load
from shared.service.bootstrap import bootstrap


def main(arguments: list[str]) -> int:
    """Exit status 0 without drift, discrepancies (after a repair) and parked events, else 1."""
    service = bootstrap("stats", load(Settings), logs=sys.stderr)
    deps = ActiveDependencies(resources_of(service))()
    repaired = repair(deps) if "--repair" in arguments else 0
    found = audit(deps)
    sys.stdout.buffer.write(orjson.dumps({"repaired": repaired, **found}, option=orjson.OPT_INDENT_2) + b"\n")
    return 0 if passes(found) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
