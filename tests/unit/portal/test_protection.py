"""Protection: headers, form tokens and keys, and data that never leaves a page."""

from __future__ import annotations

import io
import re
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import REGISTRY

from services.portal.app import HERE, build
from services.portal.routes import ROUTES
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.consent import CONSENT_VERSION
from shared.service.entrance import DOOR, PEOPLE, Entrance, Forwarding, door_header
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import SETTINGS, Fakes, refuse, respond

FORMS = [route for route in ROUTES if route.method == "POST"]
ROLE_OF = {
    "/class": "teacher",
    "/school": "school",
    "/children": "guardian",
    "/reports": "ministry",
    "/accounts": "county",
    "/campaigns": "ministry",
    "/arrivals": "leader",
    "/code-alone": "county",
}


def who(rule: str) -> str:
    return next((role for start, role in ROLE_OF.items() if rule.startswith(start)), "teacher")


def test_every_page_forbids_what_it_does_not_need(visitor: Visitor):
    headers = visitor.get("/u").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("teacher", f"/class/{people.CLASS}"),
        ("teacher", "/photos/p-1/image"),
        ("teacher", "/photos/p-1/thumbnail"),
        ("guardian", "/children"),
        ("school", "/school"),
    ],
)
def test_no_cache_keeps_a_page_or_a_picture_of_a_child(visitor: Visitor, role: str, path: str):
    visitor.sign_in(role)
    response = visitor.get(path)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")


PAGES_OF = {
    "/account": "teacher",
    "/views": "auditor",
    "/audit-trail": "auditor",
    "/code-alone": "county",
    "/support": "support",
    "/photos": "guardian",
    "/u/for": "guardian",
}


def test_no_cache_keeps_anything_that_the_portal_answers(app: Flask):
    kept, visitors = {}, {}
    for rule in [route.rule for route in ROUTES if route.method == "GET"]:
        role = next((role for start, role in PAGES_OF.items() if rule.startswith(start)), who(rule))
        if role not in visitors:
            visitors[role] = Visitor(app)
            visitors[role].sign_in(role)
        path = rule.replace("<pupil>", people.PUPIL).replace("<class_id>", people.CLASS).replace("<unit>", "110101")
        headers = visitors[role].get(re.sub(r"<\w+>", "p-1", path)).headers
        kept[rule] = headers["Cache-Control"] != "no-store" or "ETag" in headers or "Last-Modified" in headers
    assert len(kept) > 40 and [rule for rule, is_kept in kept.items() if is_kept] == []


def test_a_request_that_did_not_come_through_the_proxy_is_refused_before_it_is_read(fakes: Fakes):
    entrance = Entrance("portal", SETTINGS.front_key, Forwarding(SETTINGS.forwarding_key, fakes.clock), ("a.example",))
    client = build(SETTINGS, fakes.clock, fakes.services(), entrance).test_client()
    door = {DOOR: door_header(PEOPLE, SETTINGS.front_key)}
    for path in ("/", "/u", "/static/portal.css", "/metrics", "/nowhere"):
        assert client.get(path).json["title"] == "proxy-only"
        assert client.get(path, headers=door | {"Host": "b.example"}).status_code in (400, 404)
    assert client.get("/u", headers=door | {"Host": "a.example"}).status_code == 200
    assert client.get("/metrics", headers=door | {"Host": "a.example"}).status_code == 404


def test_no_template_has_a_script_or_style_of_its_own_or_asks_another_host():
    sources = [path.read_text() for path in (HERE / "templates").glob("*.html")]
    assert len(sources) > 15
    for source in sources:
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", source)
        assert not re.search(r"""(?:src|href)=["']https?:""", source)


