"""Close a day, as the ministry does in the portal: for a schedule that runs after midnight in Beijing.

    python -m services.stats.operator.close_day [DAY]

DAY: 2026-09-30; without it, yesterday. A repetition is harmless.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

import orjson

from services.stats.dependencies import ActiveDependencies, Dependencies, resources_of
from services.stats.settings import Settings
from services.stats.use_cases.closing import close_day
from shared.infrastructure.config import fail, load
from shared.infrastructure.errors import Refused
from shared.service.bootstrap import bootstrap

OPERATOR = "operator"  # recorded as the one who closed the day, where a person's account number stands otherwise


def day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def chosen_day(arguments: list[str], deps: Dependencies) -> str:
    """The day that was named, or yesterday in Beijing. Raises ValueError."""
    return date.fromisoformat(arguments[0]).isoformat() if arguments else day_before(deps.today())


def main(arguments: list[str]) -> int:
    """Exit status 0 when the day's figures are final, 1 when something still stands out, 2 for a bad day."""
    deps = ActiveDependencies(resources_of(bootstrap("stats", load(Settings), logs=sys.stderr)))()
    try:
        found = close_day(deps, OPERATOR, chosen_day(arguments, deps))
    except (ValueError, Refused) as error:
        fail(error.detail if isinstance(error, Refused) else f"{arguments[0]} is no day such as 2026-09-30.")
    sys.stdout.buffer.write(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    return 0 if found["settled"] and not found["parked"] else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
