"""Families and accounts: register, wait for acceptance, leave, add a second child. Each step updates the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from drill.clients import Person
from drill.family import Family, given
from drill.people import Guardian
from shared.language.consent import CONSENT_VERSION

RELATION = {"父亲": "father", "母亲": "mother"}
REGISTRY_READ_SHARE = 0.2  # share of guardians who read what the registry says of the child
WRONG_CODE, OUTSIDE = ("code-or-birth-date-wrong",), ("outside-scope",)


def register(family: Family) -> None:
    """Register the first guardian of the roster, with the code on page 2 and the birth date."""
    letter = "n" if family.guardian else "g"  # another account after the first one was unbound
    family.guardian = _registered(family, letter, family.pupil.guardians[0], "bound")
    family.world.ledger.bound(family.id)
    if family.random.random() < REGISTRY_READ_SHARE:
        _read_registry(family)


def second(family: Family) -> None:
    """Register a second guardian with the same code, who waits; in the roster's name where it lists one."""
    guardians = family.pupil.guardians
    is_listed = len(guardians) > 1 and family.lists_two_guardians
    family.second_guardian = _registered(
        family, "h", guardians[1] if is_listed else _unlisted(family, "晓梅", "祖母"), "waiting"
    )
    family.second_is_listed = is_listed


def ask(family: Family) -> None:
    """Register somebody whom the roster does not list: waits though nobody is bound, and sees nothing until then."""
    family.second_guardian = stranger = _registered(family, "u", _unlisted(family, "晓云", "外祖母"), "waiting")
    for what, service, path in (
        ("a pupil to somebody who waits", "roster", f"/v1/pupils/{family.id}"),
        ("registry data to somebody who waits", "roster", f"/v1/pupils/{family.id}/registry"),
        ("forms to somebody who waits", "upload", f"/v1/pupils/{family.id}/forms"),
    ):
        family.world.must_refuse(
            what,
            OUTSIDE,
            lambda service=service, path=path: stranger.get(service, path),  # type: ignore[misc]
        )


def _unlisted(family: Family, given_name: str, relation: str) -> Guardian:
    return Guardian(family.pupil.guardians[0].name[:1] + given_name, relation, "")


def _read_registry(family: Family) -> None:
    """Read what the registry says of the child, and compare it."""
    read = given(family.guardian).get("roster", f"/v1/pupils/{family.id}/registry")
    shown = {field["name"]: field["value"] for field in read["fields"]}
    pupil = family.pupil
    family.world.expect(
        (shown["name"], shown["birth_date"]) == (pupil.name, pupil.born),
        f"registry data of {family.id}: another name or birth date",
    )
    family.world.expect(not pupil.id_number or shown["id_number"] != pupil.id_number, f"{family.id}: number in clear")


def _registered(family: Family, letter: str, guardian: Guardian, wanted: str) -> Person:
    world, born = family.world, family.pupil.born
    login = f"jz{letter}{world.run}{family.id.replace('.', '')[-10:]}"
    person = world.person(f"{letter}-{family.id}", login, world.new_password(login))
    world.keep_secret(family.code, login, guardian.name)
    if family.random.random() < 0.1:
        try_code(family, "a wrong birth date", family.code, _another_date(born))
    asked = {
        "registration_code": family.code,
        "birth_date": born,
        "login": login,
        "password": person.password,
        "display_name": guardian.name,
        "relation": RELATION.get(guardian.relation, "grandparent"),
        "consent": CONSENT_VERSION,
    }
    response = person.before_sign_in("identity", "/v1/registrations", asked)
    person.account = response["account"]
    person.take_tokens(response)
    _expect_child(family, response, wanted)
    return person


def _another_date(born: str) -> str:
    """A date that exists, about a year earlier: 29 February has none of the same name."""
    return (date.fromisoformat(born) - timedelta(days=365)).isoformat()


def try_code(family: Family, what: str, code: str, born: str) -> None:
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
    try_code(family, "a void registration code", old, family.pupil.born)


def approve(family: Family, who: str) -> None:
    """Accept who waits, as the teacher or the first guardian; the first may not where the roster lists nobody such."""
    if who == "guardian" and not family.second_is_listed:
        family.world.must_refuse(
            "a yes of the first guardian to an unknown name",
            ("teacher-decides",),
            lambda: _decide(family, "guardian", accept=True),
        )
        who = "teacher"
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
    """A mistaken parent ends the binding and keeps the account; the code is void."""
    guardian, old = given(family.guardian), family.code
    guardian.post("identity", f"/v1/bindings/{family.id}/decisions", {"account": guardian.account, "accept": False})
    family.world.ledger.left_by_guardian(family.id)
    try_code(family, "the code of a binding that ended", old, family.pupil.born)


def withdraw_consent(family: Family) -> None:
    """The guardian ends the consent for the child: the photos are withdrawn, and the binding ends."""
    given(family.guardian).post("identity", f"/v1/me/children/{family.id}/consent-withdrawal")
    family.world.ledger.withdrawn(family.id)
    family.world.ledger.left_by_guardian(family.id)


def withdraw_by_codes(family: Family) -> None:
    """A family without an account withdraws what it sent with the upload code: by both codes and the birth date."""
    asked = {"registration_code": family.code, "birth_date": family.pupil.born, "upload_code": family.paper.upload_code}
    family.world.keep_secret(family.code)
    done = family.stranger.post("identity", "/v1/withdrawals", asked)
    family.world.expect(done["photos"] == 1, f"withdrawal by codes for {family.id}: {done['photos']} photos")
    family.world.ledger.withdrawn(family.id)


def adopt(family: Family) -> None:
    """The guardian adds a second child to the account; that child's roster lists others, so the teacher is asked."""
    guardian, sibling = given(family.guardian), given(family.sibling)
    asked = {
        "registration_code": sibling.code,
        "birth_date": sibling.pupil.born,
        "relation": "mother",
        "consent": CONSENT_VERSION,
    }
    family.world.keep_secret(sibling.code)
    _expect_child(sibling, guardian.post("identity", "/v1/me/children", asked), "waiting")
    sibling.second_guardian = guardian
    _decide(sibling, "teacher", accept=True)
    sibling.guardian = guardian
    family.world.ledger.bound(sibling.id)
    guardian.renew()
