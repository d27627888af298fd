"""Of which release each process of a copy is: an upgrade that is entered again goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from deploy.local.processes import Process
from deploy.local.settings import REPO, commit

FILE = "processes.json"  # in a copy's folder: name -> [process id, commit, folder]


class Releases:
    """What is written of the processes of one copy. Where it is missing or damaged, a process is of no release."""

    def __init__(self, data: Path) -> None:
        self._path, self._this = data / FILE, [commit(), str(REPO)]

    def is_of_this(self, name: str, process: Process) -> bool:
        """True if this very process, by its id, was started by this release from this folder."""
        return self._written().get(name) == [process.pid, *self._this]

    def note(self, processes: Mapping[str, Process]) -> None:
        """Write that these are of this release. A full disk ends nothing: they are replaced once more then."""
        ours = {name: [process.pid, *self._this] for name, process in processes.items()}
        beside = self._path.with_name(f"{FILE}.next")  # not synchronised: after a power cut none of them runs
        with suppress(OSError):
            beside.write_text(json.dumps({**self._written(), **ours}, indent=1))
            beside.replace(self._path)

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """Name -> "<commit> in <folder>", of those that run and of which it is known."""
        found = {name: self._written().get(name) for name in names}
        return {
            name: f"{each[1]} in {each[2]}"
            for name, each in found.items()
            if isinstance(each, list) and len(each) == 3 and _runs(each[0])
        }

    def _written(self) -> Mapping[str, object]:
        try:
            found = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _runs(pid: object) -> bool:
    try:
        os.kill(int(str(pid)), 0)
    except (OSError, ValueError, OverflowError):
        return False
    return True
