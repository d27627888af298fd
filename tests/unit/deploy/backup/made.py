"""Names, and helpers, of the tests of backups."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.backup import restore
from deploy.backup.manifest import BackupRefused

NOW = datetime(2026, 11, 28, 4, 30, tzinfo=UTC)
PHOTO = "objects/rollcall/archive/form-1/one.jpg"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusal(*arguments, **options) -> str:
    with pytest.raises(BackupRefused) as refused:
        restore.restore(*arguments, **{"running": options.pop("running", None), **options})
    return str(refused.value)
