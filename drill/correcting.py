"""The change column: what families wrote is typed in, decided by leader and bureau, and printed anew."""

from __future__ import annotations

import json
from typing import Any

from drill.clients import Json, Person
from drill.family import Family, given
from drill.printed import text_of
from drill.schooling import reprint, school_of

PROOF = b"%PDF-1.4\nhousehold register of the drill\n%%EOF\n"
AT_ONCE, KEY = "applied", "waiting"


def correct(family: Family) -> None:
    """Another address, which takes effect at once; the guardian reads it, and the form is due for a reprint."""
    address = f"演练新村{family.random.randint(100, 999)}号"
    family.world.keep_secret(address)
    _enter(family, {"address": address}, AT_ONCE)
    (item,) = _history(family, given(family.guardian))
    family.world.expect(
        (item["status"], item["changes"][0]["after"]) == ("applied", address), f"the family of {family.id} reads {item}"
    )


def correct_key_field(family: Family) -> None:
    """Another name: with a proof, through leader and bureau, in this sequence and by nobody else."""
    world, name = family.world, f"更{family.pupil.name}"
    world.keep_secret(name)
    world.must_refuse(
        f"a key field of {family.id} without a proof", ("proof-missing",), lambda: _send(family, {"name": name}, b"")
    )
    id, leader, bureau = _enter(family, {"name": name}, KEY), world.leaders[school_of(family)], _bureau(family)
    world.must_refuse(
        f"a second name of {family.id}", ("correction-waits",), lambda: _send(family, {"name": name + "二"}, PROOF)
    )
    world.must_refuse(
        f"the bureau before the leader of {family.id}",
        ("not-your-turn",),
        lambda: bureau.post("roster", f"{_at(family, id)}/confirmation", {"accept": True}),
    )
    _decide(family, id, leader, "approval", "bureau")
    waiting = bureau.get("roster", f"/v1/units/{_unit_above(family)}/waiting-corrections")["items"]
    world.expect(id in {item["correction"] for item in waiting}, f"the bureau does not see what waits of {family.id}")
    world.expect(
        bureau.fetch("roster", f"{_at(family, id)}/proof") == PROOF, f"the proof for {family.id} is another file"
    )
    _decide(family, id, bureau, "confirmation", "applied")
    family.new_name = name


def refuse_correction(family: Family) -> None:
    """The leader refuses another sex with a reason; the record and the form stay as they are."""
    world, other = family.world, "2" if family.pupil.sex == "1" else "1"
    id, leader = _enter(family, {"sex": other}, KEY), world.leaders[school_of(family)]
    _decide(family, id, leader, "approval", "refused", "户口簿上不是这样")
    (item,) = _history(family, family.admin)
    told = (item["status"], item["refused_by"], item["reason"])
    world.expect(told == ("refused", "leader", "户口簿上不是这样"), f"the refusal for {family.id} is told as {told}")
    world.expect(not _is_due(family), f"{family.id}: a refused correction asks for a reprint")


def reprint_corrected(family: Family) -> None:
    """Print the corrected form: it was due, and says what was corrected; the old sheet is void, the code lives on."""
    world = family.world
    world.expect(_is_due(family), f"{family.id}: corrected, and its form is not due for a reprint")
    reprint(family)
    world.expect(not _is_due(family), f"{family.id}: printed anew, and still due")
    if family.new_name:
        text = "".join(text_of(family.paper.document, family.paper.index).split())
        world.expect(family.new_name in text, f"{family.id}: the new sheet has another name")


def _is_due(family: Family) -> bool:
    address, asked = f"/v1/units/{school_of(family)}/corrected-forms", {"campaign": family.world.campaign}
    items: list[Json] = family.admin.get("roster", address, params=asked)["items"]
    return family.id in {item["pupil"] for item in items}


def _history(family: Family, reader: Person) -> list[Json]:
    items: list[Json] = reader.get("roster", f"/v1/pupils/{family.id}/corrections")["items"]
    return items


def _at(family: Family, id: str) -> str:
    return f"/v1/pupils/{family.id}/corrections/{id}"


def _enter(family: Family, fields: dict[str, str], part: str) -> str:
    """The id of what was entered; all of it takes effect, or all of it waits."""
    made = _send(family, fields, PROOF if part == KEY else b"")
    other = made[KEY if part == AT_ONCE else AT_ONCE]
    family.world.expect(bool(made[part]) and not other, f"corrections of {family.id}: {made} instead of {part}")
    family.world.ledger.did("correction-entered", family.admin.account)
    return str(made[part])


def _send(family: Family, fields: dict[str, str], proof: bytes) -> Json:
    parts: dict[str, Any] = {"fields": (None, json.dumps(fields, ensure_ascii=False))}
    if proof:
        parts["proof"] = ("proof.pdf", proof, "application/pdf")
    return family.admin.command("POST", "roster", f"/v1/pupils/{family.id}/corrections", files=parts)


def _decide(family: Family, id: str, by: Person, step: str, wanted: str, reason: str = "") -> None:
    answer = {"accept": not reason, "reason": reason}
    status = by.post("roster", f"{_at(family, id)}/{step}", answer)["status"]
    family.world.expect(status == wanted, f"a correction of {family.id}: {status} instead of {wanted}")
    family.world.ledger.did("correction-decided", by.account)


def _unit_above(family: Family) -> str:
    """The lowest unit above the school that has an account."""
    world = family.world
    return next(code for code in world.ledger.path(school_of(family))[1:] if code in world.bureaus)


def _bureau(family: Family) -> Person:
    return family.world.bureaus[_unit_above(family)]
