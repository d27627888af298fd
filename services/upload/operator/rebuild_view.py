"""Forget what is known of the roster; the worker's view then learns it again from the bus.

    python -m services.upload.operator.rebuild_view

For a view that knows what roster's store does not hold any more (docs/operations.md). Until all is learned again, upload does not
know the codes of most pupils: keep its HTTP processes stopped for so long.
"""

from __future__ import annotations

import sys

from services.upload.roster_view.mongo import forget
from services.upload.settings import Settings
from shared.infrastructure.config import load
from shared.service.bootstrap import bootstrap


def main() -> None:
    forget(bootstrap("upload", load(Settings)).db)
    sys.stdout.write("What was known of the roster is forgotten; the worker's view learns it again.\n")


if __name__ == "__main__":
    main()
