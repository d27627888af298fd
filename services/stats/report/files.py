"""The files of an edition: JSON, spreadsheet and letter, in the object store under their hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from services.stats.report.document import canonical
from services.stats.report.pdf import letter
from services.stats.report.xlsx import spreadsheet
from shared.infrastructure.errors import Refused
from shared.infrastructure.objects import Objects

SIZE_LIMIT = 64 << 20  # bytes of one file
MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def files_of(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Kind -> bytes. The same document gives the same bytes."""
    return {"json": canonical(document), "xlsx": spreadsheet(document), "pdf": letter(document)}


def summary_of(document: Mapping[str, Any], files: Mapping[str, bytes], by: str) -> dict[str, Any]:
    """The edition as it is listed: names, the rate, and where its files are. by: the account that published it."""
    unit, hashes = document["unit"], {kind: _sha256(content) for kind, content in files.items()}
    return {
        "id": document["id"],
        "version": document["version"],
        "number": document["number"],
        "campaign": document["campaign"]["id"],
        "unit": unit["code"],
        "unit_name": unit["name"],
        "path": unit["path"],
        "day": document["day"],
        "title": document["title"],
        "rate": document["total"]["rate"],
        "sha256": hashes["json"],
        "files": hashes,
        "replaces": document["replaces"] or "",
        "reason": document["reason"] or "",
        "compared_with": (document["compared_with"] or {}).get("id", ""),
        "accepted": document["accepted"] or "",
        "by": by,
        **{f"url_{kind}": f"/v1/reports/{document['id']}.{kind}" for kind in MEDIA_TYPES},
    }


def object_name(summary: Mapping[str, Any], kind: str) -> str:
    return f"reports/{summary['id']}/{summary['files'][kind]}.{kind}"


class ReportFiles:
    """The files of all editions. A summary names its files."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def write(self, summary: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        self._objects.create()
        for kind, content in files.items():
            self._objects.put_once(object_name(summary, kind), content, MEDIA_TYPES[kind])

    def read(self, summary: Mapping[str, Any], kind: str) -> bytes:
        """A file as it was published. Raises Refused("internal") if the object store returns other bytes."""
        content = self._objects.get(object_name(summary, kind), SIZE_LIMIT)
        if _sha256(content) != summary["files"][kind]:
            raise Refused("internal", "The stored file differs from the published one; publish the report again.")
        return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
