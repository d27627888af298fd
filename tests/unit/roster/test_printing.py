"""Roster over HTTP: printing; and secrets that never leave the service."""

from __future__ import annotations

import threading

import orjson
import pypdfium2
import pytest
import zxingcpp

from services.roster.api.internal_routes import internal_routes
from services.roster.api.routes import routes
from services.roster.use_cases import printed_pages
from shared.infrastructure.clock import day_of
from shared.infrastructure.work_queue import WorkQueue
from shared.language.class_names import class_name
from shared.language.codes import PageOne, PageTwo, parse_qr
from shared.language.contracts import is_public
from shared.language.permissions import Permission
from tests.support.tokens import bearer, token_for
from tests.unit.roster.county import (
    BORN,
    CAMPAIGN,
    CLASS,
    COUNTY,
    ELSEWHERE,
    HERE,
    OTHER,
    SCHOOL,
    SECOND,
    THERE,
    County,
    check,
    name_of,
    row,
    state_of,
)
from tests.unit.roster.numbers import id_number, pupil_number

pytestmark = pytest.mark.paper

NATION = "/000000/"
COVER = "班级封面"


def qr_of(pdf: bytes) -> list[object]:
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        if COVER in page.get_textpage().get_text_range():
            continue
        codes = zxingcpp.read_barcodes(page.render(scale=2).to_pil(), formats=zxingcpp.BarcodeFormat.QRCode)
        found.append(parse_qr(codes[0].text) if len(codes) == 1 else None)
    return found


def print_class(county: County, body=None):
    asked = {"confirm": True, **(body or {"class": CLASS})}
    made = county.post("/v1/campaigns/2026a/prints", asked, "school", HERE)
    return made, county.ask("GET", made["url"], "school", [HERE])


def test_paper_of_a_later_campaign_carries_a_new_code_and_paper_of_the_same_one_the_same(campaign):
    campaign.enrol(row(1))
    first, second = (qr_of(print_class(campaign)[1].data)[1].code for _ in range(2))
    assert first == second
    campaign.clock.ms += 120 * 86_400_000
    later = {"id": "2027a", "opens": "2027-01-01", "cutoff": "2027-05-31", "last_day": "2027-06-30"}
    campaign.post("/v1/campaigns", CAMPAIGN | later, "ministry", NATION)
    campaign.open_only("2027a")
    campaign.openings().finish(threading.Event())
    made = campaign.post("/v1/campaigns/2027a/prints", {"class": CLASS}, "school", HERE)
    [_, page_two] = qr_of(campaign.ask("GET", made["url"], "school", [HERE]).data)
    assert page_two.code != first
    assert (check(campaign, first).json["title"], check(campaign, page_two.code).status_code) == ("code-unknown", 200)


def test_a_print_holds_a_cover_and_two_pages_per_pupil_with_their_codes(campaign):
    campaign.enrol(row(1), row(2), row(3))
    made, pdf = print_class(campaign)
    assert (made["forms"], made["pages"], pdf.content_type) == (3, 7, "application/pdf")
    pages = qr_of(pdf.data)
    assert [type(page) for page in pages] == [PageOne, PageTwo] * 3
    serials = {pupil["serial"]: pupil["pupil"] for pupil in campaign.pupils()}
    for one, two in zip(pages[::2], pages[1::2], strict=True):
        pupil = serials[one.serial]
        entry = state_of(campaign, f"entry-2026a-{pupil}")
        assert entry["upload_code"] == campaign.deps.personal_data.hash("upload", one.code)
        assert entry["sheet"] == campaign.deps.personal_data.hash("serial", one.serial)
        assert check(campaign, two.code).json["pupil"] == pupil


