"""Making a report: only of a day that is closed everywhere, only when the books agree slot by slot, and only once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.stats.domain.report import Edition, Publish, State, edition_id, report, stream_of
from services.stats.projection.queries_mongo import Register
from services.stats.report.document import ReportContext, build, canonical, substance
from services.stats.report.pdf import letter
from services.stats.report.xlsx import spreadsheet
from services.stats.use_cases.figures import FiguresQuery
from services.stats.use_cases.reconciliation import (
    BookRows,
    ControlTotals,
    Publishers,
    compare,
    explains,
    prints_of_parked,
)
from shared.eventsourcing.commands import handle
from shared.eventsourcing.store import CommandContext, EventStore
from shared.infrastructure.errors import Refused
from shared.infrastructure.objects import Objects
from shared.service.auth import Caller

SHOWN = 50  # differences listed in a refusal
SIZE_LIMIT = 64 << 20  # bytes of one file
KINDS: Mapping[str, str] = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """accept: keys of parked events that a person accepts as not counted. replaces, reason: for a new edition of a published report."""

    campaign: str
    unit: str
    day: str
    accept: Sequence[str] = ()
    replaces: str = ""
    reason: str = ""


class Publishing:
    def __init__(
        self,
        board: FiguresQuery,
        register: Register,
        publishers: Publishers,
        store: EventStore,
        objects: Objects,
        code: str,
    ) -> None:
        self._board, self._register, self._publishers, self._store, self._objects, self._code = (
            board,
            register,
            publishers,
            store,
            objects,
            code,
        )

    def make(self, caller: Caller, asked: Asked, context: CommandContext) -> dict[str, Any]:
        """Publish an edition; the card of the published one. The same again answers with the same edition.

        Raises Refused: outside-scope, not-found, day-not-closed, parked, books-disagree, unplaced, report-exists.
        """
        with self._board.cache.learned() as learned:
            self._board.admit(caller, learned, asked.unit, asked.day)
        theirs = self._closed_books(asked.day)
        editions = report.fold(self._store.load(stream_of(asked.campaign, asked.unit, asked.day)))
        drill, given = self._measure(caller, asked, theirs)
        if editions:  # what would the published edition say today?
            again = build(drill, self._context(asked, given, editions, None))
            if substance(again) == editions[-1].substance:
                return dict(editions[-1].summary)
        document = build(drill, self._context(asked, given, editions, caller))
        return self._publish(document, asked, context)

    def _closed_books(self, day: str) -> list[ControlTotals]:
        books = self._publishers.books(day)
        if not all(each.closing.final(day) for each in books):
            raise Refused(
                "day-not-closed",
                "The day is not closed at every publisher, or events of it are still on their way: close it first.",
                kind="conflict",
                where="day",
                extra={"publishers": [each.closing.shown() for each in books]},
            )
        return books

    def _measure(self, caller: Caller, asked: Asked, theirs: Sequence[ControlTotals]) -> tuple[Any, dict[str, Any]]:
        """Figures, books, parked events and tree of one moment, if they may be published."""
        reads = self._board.reads
        with reads.together() as session:
            parked = reads.parked(session)
            _refuse_parked(parked, asked.accept)
            ours = {each.closing.publisher: reads.books(each.closing.publisher, asked.day, session) for each in theirs}
            _refuse_differences(theirs, ours, [bytes(item["value"]) for item in parked])
            campaign = reads.campaign(asked.campaign, asked.day, session)
            if not campaign:
                raise Refused("not-found", f"There was no campaign {asked.campaign} on {asked.day}.", where="campaign")
            with self._board.cache.learned(session) as learned:
                drill = self._board.drill(learned, asked.campaign, asked.unit, asked.day, asked.day, session)
                tree = learned.tree(asked.day).version()
        if drill.unplaced:
            raise Refused(
                "unplaced",
                "Some schools with figures have no place in the tree of that day: open or move them first.",
                kind="conflict",
                extra={"schools": list(drill.unplaced)},
            )
        if drill.unit.level == "class":
            raise Refused("not-a-unit", "A class has no report of its own; it is listed in its school's.", where="unit")
        self._register.settle(asked.day)
        listed = [{"key": item["key"], "reason": item["reason"]} for item in parked]
        return drill, {
            "campaign": campaign,
            "day": asked.day,
            "tree": tree,
            "code": self._code,
            "parked": listed,
            "books": {publisher: _by_slot(rows) for publisher, rows in ours.items()},
        }

    def _context(
        self, asked: Asked, given: Mapping[str, Any], editions: State, decider: Caller | None
    ) -> ReportContext:
        """decider: None to say again what the last edition says, else who decides on a new one."""
        last = editions[-1].summary if editions else None
        before = [
            summary for summary in self._register.reports(asked.unit, asked.campaign) if summary["day"] < asked.day
        ]
        number = last["number"] if last else len({summary["day"] for summary in before}) + 1
        compared = last["compared_with"] if last else next((summary["id"] for summary in before), "")
        accepted = "" if not given["parked"] else decider.account if decider else last["accepted"] if last else ""
        version = len(editions) + (1 if decider else 0)
        replaces, reason = (
            (asked.replaces, asked.reason) if decider else (last["replaces"], last["reason"]) if last else ("", "")
        )
        return ReportContext(
            id=edition_id(asked.campaign, asked.unit, asked.day, version),
            version=version,
            number=number,
            replaces=replaces,
            reason=reason,
            previous=self._document(compared) if compared else None,
            accepted=accepted,
            **given,
        )

    def _document(self, id: str) -> dict[str, Any]:
        return dict(orjson.loads(self.file(self.summary(id), "json")))

    def _publish(self, document: Mapping[str, Any], asked: Asked, context: CommandContext) -> dict[str, Any]:
        files = {"json": canonical(document), "xlsx": spreadsheet(document), "pdf": letter(document)}
        summary = summary_of(
            document, {kind: hashlib.sha256(content).hexdigest() for kind, content in files.items()}, context.actor
        )
        edition = Edition(summary["id"], summary["version"], substance(document), summary)
        command = Publish(edition, asked.replaces, asked.reason)
        stream = stream_of(asked.campaign, asked.unit, asked.day)
        report.run(command, report.fold(self._store.load(stream)))  # refused before anything is written
        self._objects.create()
        for kind, content in files.items():  # objects first: an edition without its files must not exist
            self._objects.put_once(object_name(summary, kind), content, KINDS[kind])
        handled = handle(
            self._store, report, stream, command, context, lambda session: self._register.keep_report(summary, session)
        )
        return dict(handled.state[-1].summary)

    def summary(self, id: str) -> dict[str, Any]:
        """Raises Refused("not-found")."""
        found = self._register.report(id)
        if found is None:
            raise Refused("not-found", "There is no such report.", where="id")
        return found

    def file(self, summary: Mapping[str, Any], kind: str) -> bytes:
        """The bytes of a report's file, as they were published. Raises Refused("internal") if the object store gives others."""
        content = self._objects.get(object_name(summary, kind), SIZE_LIMIT)
        if hashlib.sha256(content).hexdigest() != summary["files"][kind]:
            raise Refused(
                "internal", "The stored file is not the one that was published; the report must be made again."
            )
        return content


