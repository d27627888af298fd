"""Parked events of upload's view of the roster: list them, replay them after a fix, or drop those that are in no store.

python -m services.upload.operator.parked [--replay] [--drop KEY ...]
"""

from __future__ import annotations

import sys

from services.upload.roster_view.mongo import EVENT_FILTER, view_sink
from services.upload.settings import Settings
from shared.infrastructure.config import load
from shared.messaging.parked import handle_parked
from shared.service.bootstrap import bootstrap


def main(arguments: list[str]) -> int:
    service = bootstrap("upload", load(Settings), logs=sys.stderr)
    return handle_parked(view_sink(service.db), EVENT_FILTER, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
