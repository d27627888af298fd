"""The page on which an admin grants permissions to a colleague, and what the colleague then sees."""

from __future__ import annotations

import pytest

from services.identity.credentials.tokens import Issuer
from services.identity.domain.grants import MOST_GRANTS
from services.portal.session import SealedCookies, Session
from shared.infrastructure.clock import FixedClock, day_of
from shared.language.grants import Grant, as_claim
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes

SCHOOL = people.PATHS["school"][0]
LEADER = people.accounts()["leader"]["id"]
TOMORROW = day_of(FixedClock().ms + 86_400_000)
PRINT = {"permission": "print-forms", "path": SCHOOL, "first_day": people.TODAY, "last_day": ""}


def give(visitor: Visitor, **fields: str):
    data = {"change": "grants", "permission": "print-forms", "path": SCHOOL, "first_day": "", "last_day": "", **fields}
    return visitor.send(f"/accounts/{LEADER}/grants", data)


def test_an_admin_grants_a_permission_and_takes_it_away(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    assert f'href="/accounts/{LEADER}/grants"' in visitor.get("/accounts").text
    assert "没有另外授予的权限" in visitor.get(f"/accounts/{LEADER}/grants").text
    assert give(visitor, last_day=TOMORROW).headers["Location"] == f"/accounts/{LEADER}/grants?done=granted"
    [sent] = fakes.commands(f"/v1/accounts/{LEADER}/grants")
    assert sent.json == {"permission": "print-forms", "path": SCHOOL, "first_day": "", "last_day": TOMORROW}
    page = visitor.get(f"/accounts/{LEADER}/grants").text
    assert "打印确认表" in page and people.UNITS[people.SCHOOL]["name"] in page
    taken = {"change": "grants/revocations", "permission": "print-forms", "path": SCHOOL}
    visitor.send(f"/accounts/{LEADER}/grants", taken)
    assert "没有另外授予的权限" in visitor.get(f"/accounts/{LEADER}/grants").text


def test_only_what_the_own_role_holds_and_places_of_the_own_unit_are_offered(visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get(f"/accounts/{LEADER}/grants").text
    assert 'value="print-forms"' in page and 'value="publish-reports"' not in page
    assert f'value="{SCHOOL}"' in page and f'value="{SCHOOL}{people.CLASS}/"' in page
    assert 'value="/000000/110000/110101/"' not in page


@pytest.mark.parametrize(
    ("field", "text"), [("permission", "publish-reports"), ("path", "/000000/"), ("last_day", "tomorrow")]
)
def test_a_wrong_field_is_told_at_its_place_and_nothing_is_sent(fakes: Fakes, visitor: Visitor, field: str, text: str):
    visitor.sign_in("school")
    assert f'id="{field}-problem"' in give(visitor, **{field: text}).text
    assert fakes.commands(f"/v1/accounts/{LEADER}/grants") == []


@pytest.mark.parametrize("role", ["leader", "teacher", "auditor", "guardian"])
def test_who_is_no_admin_has_no_such_page(visitor: Visitor, role: str):
    visitor.sign_in(role)
    refused = visitor.get(f"/accounts/{LEADER}/grants")
    assert refused.status_code == 403 and "给本单位同事授予权限" in refused.text


def test_a_county_grants_in_its_own_unit_alone(visitor: Visitor):
    visitor.sign_in("county")
    assert "/grants" not in visitor.get("/accounts").text


@pytest.mark.parametrize(("first", "opens"), [(people.TODAY, True), (TOMORROW, False)])
def test_a_grant_opens_its_pages_from_its_first_day_on(fakes: Fakes, visitor: Visitor, first: str, opens: bool):
    fakes.accounts["leader"]["grants"] = [{**PRINT, "first_day": first}]
    visitor.sign_in("leader")
    own = visitor.get("/account").text
    assert ("打印确认表" in own and 'href="/school/print"' in own) is opens
    assert visitor.get("/school/print").status_code == (200 if opens else 403)
    assert visitor.get("/school/import").status_code == 403


def test_a_teacher_who_may_print_sees_the_classes_of_the_school(fakes: Fakes, visitor: Visitor):
    fakes.accounts["teacher"]["grants"] = [{**PRINT, "path": f"{SCHOOL}{people.CLASS}/"}]
    visitor.sign_in("teacher")
    assert f'value="{people.CLASS}"' in visitor.get("/school/print").text


def test_a_session_with_as_many_grants_as_there_may_be_fits_into_its_cookie():
    """The cookie holds the access token with the grants, and the grants once more; browsers keep 4 kB of one."""
    grants = [
        Grant("correct-pupils", f"{SCHOOL}{people.SCHOOL}p2023{number:02}/", people.TODAY, TOMORROW)
        for number in range(MOST_GRANTS)
    ]
    classes = tuple(f"{SCHOOL}{people.SCHOOL}p2024{number:02}/" for number in range(3))
    token = Issuer(bytes(32), FixedClock()).access(LEADER, "teacher", classes, (), "a" * 32, 0, 99, grants)
    session = Session(
        token, "a" * 32 + "." + "b" * 32, 0, LEADER, "teacher", "阿依古丽·买买提江", classes, grants=as_claim(grants)
    )
    assert len(SealedCookies(bytes(32)).seal_session(session)) < 3600
