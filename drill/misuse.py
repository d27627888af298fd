"""A registration code in the wrong hands: reported, the wrong guardian unbound, its photo decided, the case closed."""

from __future__ import annotations

from drill.family import Family, given
from drill.registering import try_code
from drill.reviewing import review_waiting

CASES = "/v1/misuse-cases"


def report(family: Family) -> None:
    """The rightful family reports the misuse without an account; nothing changes until the teacher has looked."""
    asked = {"registration_code": family.code, "birth_date": family.pupil.born}
    family.stranger.command("POST", "identity", "/v1/misuse-reports", json=asked)
    _expect(family, "reported")


def unbind(family: Family) -> None:
    """The class teacher ends the binding and hands the new code over; what the wrong guardian sent is on hold."""
    guardian, old = given(family.guardian), family.code
    asked = {"account": guardian.account, "accept": False, "reason": "wrong-code"}
    new = family.teacher.post("identity", f"/v1/bindings/{family.id}/decisions", asked)["registration_code"]
    family.registration_code = new.replace("-", "")
    family.world.keep_secret(old, family.registration_code)
    family.world.ledger.left_by_guardian(family.id)
    family.world.ledger.held(family.id)
    try_code(family, "the code of a binding that ended", old, family.pupil.born)
    _expect(family, "opened")


def release(family: Family) -> None:
    """The held photo is the right one: it counts again, on its own day."""
    review_waiting(family, "archive")
    family.world.ledger.released(family.id)


def discard(family: Family) -> None:
    review_waiting(family, "return")
    family.world.ledger.waiting_returned(family.id)


def close(family: Family) -> None:
    family.teacher.post("identity", f"{CASES}/{family.id}/closure")
    _expect(family, "closed")


def _expect(family: Family, state: str) -> None:
    """The school reads the same state of the case as the teacher."""
    seen = [who.get("identity", f"{CASES}/{family.id}")["state"] for who in (family.teacher, family.admin)]
    family.world.expect(seen == [state] * 2, f"case of {family.id}: {seen} instead of {state}")