def test_a_reprint_voids_the_sheet_before_and_keeps_the_upload_code(campaign):
    campaign.enrol(row(1), row(2))
    first, _ = print_class(campaign)
    pupil = campaign.pupils()[0]["pupil"]
    before = state_of(campaign, f"entry-2026a-{pupil}")
    second, again = print_class(campaign, {"pupils": [pupil]})
    after = state_of(campaign, f"entry-2026a-{pupil}")
    assert (after["void_sheets"], after["upload_code"]) == ([before["sheet"]], before["upload_code"])
    assert after["sheet"] != before["sheet"]
    left = qr_of(campaign.ask("GET", first["url"], "school", [HERE]).data)
    assert len(left) == 2 and left[0].serial != qr_of(again.data)[0].serial  # the other pupil's sheet is still valid
    print_class(campaign)
    assert campaign.ask("GET", second["url"], "school", [HERE]).status_code == 410


def test_every_print_and_every_fetch_is_recorded(campaign):
    campaign.enrol(row(1))
    made, _ = print_class(campaign)
    campaign.ask("GET", made["url"], "school", [HERE])
    history = campaign.store.load(f"print-{made['print']}")
    assert [event.type for event in history] == ["print.made", "print.fetched", "print.fetched"]
    for _ in range(2):  # a request id is the client's to choose, and hides no fetch
        campaign.client.get(
            made["url"],
            headers={**bearer(token_for("school", [HERE], clock=campaign.clock)), "X-Request-Id": "always-the-same"},
        )
    assert len(campaign.store.load(f"print-{made['print']}")) == len(history) + 2
    recorded = {name: history[0].data[name] for name in ("campaign", "school", "forms", "source", "classes", "void")}
    assert recorded == {
        "campaign": "2026a",
        "school": SCHOOL,
        "forms": 1,
        "source": "127.0.0.1",
        "classes": [CLASS],
        "void": 0,
    }
    assert history[0].actor == history[0].data["by"] and history[0].data["at"] == campaign.clock.now()


def test_a_print_is_for_its_school_alone_and_the_same_request_is_one_print(campaign):
    campaign.enrol(row(1))
    made = campaign.post("/v1/campaigns/2026a/prints", {"class": CLASS}, "school", HERE, key="print-0001")
    assert campaign.post("/v1/campaigns/2026a/prints", {"class": CLASS}, "school", HERE, key="print-0001") == made
    assert len(campaign.store.load(f"entry-2026a-{campaign.pupils()[0]['pupil']}")) == 2
    assert campaign.ask("GET", made["url"], "school", [THERE]).status_code == 403
    assert campaign.ask("GET", made["url"], "teacher", [f"{HERE}{CLASS}/"]).status_code == 403
    for role, path in (("school", THERE), ("county", COUNTY)):
        assert (
            campaign.ask("POST", "/v1/campaigns/2026a/prints", role, [path], json={"class": CLASS}).status_code == 403
        )


def test_a_pupil_who_has_left_is_not_printed_and_the_earlier_sheet_is_dropped(campaign):
    campaign.enrol(row(1), row(2))
    made, _ = print_class(campaign)
    pupil = campaign.pupils()[0]["pupil"]
    campaign.post(
        f"/v1/pupils/{pupil}/changes", {"kind": "transferred", "school": OTHER, "class": ELSEWHERE}, "county", COUNTY
    )
    assert len(qr_of(campaign.ask("GET", made["url"], "school", [HERE]).data)) == 2
    assert print_class(campaign)[0]["forms"] == 1
    assert (
        campaign.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json={"pupils": [pupil]}).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad-fields"),
        ({"class": CLASS, "pupils": ["269.8e66991d0371571eb56d"]}, "bad-fields"),
        ({"class": SECOND}, "nothing-to-print"),
        ({"pupils": ["269.8e66991d0371571eb56d"]}, "not-found"),
    ],
)
def test_a_print_of_nothing_is_refused(campaign, body, code):
    campaign.enrol(row(1))
    assert campaign.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json=body).json["title"] == code


def test_nothing_is_printed_before_the_campaign_opens(county):
    county.enrol(row(1))
    county.post("/v1/campaigns", CAMPAIGN, "ministry", NATION)
    assert (
        county.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json={"class": CLASS}).json["title"]
        == "campaign-not-open"
    )


