"""The download code (下载码) of a person who prints: stream `download-<account>`, private. One code at a time.

| given                      | when                        | then                                       |
|----------------------------|-----------------------------|--------------------------------------------|
| none, or one that is over  | one is made                 | made                                       |
| one that holds             | one is made                 | voided, made                               |
| one that holds             | it is used within its school | used, for this run                        |
| a used one                 | it is used for the same run | nothing: a repetition                      |
| a used one                 | for another run or place    | refused                                    |
| one that is over, or void  | it is used                  | refused                                    |
| one that holds             | a wrong one is tried        | counted; the last try that is allowed voids it |

Over is a code after LIFE_MS, which needs no event. The code itself is in no event: who compares it tells its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

LIFE_MS = 15 * 60_000
MOST_WRONG = 5  # tries at one code
STATES = NONE, HOLDS, USED, OVER, VOID = "none", "holds", "used", "over", "void"
ORIGINS = LEADER, REGISTRY = "leader", "registry"


@dataclass(frozen=True, slots=True)
class DownloadCode:
    """The person's last code. number: of the person's codes, from 1. by: who made it. origin: one of ORIGINS.

    school: path within which it serves. wrong: tries that failed. run: which has used it at `used_at`, to print
    `path`. Times in ms.
    """

    number: int = 0
    by: str = ""
    origin: str = ""
    school: str = ""
    made_at: int = 0
    ends_at: int = 0
    wrong: int = 0
    run: str = ""
    used_at: int = 0
    path: str = ""

    def state_at(self, now: int) -> str:
        """One of STATES."""
        if not self.number:
            return NONE
        if self.run:
            return USED
        if self.wrong >= MOST_WRONG:
            return VOID
        return HOLDS if now < self.ends_at else OVER


@dataclass(frozen=True, slots=True)
class MakeCode:
    by: str
    origin: str
    school: str
    at: int


@dataclass(frozen=True, slots=True)
class UseCode:
    """Use up the code of this number for a run. path: of the school or class that the run prints."""

    number: int
    path: str
    run: str
    at: int


@dataclass(frozen=True, slots=True)
class TryWrongCode:
    """Count a try with another code than the person's."""

    at: int


Command = MakeCode | UseCode | TryWrongCode


def decide(command: Command, code: DownloadCode) -> Sequence[NewEvent]:
    state, number = code.state_at(command.at), code.number
    match command:
        case MakeCode(by, origin, school, at):
            made = {"code": number + 1, "by": by, "origin": origin, "school": school, "at": at, "ends_at": at + LIFE_MS}
            voided = [NewEvent("download.code-voided", {"code": number})] if state == HOLDS else []
            return [*voided, NewEvent("download.code-made", made)]
        case UseCode(_, path, run, at):
            if (number, code.run, code.path) == (command.number, run, path):
                return []
            _require_good(code, command)
            return [NewEvent("download.code-used", {"code": number, "path": path, "run": run, "at": at})]
        case TryWrongCode():
            tried = {"code": number, "wrong": code.wrong + 1}
            return [NewEvent("download.wrong-code-tried", tried)] if state == HOLDS else []


def _require_good(code: DownloadCode, use: UseCode) -> None:
    state = code.state_at(use.at)
    if code.number != use.number or state in (NONE, VOID):
        raise void()
    if state == USED:
        raise Refused(
            "download-code-used", "This download code was used for another print run.", kind="conflict", where="code"
        )
    if state == OVER:
        raise Refused("download-code-over", "This download code is over; ask for a new one.", kind="gone", where="code")
    if not use.path.startswith(code.school):
        raise Refused("outside-scope", "This download code was made for another school.", where="path")


def void() -> Refused:
    return Refused(
        "download-code-void",
        "This download code is void: a newer one was made, or too many wrong ones were tried; ask for a new one.",
        kind="gone",
        where="code",
    )


def evolve(code: DownloadCode, event: Fact) -> DownloadCode:
    data = event.data
    match event.type:
        case "download.code-made":
            return DownloadCode(data["code"], data["by"], data["origin"], data["school"], data["at"], data["ends_at"])
        case "download.code-used":
            return replace(code, run=data["run"], used_at=data["at"], path=data["path"])
        case "download.wrong-code-tried":
            return replace(code, wrong=data["wrong"])
        case _:
            return code


download_code_decider: Decider[Command, DownloadCode] = Decider(DownloadCode(), decide, evolve)
