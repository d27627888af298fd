"""Empty upload's view of the roster; the worker then reads the roster again from the bus.

    python -m services.upload.operator.rebuild_view

For a view that holds more than a restored roster store does (docs/operations.md). Until the worker has caught up, the
upload codes of most pupils are unknown to upload: keep its HTTP processes stopped until then.
"""

from __future__ import annotations

import sys

from services.upload.roster_view.mongo import reset
from services.upload.settings import Settings
from shared.infrastructure.config import load
from shared.service.bootstrap import bootstrap


def main() -> None:
    reset(bootstrap("upload", load(Settings)).db)
    sys.stdout.write("The view of the roster is empty; the worker now reads the roster again.\n")


if __name__ == "__main__":
    main()
