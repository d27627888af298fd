"""The release after this one, in a repository of its own: this one with two changes that docs/how-to describes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from deploy.local.settings import REPO
from tests.mutants.mutant import Edit
from tests.mutants.trial import copy_of_the_repository

CONTRACTS = "shared/language/contracts/"
# A schema more for what statistics counts, and an optional field for what every service of the registry reads.
EDITS = (
    Edit(
        f"{CONTRACTS}upload.py",
        "class Flagged(Photo):\n",
        "class ArchivedHere(Archived):\n    house = fields.String(required=True)\n\n\nclass Flagged(Photo):\n",
    ),
    Edit(
        f"{CONTRACTS}upload.py",
        '            (_ARCHIVE, _STATE | {"archive": _ARCHIVE}),\n        ),\n',
        '            (_ARCHIVE, _STATE | {"archive": _ARCHIVE}),\n        ),\n'
        '        EventType("form.archived", "The same, with the house.", ArchivedHere,\n'
        '                  (_ARCHIVE | {"house": "1"}, _STATE | {"archive": _ARCHIVE}), schema=2),\n',
    ),
    Edit(
        f"{CONTRACTS}__init__.py",
        "upcast = Upcasters()\n",
        "upcast = Upcasters()\n"
        'upcast.register("form.archived", 1, lambda data, state: ({**data, "house": ""}, state))\n',
    ),
    Edit(
        "services/upload/domain/form.py",
        '{"photo": photo, "by": by, "how": how, "on": on})',
        '{"photo": photo, "by": by, "how": how, "on": on, "house": "1"}, schema=2)',
    ),
    Edit(
        f"{CONTRACTS}roster.py",
        "class ClassOpened(Strict):\n",
        "class ClassOpened(Strict):\n    house = fields.String()\n",
    ),
    Edit(
        "services/roster/domain/school_class.py",
        'NewEvent("class.opened", asdict(command))',
        'NewEvent("class.opened", {**asdict(command), "house": "1"})',
    ),
)


def repository(folder: Path) -> tuple[Path, str]:
    """A repository with the next release, whose packages are installed already, and its commit."""
    folder.mkdir()
    copy_of_the_repository(folder)
    for edit in EDITS:
        file = folder / edit.file
        file.write_text(edit.applied_to(file.read_text()))
    (folder / "Makefile").write_text((REPO / "Makefile").read_text())
    for name in (".venv", "locks"):
        (folder / name).symlink_to(REPO / name)
    for command in (
        ["init", "--quiet"],
        ["add", "--all", "--force"],
        ["-c", "user.name=release", "-c", "user.email=release@localhost", "commit", "--quiet", "--message", "Next"],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    )
    return folder, head.stdout.strip()