def test_no_form_works_without_the_token_of_this_visitor(app: Flask, fakes: Fakes):
    foreign, visitors, works = Visitor(app).fields("/sign-in")["form_token"], {"": Visitor(app)}, []
    for rule in [route.rule for route in FORMS]:
        role = "" if rule == "/sign-in" else who(rule)
        if role not in visitors:
            visitors[role] = Visitor(app)
            visitors[role].sign_in(role)
        before = len(fakes.requests)
        for token in ("", "0" * 32, foreign):
            data = {"form_token": token, "key": "k" * 20}
            response = FlaskClient.post(visitors[role].client, re.sub(r"<\w+>", people.CLASS, rule), data=data)
            if response.status_code != 303 or [each for each in fakes.requests[before:] if each.method != "GET"]:
                works.append((rule, token))
    assert len(FORMS) > 40 and works == []


def test_the_same_form_sent_twice_does_it_once(fakes: Fakes, visitor: Visitor):
    fields = visitor.fields("/u")
    photos = [
        visitor.client.post(
            "/u", data={**fields, "upload_code": people.UPLOAD_CODE, "photo": (io.BytesIO(b"jpeg"), "a.jpg")}
        )
        for _ in range(2)
    ]
    assert [response.status_code for response in photos] == [303, 303]
    assert photos[0].headers["Location"] == photos[1].headers["Location"]
    assert len(fakes.photos) == 1


def test_every_form_on_a_page_has_a_key_of_its_own(visitor: Visitor):
    visitor.sign_in("teacher")
    keys = re.findall(r'name="key" value="([^"]+)"', visitor.get(f"/class/{people.CLASS}").text)
    assert len(keys) > 20 and len(set(keys)) == len(keys)


def test_after_a_failure_the_form_comes_back_with_the_same_key_and_after_a_refusal_with_a_new_one(
    fakes: Fakes, visitor: Visitor
):
    visitor.sign_in("school")
    form = {"stage": "p", "entry_year": "2026", "number": "9"}
    path, fields = f"/v1/units/{people.SCHOOL}/classes", visitor.fields("/school")
    fakes.overrides[f"POST {path}"] = lambda received: refuse(503, "unavailable")
    failed = visitor.client.post("/school/classes", data={**fields, **form})
    assert failed.status_code == 503 and f'value="{fields["key"]}"' in failed.text and 'value="2026"' in failed.text
    fakes.overrides[f"POST {path}"] = lambda received: refuse(409, "class-exists")
    refused = visitor.client.post("/school/classes", data={**fields, **form})
    assert (
        refused.status_code == 409 and f'value="{fields["key"]}"' not in refused.text and "已有这个班级" in refused.text
    )


@pytest.mark.parametrize("login", ["teacher", "school"])
def test_the_input_survives_a_session_that_has_ended_for_the_same_account(fakes: Fakes, visitor: Visitor, login: str):
    visitor.sign_in("teacher")
    fields = visitor.fields(f"/class/{people.CLASS}")
    fakes.clock.advance(days=1)
    fakes.refreshes.clear()
    form = {"campaign": "2026a", "pupil": people.PUPIL, "reason": "refused"}
    ended = visitor.client.post(f"/class/{people.CLASS}/paper", data={**fields, **form})
    assert ended.status_code == 303 and ended.headers["Location"].startswith("/sign-in?done=session-ended&next=")
    back = unquote(ended.headers["Location"].split("next=")[1])
    data = {"login": login, "password": people.PASSWORD, "next": back}
    page = visitor.send(ended.headers["Location"], data, to="/sign-in")
    assert ('name="reason" value="refused"' in page.text) == (login == "teacher")
    if login == "teacher":
        assert f'value="{fields["key"]}"' in page.text and "再提交一次" in page.text
        box = page.text[page.text.index('id="problem-box"') :]
        again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', box[: box.index("</form>")]))
        assert FlaskClient.post(visitor.client, f"/class/{people.CLASS}/paper", data=again).status_code == 303


def test_passwords_never_come_back_in_a_page(fakes: Fakes, visitor: Visitor):
    fields = visitor.fields("/r")
    secret = "a very secret pass phrase"
    fakes.broken.add("identity")
    form = {
        "step": "account",
        "registration_code": people.REGISTRATION_CODE,
        "birth_date": "20160501",
        "masked_name": "欧*",
        "school_name": "s",
        "class_name": "c",
        "consent": CONSENT_VERSION,
        "login": "13800000000",
        "display_name": "欧阳建国",
        "relation": "father",
        "password": secret,
        "again": secret,
    }
    response = visitor.client.post("/r", data={**fields, **form})
    assert response.status_code == 503 and secret not in response.text
    assert "13800000000" in response.text and "欧阳建国" in response.text


