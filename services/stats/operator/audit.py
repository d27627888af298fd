"""Do the figures say what the stores say?

    python -m services.stats.operator.audit [--repair]

`--repair` makes flows and books what the leaves say; leaves are repaired by reading the bus again (`services.stats.operator.rebuild`).
"""

from __future__ import annotations

import sys

import orjson

from services.stats.dependencies import Current, dependencies_of
from services.stats.settings import Settings
from shared.infrastructure.clock import day_of
from shared.infrastructure.config import load
from shared.service.bootstrap import bootstrap


def main(arguments: list[str]) -> int:
    """Exit status 0 when there is neither drift nor a wrong figure (after the repair, if asked for) and nothing is parked, else 1."""
    service = bootstrap("stats", load(Settings), logs=sys.stderr)
    audit = Current(dependencies_of(service))().audit
    repaired = audit.repair() if "--repair" in arguments else 0
    found = audit(day_of(service.clock.now()))
    sys.stdout.buffer.write(orjson.dumps({"repaired": repaired, **found}, option=orjson.OPT_INDENT_2) + b"\n")
    return 1 if found["books"] or found["flows"] or found["parked"] else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
