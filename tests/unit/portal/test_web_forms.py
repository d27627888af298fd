"""Every form is answered by a redirect to a page, which says what was refused and keeps what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.portal.flash import KEPT_MS
from services.portal.routes import ROUTES
from shared.service.app import Route
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse
from tests.unit.portal.test_protection import who

FORMS = [route for route in ROUTES if route.method == "POST"]
ANSWERS = {"refused": (422, "unprocessable"), "unavailable": (503, "unavailable"), "gone": (410, "gone")}
FILLED = {
    "pupil": people.PUPIL,
    "campaign": "2026a",
    "account": "a-1",
    "unit": people.SCHOOL,
    "reason": "other",
    "arrival": "a-1",
    "typed": "欧阳<建国>",
}
PAGE_TWO = f"https://h.example/r#{people.REGISTRATION_CODE}"
PAGE_ONE = f"https://h.example/u#{people.UPLOAD_CODE}.{people.SERIAL}"


def post(visitor: Visitor, rule: str, data: dict[str, str]):
    """The response itself, before the browser follows it."""
    address = rule.replace("<account>", people.accounts()["leader"]["id"]).replace("<campaign>", "2026a")
    return FlaskClient.post(visitor.client, re.sub(r"<\w+>", people.CLASS, address), data=data)


def shown(visitor: Visitor, response):
    """The page to which a form is answered."""
    assert response.status_code == 303, "Back would ask to send the form again"
    page = visitor.get(response.headers["Location"])
    return visitor.get(page.headers["Location"]) if page.status_code == 303 else page


def signed_in_for(app: Flask, routes: Iterable[Route]) -> Iterator[tuple[Visitor, Route]]:
    """(visitor, route): everybody who needs a form, signed in once for all of their forms."""
    people: dict[str, Visitor] = {}
    for route in sorted(routes, key=lambda route: route.rule == "/sign-out"):
        role = "" if is_outside(route.rule) else who(route.rule)
        if role not in people:
            people[role] = Visitor(app)
            if role:
                people[role].sign_in(role)
        yield people[role], route


def is_outside(rule: str) -> bool:
    return rule in ("/sign-in", "/sign-in/code")


def signed_in(app: Flask, rule: str) -> tuple[Visitor, str]:
    visitor = Visitor(app)
    if not is_outside(rule):
        visitor.sign_in("ministry" if rule == "/accounts/decisions" else who(rule))
    return visitor, visitor.fields("/sign-in" if is_outside(rule) else "/password")["form_token"]


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.rule)
def test_a_refused_form_leads_to_a_page_with_the_problem_and_the_other_language(app: Flask, fakes: Fakes, route):
    visitor, token = signed_in(app, route.rule)
    found = {why: wrong_after(visitor, fakes, route.rule, token, why) for why in ANSWERS}
    assert {why: what for why, what in found.items() if what} == {}


def wrong_after(visitor: Visitor, fakes: Fakes, rule: str, token: str, why: str) -> str:
    """ "" when the page after a refused form is as it should be, else what is wrong with it."""
    serve = fakes.do
    fakes.do = lambda received: serve(received) if received.method == "GET" else refuse(*ANSWERS[why])
    response = post(visitor, rule, {"form_token": token, "key": "k" * 20, "accept": "yes", **FILLED})
    page = shown(visitor, response)
    fakes.do = serve
    # Signing out succeeds here whatever identity says; the search asks nobody before its page does.
    if rule in ("/sign-out", "/confirmation", "/accounts/search"):
        return ""
    if 'id="problem-box"' not in page.text or 'data-code="' not in page.text:
        return "no problem on the page"
    if not (other := re.findall(r'href="([^"]+lang=(?:en|zh))"', page.text)):
        return "no language switch"
    if 'id="problem-box"' not in visitor.get(unescape(other[0])).text:
        return "no problem in the other language"
    return "what was typed is not shown as text" if "欧阳<建国>" in page.text else ""


def test_an_expired_form_says_so_on_a_page(app: Flask, fakes: Fakes):
    fakes.account_files.append(people.account_file("checked"))
    found = {}
    for visitor, route in signed_in_for(app, FORMS):
        page = shown(visitor, post(visitor, route.rule, {"form_token": "old", "key": "k" * 20, **FILLED}))
        found[route.rule] = 'data-code="form-expired"' in page.text or page.status_code == 403
    assert len(found) > 40 and [rule for rule, says_so in found.items() if not says_so] == []


def test_every_page_named_by_a_form_exists(app: Flask):
    rules = {route.rule for route in ROUTES if route.method == "GET"}
    visitor, _ = signed_in(app, "/children/choices")
    for route in FORMS:
        location = post(visitor, route.rule, {"form_token": "old"}).headers["Location"].split("?")[0]
        assert any(re.fullmatch(re.sub(r"<\w+>", "[^/]+", rule), location) for rule in rules), route.rule


def test_every_wrong_field_is_told_at_its_place_at_once(visitor: Visitor, fakes: Fakes):
    checked = visitor.send(
        "/r", {"registration_code": people.REGISTRATION_CODE, "birth_date": people.BIRTH_DATE, "step": "check"}
    )
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', checked.text))
    wrong = {"relation": "", "display_name": "欧阳建国", "login": "a b", "password": "short", "again": "other"}
    page = visitor.client.post("/r", data={**hidden, **wrong})
    for field in ("relation", "login", "password", "again", "consent"):
        assert f'id="{field}-problem"' in page.text and f'href="#wrong-{field}"' in page.text
    assert "有5处要改" in page.text and 'value="欧阳建国"' in page.text and 'value="a b"' in page.text
    assert 'id="display_name-problem"' not in page.text and "short" not in page.text
    assert fakes.commands("/v1/registrations") == []


def test_a_schema_of_a_service_is_told_at_the_field_too(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("county")
    errors = [{"where": "display_name", "what": "Not a name."}, {"where": "login", "what": "Taken."}]
    fakes.overrides["POST /v1/accounts"] = lambda a: refuse(422, "bad-fields", "", "display_name, login", errors=errors)
    asked = {"unit": people.SCHOOL, "role": "school", "login": "new-school", "display_name": "周\u200b"}
    page = visitor.send("/accounts/new", asked)
    assert "请写真实姓名" in page.text and "Not a name" not in page.text and 'value="new-school"' in page.text


@pytest.mark.parametrize(
    ("page", "field", "typed", "leads"),
    [
        ("/u", "upload_code", people.REGISTRATION_CODE, f"/r#{people.REGISTRATION_CODE}"),
        ("/u", "upload_code", PAGE_TWO, f"/r#{people.REGISTRATION_CODE}"),
        ("/u", "upload_code", people.RESET_CODE, f"/reset#{people.RESET_CODE.replace('-', '')}"),
        ("/reset", "reset_code", people.ACTIVATION_CODE, f"/a#{people.ACTIVATION_CODE.replace('-', '')}"),
        ("/a", "activation_code", people.RESET_CODE, f"/reset#{people.RESET_CODE.replace('-', '')}"),
        ("/r", "registration_code", people.UPLOAD_CODE.lower(), f"/u#{people.UPLOAD_CODE}"),
        ("/r", "registration_code", PAGE_ONE, f"/u#{people.UPLOAD_CODE}"),
        ("/reset", "reset_code", people.REGISTRATION_CODE, f"/r#{people.REGISTRATION_CODE}"),
    ],
)
def test_a_code_of_another_page_leads_to_that_page(
    visitor: Visitor, fakes: Fakes, page: str, field: str, typed: str, leads: str
):
    refused = visitor.send(page, {field: typed, "birth_date": "20160501", "login": "teacher"})
    assert f'href="{leads}"' in refused.text and f'id="{field}-problem"' in refused.text
    english = visitor.get(unescape(re.findall(r'href="([^"]+lang=en)"', refused.text)[0]))
    assert f'href="{leads}"' in english.text and "the code comes along" in english.text
    assert not [received for received in fakes.requests if received.method != "GET"], "nobody was asked for it"


def test_what_is_kept_is_for_this_browser_account_page_and_half_an_hour(app: Flask, fakes: Fakes, visitor: Visitor):
    response = post(visitor, "/r", {**visitor.fields("/r"), "registration_code": "ABC", "birth_date": "2016"})
    address = response.headers["Location"]
    assert 'value="ABC"' in visitor.get(address).text and 'value="ABC"' in visitor.get(address).text, "reload"
    assert 'value="ABC"' not in Visitor(app).get(address).text
    assert 'value="ABC"' not in visitor.get(address.replace("/r?", "/u?")).text
    fakes.clock.advance(seconds=KEPT_MS // 1000 + 1)
    assert 'value="ABC"' not in visitor.get(address).text


def test_signing_out_forgets_what_was_kept(visitor: Visitor):
    visitor.sign_in("teacher")
    slip = visitor.send(
        f"/class/{people.CLASS}/pupils/{people.PUPIL}", {"pupil": people.PUPIL}, to=f"/class/{people.CLASS}/codes"
    )
    address = f"{slip.request.path}?kept={slip.request.args['kept']}"
    assert visitor.get(address).status_code == 200
    visitor.send("/password", {}, to="/sign-out")
    visitor.sign_in("teacher")
    assert visitor.get(address).status_code == 410


def test_a_form_of_another_site_fills_in_nothing(visitor: Visitor):
    data = {"registration_code": "ABC", "birth_date": "2016"}
    evil = FlaskClient.post(visitor.client, "/r", data=data, headers={"Origin": "https://evil.example"})
    assert 'value="ABC"' not in visitor.get(evil.headers["Location"]).text
    own = FlaskClient.post(visitor.client, "/r", data=data, headers={"Origin": "http://localhost"})
    assert 'value="ABC"' in visitor.get(own.headers["Location"]).text


def test_more_than_a_cookie_holds_is_refused_without_what_was_typed(visitor: Visitor):
    fields = visitor.fields("/r")
    for _ in range(3):
        page = visitor.client.post("/r", data={**fields, "registration_code": "汉" * 2000, "birth_date": "2016"})
        assert page.status_code == 422 and "汉汉" not in page.text and 'id="problem-box"' in page.text
    kept = [cookie for cookie in visitor.client._cookies.values() if cookie.key == "rollcall_flashes"]
    assert all(len(cookie.value) < 3900 for cookie in kept) and kept


def test_no_password_is_kept(app: Flask, visitor: Visitor):
    secret = "four quiet horses"
    data = {"login": "teacher", "reset_code": "ABC", "new": secret, "again": f"{secret}!", "password": secret}
    response = post(visitor, "/reset", {**visitor.fields("/reset"), **data})
    assert response.status_code == 303
    [cookie] = [cookie for cookie in visitor.client._cookies.values() if cookie.key == "rollcall_flashes"]
    kept = app.extensions["portal"].cookies.open("flashes", cookie.value)
    assert "teacher" in str(kept) and secret not in str(kept)


def test_no_page_shows_the_code_of_a_problem_to_people(visitor: Visitor):
    page = visitor.send("/u", {"upload_code": "ABC"})
    assert "code-length" not in re.sub(r'data-code="[^"]*"', "", page.text)


CHECKED = {"registration_code": people.REGISTRATION_CODE, "birth_date": people.BIRTH_DATE, "step": "check"}


def is_kept(visitor: Visitor, address: str) -> bool:
    page = visitor.get(address).text
    return people.REGISTRATION_CODE in page or people.BIRTH_DATE in page


def kept_of(app: Flask, visitor: Visitor) -> str:
    cookies = {cookie.key: cookie.value for cookie in visitor.client._cookies.values()}
    return str(app.extensions["portal"].cookies.open("flashes", cookies.get("rollcall_flashes", "")) or "")


@pytest.mark.parametrize(("form", "refused"), [("/r", False), ("/r", True), ("/withdrawal", True)])
def test_nobody_who_signs_in_sees_what_a_visitor_typed(
    app: Flask, fakes: Fakes, visitor: Visitor, form: str, refused: bool
):
    for call in ("registrations/check", "withdrawals") if refused else ():
        fakes.overrides[f"POST /v1/{call}"] = lambda a: refuse(422, "birth-date-wrong", "", "birth_date")
    address = visitor.send(form, {**CHECKED, "upload_code": people.UPLOAD_CODE}).request.full_path
    assert is_kept(visitor, address)
    visitor.sign_in("guardian")
    assert not is_kept(visitor, address) and people.REGISTRATION_CODE not in kept_of(app, visitor)


def test_a_visitor_sees_nothing_that_an_account_typed(visitor: Visitor):
    visitor.sign_in("guardian")
    address = visitor.send("/r", CHECKED).request.full_path
    assert is_kept(visitor, address)
    visitor.client.delete_cookie("rollcall_session")
    assert not is_kept(visitor, address)


def test_a_form_that_succeeds_ends_what_was_kept_for_it(app: Flask, fakes: Fakes, visitor: Visitor):
    form = {**CHECKED, "upload_code": people.UPLOAD_CODE}
    refused = visitor.send("/withdrawal", {**form, "birth_date": "2016"}).request.full_path
    assert is_kept(visitor, refused)
    assert "done=" in visitor.send("/withdrawal", form).headers["Location"]
    assert not is_kept(visitor, refused) and people.REGISTRATION_CODE not in kept_of(app, visitor)


@pytest.mark.parametrize("name", ["王老师", "阿卜杜热合曼·麦麦提依明"], ids=["short", "long"])
def test_slips_are_not_pushed_out_by_a_few_more_nor_by_other_forms(visitor: Visitor, name: str):
    visitor.sign_in("school")
    teacher = {"unit": people.CLASS, "role": "teacher", "display_name": name}
    slips = []
    for n in range(5):
        slips.append(visitor.send("/accounts/new", {**teacher, "login": f"teacher{n}"}).request)
        if n == 0:
            assert visitor.send("/r", {"registration_code": "A" * 200, "birth_date": "2016"}).status_code == 422
    assert [visitor.get(slip.full_path).status_code for slip in slips] == [200] * 5
    assert "请现在就打印" in visitor.get(slips[0].full_path).text


@pytest.mark.parametrize("origin", ["http://[", "https://[::1", "null", "\u2100://x"])
def test_an_origin_that_is_no_address_is_another_site(visitor: Visitor, origin: str):
    headers = {"Origin": origin.encode().decode("latin-1")}
    response = FlaskClient.post(visitor.client, "/r", data={"registration_code": "ABC"}, headers=headers)
    assert response.status_code == 303 and 'value="ABC"' not in visitor.get(response.headers["Location"]).text


@pytest.mark.parametrize("count", [1, 8, 50, 900])
def test_of_many_differences_as_many_as_fit_are_listed_and_the_others_counted(
    fakes: Fakes, visitor: Visitor, count: int
):
    visitor.sign_in("ministry")
    totals = {"store": {"count": 9, "hash_total": 2**63}, "projection": {"count": 8, "hash_total": 2**62}}
    found = [{"publisher": "roster", "slot": slot, "day": "2026-09-19", **totals} for slot in range(min(count, 50))]
    fakes.overrides["POST /v1/reports"] = lambda a: refuse(
        409, "control-totals-differ", "", differences=found, count=count
    )
    page = visitor.send("/reports", {"day": "2026-09-19", "campaign": "2026a"}).text
    table = page[page.index("核对不一致之处") :]
    listed = table[: table.index("</table>")].count("<tr>")
    assert listed == count if count == 1 else 8 <= listed <= 50
    assert (f"另有{count - listed}处不一致" in page) == (listed < count)
