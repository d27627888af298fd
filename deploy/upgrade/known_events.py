"""Which types of events a release knows; one that does not know what is in the stores does not take a copy over.

A decider reads past a type that it does not know and decides as if it had not happened: an account that was activated
is refused, a photo on hold counts. What a release knows stands in one place, the code of its services, which earlier
releases have as well: no list can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

from deploy.local.settings import Local
from shared.language.services import BACKENDS

# Of statistics: a release that does not know it finds no pupil's history, and counts everybody anew.
JOURNAL = "journal"


class EventsNotKnown(RuntimeError):
    """The message names the types of events, and says what can be done instead."""


def require_known(local: Local, folder: Path) -> None:
    """Raises EventsNotKnown where the stores of a copy hold types that the release in `folder` does not know."""
    try:
        types = recorded(local)
    except PyMongoError as error:
        raise EventsNotKnown(
            f"Not begun: the document store cannot be asked which events it holds ({type(error).__name__}). "
            "Everything goes on as before; enter it again when the store answers."
        ) from error
    if unknown := not_known(folder, types):
        raise EventsNotKnown(
            f"Not begun: the release in {folder} does not know {', '.join(unknown)}, which is in the stores, and would "
            "decide as if it had not happened. Everything goes on as before: stay with this release, and fix it by a "
            "later one. What else there is: last night's backup, without what was done since (docs/how-to/restore.md)."
        )


def recorded(local: Local) -> list[str]:
    """The types of events in the stores of a running copy, and the journal of the figures. Raises PyMongoError."""
    with MongoClient[dict[str, object]](local.store_url()) as client:
        found = (client[f"rollcall_{service}"]["events"].distinct("type") for service in BACKENDS)
        types = {str(type) for types in found for type in types}
        return sorted(types | ({JOURNAL} if has_journal(client["rollcall_stats"]) else set()))


def has_journal(database: Database[dict[str, object]]) -> bool:
    """True if the histories of pupils in the active projection lie in a journal, not in documents."""
    active = database["projection"].find_one({"_id": "active"}) or {"number": 1}
    heads, histories = (database[f"figures_{active['number']}_{name}"] for name in ("heads", "histories"))
    return heads.find_one({"_id": "layout"}) is not None and histories.find_one({}) is None


def not_known(folder: Path, types: Iterable[str]) -> list[str]:
    """Those of the types whose names stand nowhere in the code of the release in a folder."""
    code = [path.read_text(errors="replace") for path in (folder / "services").rglob("*.py")]
    return [type for type in types if not any(_stands_in(text, type) for text in code)]


def _stands_in(code: str, type: str) -> bool:
    """Whether a type is written out in a file, or put together there: f"proposal.{WITHDRAWN}"."""
    category, _, fact = type.partition(".")
    return f'"{type}"' in code or (f'f"{category}.{{' in code and f'"{fact}"' in code)
