"""What upload's view of the roster could not learn: list it, try again with mended code, or forget what is in no store.

    python -m services.upload.parked [--release] [--drop KEY ...]
"""
from __future__ import annotations

import sys

from services.upload.facts_mongo import SYLLABUS, view_sink
from services.upload.settings import Settings
from shared.assembly import assemble
from shared.config import load
from shared.parked import attend


def main(arguments: list[str]) -> int:
    kit = assemble("upload", load(Settings), logs=sys.stderr)
    return attend(view_sink(kit.db), SYLLABUS, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
