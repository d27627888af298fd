"""Decisions of teachers and families about photos and forms. Each updates the ledger."""

from __future__ import annotations

import io

from PIL import Image

from drill.family import Family
from drill.photos import ORIENTATION
from shared.language.receipts import grouped

REASONS = ("blurred", "unsigned", "incomplete", "other")
PICTURE_OPEN_SHARE = 0.2  # share of reviews in which the teacher opens the picture


def archive_waiting(family: Family) -> None:
    """Archive the waiting photo, as the class teacher."""
    _review(family, "archive", _waiting(family))
    family.world.ledger.archived(family.id, family.waiting_by, family.world.days.today())


def return_waiting(family: Family) -> None:
    """Return the waiting photo: it is no form, or not wanted beside the archive."""
    _review(family, "return", _waiting(family))
    family.world.ledger.waiting_returned(family.id)


def review_waiting(family: Family, decision: str) -> None:
    """Decide on the waiting photo; the ledger is left to the caller."""
    _review(family, decision, _waiting(family))


def accept(family: Family) -> None:
    _review(family, "accept", family.form()["photo"])
    family.world.ledger.accepted(family.id)


def return_archived(family: Family) -> None:
    """Return the archived photo as unusable: the family is asked for another one."""
    _review(family, "return", family.form()["photo"])
    family.world.ledger.archive_returned(family.id)


def _waiting(family: Family) -> str:
    """The photo that waits: its sender reads the receipt number out, in groups, and the teacher finds it by that."""
    spoken = grouped(family.receipt)
    found = family.teacher.get("upload", "/v1/photos", params={"receipt": spoken})["items"]
    waiting = [item["photo"] for item in family.form()["waiting"]]
    family.world.expect(
        [(item["pupil"], item["photo"]) for item in found] == [(family.id, waiting[-1])],
        f"photo of {family.id}: its receipt number finds another one",
    )
    return str(waiting[-1])


def _review(family: Family, decision: str, photo: str) -> None:
    reason = family.random.choice(REASONS)
    if family.random.random() < PICTURE_OPEN_SHARE:
        picture = family.teacher.fetch("upload", f"/v1/photos/{photo}/image")
        family.world.expect(is_bare(picture), f"photo of {family.id}: the picture still carries its GPS position")
    asked = {"decision": decision, "photo": photo, **({"reason": reason} if decision == "return" else {})}
    family.teacher.post("upload", f"{family.form_path}/reviews", asked)
    family.last_reason = reason


def is_bare(picture: bytes) -> bool:
    """True if a picture carries no metadata but the number that says how to turn it."""
    with Image.open(io.BytesIO(picture)) as image:
        return set(image.getexif()) <= {ORIENTATION} and not set(image.info) & {"xmp", "comment"}


def paper(family: Family) -> None:
    """The family refuses or cannot photograph the form: the sheet is filed at school."""
    family.teacher.post(
        "upload", f"{family.form_path}/paper", {"reason": family.random.choice(("refused", "impossible"))}
    )
    family.world.ledger.on_paper(family.id)


def withdraw(family: Family, who: str) -> None:
    family.sender(who)[0].post("upload", f"{family.form_path}/withdrawal")
    family.world.ledger.withdrawn(family.id)
