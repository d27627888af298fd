"""Families and accounts: register, wait for acceptance, leave, add a second child. Each step updates the ledger."""

from __future__ import annotations

from typing import Any

from drill.clients import Person
from drill.family import Family, given
from drill.people import Guardian

CONSENT = "2026-12"
RELATION = {"父亲": "father", "母亲": "mother"}
WRONG_CODE = ("code-or-birth-date-wrong",)


def register(family: Family) -> None:
    """Register the first guardian, with the code on page 2 and the birth date."""
    family.guardian = _registered(family, "g", family.pupil.guardians[0], "bound")
    family.world.ledger.bound(family.id)


def second(family: Family) -> None:
    """Register a second guardian with the same code, who waits."""
    family.second_guardian = _registered(
        family, "h", Guardian(family.pupil.guardians[0].name[:1] + "晓梅", "祖母", ""), "waiting"
    )


def _registered(family: Family, letter: str, guardian: Guardian, wanted: str) -> Person:
    world, born = family.world, family.pupil.born
    login = f"jz{letter}{world.run}{family.id.replace('.', '')[-10:]}"
    person = world.person(f"{letter}-{family.id}", login, world.new_password(login))
    world.keep_secret(family.code, login, guardian.name)
    if family.random.random() < 0.1:
        _try_code(family, "a wrong birth date", family.code, f"{int(born[:4]) - 1}{born[4:]}")
    asked = {
        "registration_code": family.code,
        "birth_date": born,
        "login": login,
        "password": person.password,
        "display_name": guardian.name,
        "relation": RELATION.get(guardian.relation, "grandparent"),
        "consent": CONSENT,
    }
    response = person.before_sign_in("identity", "/v1/registrations", asked)
    person.account = response["account"]
    person.take_tokens(response)
    _expect_child(family, response, wanted)
    return person


def _try_code(family: Family, what: str, code: str, born: str) -> None:
    """Try a code and birth date that must be refused."""
    asked = {"registration_code": code, "birth_date": born}
    family.world.must_refuse(
        what, WRONG_CODE, lambda: family.stranger.post("identity", "/v1/registrations/check", asked)
    )


def _expect_child(family: Family, response: dict[str, Any], wanted: str) -> None:
    world, name = family.world, family.pupil.name
    world.expect(response["pupil"] == family.id, f"registration of {family.id}: bound to {response['pupil']}")
    world.expect(response["state"] == wanted, f"registration of {family.id}: {response['state']} instead of {wanted}")
    shown = response["child"]["masked_name"]
    world.expect(
        shown[0] == name[0] and name not in shown, f"registration of {family.id}: the child's name is not masked"
    )


def reissue(family: Family) -> None:
    """The class teacher issues a new registration code; the old one is void."""
    old = family.code
    new = family.teacher.post("roster", f"/v1/pupils/{family.id}/registration-code")["registration_code"].replace(
        "-", ""
    )
    family.world.keep_secret(old, new)
    family.world.expect(new != old, f"reissue for {family.id}: the same code again")
    family.registration_code = new
    _try_code(family, "a void registration code", old, family.pupil.born)


def approve(family: Family, who: str) -> None:
    """Accept the second guardian, as the teacher or the first guardian."""
    _decide(family, who, accept=True)
    family.world.ledger.bound(family.id)
    given(family.second_guardian).renew()


def reject(family: Family, who: str) -> None:
    _decide(family, who, accept=False)


def _decide(family: Family, who: str, *, accept: bool) -> None:
    by = family.teacher if who == "teacher" else given(family.guardian)
    by.post(
        "identity",
        f"/v1/bindings/{family.id}/decisions",
        {"account": given(family.second_guardian).account, "accept": accept},
    )


def leave(family: Family) -> None:
    """A mistaken parent ends the binding and keeps the account."""
    guardian = given(family.guardian)
    guardian.post("identity", f"/v1/bindings/{family.id}/decisions", {"account": guardian.account, "accept": False})
    family.world.ledger.left_by_guardian(family.id)


def adopt(family: Family) -> None:
    """The guardian adds a second child to the account."""
    guardian, sibling = given(family.guardian), given(family.sibling)
    asked = {"registration_code": sibling.code, "birth_date": sibling.pupil.born, "relation": "mother"}
    family.world.keep_secret(sibling.code)
    _expect_child(sibling, guardian.post("identity", "/v1/me/children", asked), "bound")
    sibling.guardian = guardian
    family.world.ledger.bound(sibling.id)
    guardian.renew()