def test_a_photo_that_is_too_large_is_a_sentence(app: Flask, visitor: Visitor):
    fields = visitor.fields("/u")
    response = visitor.client.post(
        "/u", data={**fields, "upload_code": people.UPLOAD_CODE, "photo": (io.BytesIO(bytes(16 << 20)), "a.jpg")}
    )
    assert response.status_code == 413 and "文件太大了" in response.text


def test_the_name_of_the_chosen_file_is_not_sent_on(fakes: Fakes, visitor: Visitor):
    visitor.send("/u", {"upload_code": people.UPLOAD_CODE, "photo": (io.BytesIO(b"jpeg"), "欧阳小红.jpg")})
    sent = fakes.commands("/v1/photos")[0]
    assert "欧阳小红".encode() not in sent.body and b'filename="photo"' in sent.body


@pytest.mark.parametrize("text", ["..", "../internal", "a/b", "", "a?b", "a#b", "%2e%2e", "a b", "x" * 200, ".hidden"])
def test_no_segment_of_an_address_leads_to_another_path_of_a_service(text: str):
    with pytest.raises(Refused, match="not-found"):
        segment(text)


@pytest.mark.parametrize(
    ("role", "path"),
    [("guardian", "/school"), ("guardian", "/reports"), ("school", "/campaigns"), ("county", f"/class/{people.CLASS}")],
)
def test_pages_of_another_role_are_refused_with_a_sentence(visitor: Visitor, role: str, path: str):
    visitor.sign_in(role)
    response = visitor.get(path)
    assert response.status_code == 403 and "没有这项权限" in response.text


def test_machines_get_problem_documents(visitor: Visitor):
    assert visitor.get("/_status").json["service"] == "portal"
    assert visitor.get("/_health/live").json == {"live": True}
    assert visitor.get("/_health/ready").json == {"ready": True}
    assert "rollcall_request_seconds" in visitor.get("/metrics").text
    assert visitor.get("/_nothing").content_type == "application/problem+json"


def test_a_bug_is_a_sentence_and_never_a_trace(fakes: Fakes, visitor: Visitor):
    fakes.overrides["GET /v1/campaigns"] = lambda received: respond({"unexpected": []})
    visitor.sign_in("ministry")
    page = visitor.get("/campaigns")
    assert (
        page.status_code == 500
        and "Traceback" not in page.text
        and "KeyError" not in page.text
        and "internal" in page.text
    )


def test_what_fails_behind_a_form_is_counted_though_its_answer_is_a_redirect(fakes: Fakes, visitor: Visitor):
    def failures() -> float:
        return REGISTRY.get_sample_value("rollcall_refusals_total", {"code": "unavailable"}) or 0

    fields, before = visitor.fields("/sign-in"), failures()
    serve = fakes.do
    fakes.do = lambda received: serve(received) if received.method == "GET" else refuse(503, "unavailable")
    sent = FlaskClient.post(visitor.client, "/sign-in", data={**fields, "login": "school", "password": "anything"})
    assert (sent.status_code, failures()) == (303, before + 1)


def test_the_token_of_forms_is_another_one_in_every_response_and_each_of_them_serves(visitor: Visitor):
    """Compressed pages of one length each time tell nothing about a secret that changes (BREACH)."""
    tokens = [visitor.fields("/sign-in")["form_token"] for _ in range(5)]
    assert len(set(tokens)) == len({token[:8] for token in tokens}) == len({token[-8:] for token in tokens}) == 5
    for token in tokens:
        sent = visitor.client.post("/sign-in", data={"form_token": token, "login": "school", "password": "wrong"})
        assert sent.status_code != 400
    page = visitor.get("/sign-in").text
    assert len(set(re.findall(r'name="form_token" value="([^"]+)"', page))) == 1