def summary_of(document: Mapping[str, Any], hashes: Mapping[str, str], by: str) -> dict[str, Any]:
    """What a list of reports shows, and how its files are found."""
    unit = document["unit"]
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
        "files": dict(hashes),
        "replaces": document["replaces"] or "",
        "reason": document["reason"] or "",
        "compared_with": (document["compared_with"] or {}).get("id", ""),
        "accepted": document["accepted"] or "",
        "by": by,
        **{f"url_{kind}": f"/v1/reports/{document['id']}.{kind}" for kind in KINDS},
    }


def object_name(summary: Mapping[str, Any], kind: str) -> str:
    return f"reports/{summary['id']}/{summary['files'][kind]}.{kind}"


def _refuse_parked(parked: Sequence[Mapping[str, Any]], accepted: Sequence[str]) -> None:
    if missing := [{"key": item["key"], "reason": item["reason"]} for item in parked if item["key"] not in accepted]:
        raise Refused(
            "parked",
            "Some events could not be learned and are not counted. Mend and release them, or accept them by naming their keys.",
            kind="conflict",
            where="accept",
            extra={"parked": missing},
        )


def _refuse_differences(theirs: Sequence[ControlTotals], ours: Mapping[str, BookRows], parked: Sequence[bytes]) -> None:
    """An accepted event that is in its store and not in a leaf explains its own difference and no other."""
    prints = prints_of_parked(parked)
    found = [
        difference
        for each in theirs
        for difference in compare(each.closing.publisher, each.rows, ours[each.closing.publisher])
        if not explains(prints, difference)
    ]
    if found:
        raise Refused(
            "books-disagree",
            "Statistics does not hold exactly what the stores hold up to this day. Wait until it has caught up, or see the audit.",
            kind="conflict",
            extra={"differences": [difference.shown() for difference in found[:SHOWN]], "count": len(found)},
        )


def _by_slot(rows: BookRows) -> list[list[int]]:
    """Rows of [slot, count, sum] over all days."""
    slots: dict[int, list[int]] = {}
    for (slot, _, what), n in rows.items():
        slots.setdefault(slot, [slot, 0, 0])[1 if what == "count" else 2] += n
    return [slots[slot] for slot in sorted(slots)]