def test_after_its_last_day_a_campaigns_forms_are_neither_printed_nor_fetched(campaign):
    """A photo of such a form would be refused."""
    campaign.enrol(row(1))
    made, _ = print_class(campaign)
    campaign.clock.advance(days=101)  # the last day itself
    assert print_class(campaign)[1].status_code == 200
    campaign.clock.advance(days=1)
    printed = campaign.ask("POST", "/v1/campaigns/2026a/prints", "school", [HERE], json={"class": CLASS})
    fetched = campaign.ask("GET", made["url"], "school", [HERE])
    assert (printed.status_code, fetched.status_code) == (409, 409)
    for refused in (printed, fetched):
        assert (refused.json["title"], refused.json["where"]) == ("campaign-over", "campaign")


def test_no_event_holds_a_name_a_number_a_birth_date_or_a_code(campaign):
    campaign.enrol(row(1), row(2, 姓名="x1"))
    pupil = campaign.pupils()[0]["pupil"]
    _, pdf = print_class(campaign)
    one, two = qr_of(pdf.data)
    campaign.post(f"/v1/pupils/{pupil}/changes", {"kind": "suspended", "reason": f"{name_of(1)}生病"}, "school", HERE)
    streams = {event.stream for event in campaign.store._events.values()}
    text = b"".join(orjson.dumps(event) for event in campaign.store._events.values()).decode()
    assert {"enrolment", "entry", "registration", "print", "import"} <= {stream.partition("-")[0] for stream in streams}
    for secret in (
        name_of(1),
        pupil_number(BORN, 1),
        id_number(BORN, 1),
        BORN,
        one.code,
        one.serial,
        two.code,
        "生病",
        "x1",
    ):
        assert secret not in text
    assert not is_public("registration-x") and not is_public("print-x") and not is_public("import-x")


def test_every_route_names_its_callers_and_every_command_needs_a_key(campaign):
    for route in [*routes(campaign.deps), *internal_routes(campaign.deps)]:
        assert route.needs
        if route.method == "POST" and isinstance(route.needs, Permission):
            path = (
                route.rule.replace("<school>", SCHOOL)
                .replace("<class_>", CLASS)
                .replace("<id>", "2026a")
                .replace("<pupil>", "x")
            )
            assert campaign.client.post(path).status_code == 401
    response = campaign.client.post("/v1/campaigns", json=CAMPAIGN, headers={"Authorization": campaign_token(campaign)})
    assert (response.status_code, response.json["where"]) == (400, "Idempotency-Key")


def campaign_token(county: County) -> str:
    return f"Bearer {token_for('ministry', [NATION], clock=county.clock)}"


def test_paper_and_list_call_a_class_by_one_name(campaign):
    campaign.enrol(row(1))
    _, pdf = print_class(campaign)
    printed = pypdfium2.PdfDocument(pdf.data)[0].get_textpage().get_text_range()
    listed = {of["id"]: of["name"] for of in campaign.get(f"/v1/units/{SCHOOL}/classes", "school", HERE)["items"]}
    assert listed[CLASS] == class_name(CLASS, day_of(campaign.clock.now())) == "三年级1班"
    assert listed[CLASS] in printed


def test_a_print_that_finds_no_seat_is_not_recorded_and_comes_when_one_is_free(campaign, monkeypatch):
    queue = WorkQueue(1)
    monkeypatch.setattr(printed_pages, "TYPESETTING", queue)
    campaign.enrol(row(1))
    made, _ = print_class(campaign)
    with queue.seat("another print", "somebody else"):
        busy = campaign.ask("GET", made["url"], "school", [HERE])
        assert (busy.status_code, busy.json["title"], busy.json["ahead"]) == (503, "busy", 1)
        assert int(busy.headers["Retry-After"]) > 0
    assert campaign.ask("GET", made["url"], "school", [HERE]).status_code == 200
    types = [event.type for event in campaign.store.load(f"print-{made['print']}")]
    assert types == ["print.made", "print.fetched", "print.fetched"]
