"""The monthly report: only of a closed day, only when control totals agree, once, and always the same bytes."""

from __future__ import annotations

import hashlib
import io
import logging
import random
from dataclasses import replace

import orjson
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from services.stats.domain.measures import MEASURES_VERSION, NAMES
from services.stats.report.files import object_name
from shared.language.contracts import PUBLISHERS
from tests.integration.stats.conftest import filled
from tests.unit.stats.histories import CLASSES, DAYS, archive, entry, form, pupil_id, unit

DAY, EARLIER = DAYS[4], DAYS[2]
COUNTY = "/000000/110000/110101/"
REQUEST = {"campaign": "2026a", "unit": "110101", "day": DAY}
NATION = {**REQUEST, "unit": "000000"}


def some_pupils():
    pupils = [pupil_id(n) for n in range(1, 21)]
    classes = [CLASSES[0]] * 8 + [CLASSES[2]] * 8 + [CLASSES[4]] * 4
    archived = [*pupils[0:6], *pupils[8:10], *pupils[16:19]]
    senders = ["guardian", "code", "teacher", "school"]
    return [
        *(entry(p, 1, DAYS[0], c) for p, c in zip(pupils, classes, strict=True)),
        *(form(p, 1, DAYS[1 + n % 4], archive=archive(senders[n % 4])) for n, p in enumerate(archived)),
        form(pupils[7], 1, DAYS[2], received=False, paper=True),
        form(pupils[15], 1, DAYS[2], returned=True),
    ]


@pytest.fixture
def full(stats):
    return filled(stats, some_pupils())


@pytest.fixture
def closed(full):
    response = full.as_("ministry").post(f"/v1/days/{DAY}/close").json
    assert (response["final"], response["settled"]) == (True, True)
    return full


def fetch(stats, summary, kind):
    response = stats.as_("ministry").get(summary[f"url_{kind}"])
    assert response.status_code == 200, response.json
    return response.data


def test_a_report_holds_the_figures_of_its_day_with_the_children_ranked(closed):
    made = closed.as_("county", COUNTY).post("/v1/reports", REQUEST)
    assert made.status_code == 201, made.json
    content = fetch(closed, made.json, "json")
    document = orjson.loads(content)
    assert hashlib.sha256(content).hexdigest() == made.json["sha256"]
    assert (
        document["measures"]
        == closed.as_("ministry").get("/v1/figures", campaign="2026a", unit="110101", day=DAY).json["measures"]
    )
    rows = [
        (row["rank"], row["name"], row["measures"]["expected"], row["measures"]["uploaded"], row["rate"])
        for row in document["children"]
    ]
    assert rows == [(1, "东城一小", 8, 6, "75.00"), (2, "东城二小", 8, 2, "25.00")]
    assert (
        document["text"][0]
        == "截至2026年11月5日24时，2026年秋季学籍核查中东城区应上传学生电子档案16人，已上传8人，上传率50.00%。"
    )
    assert (made.json["version"], made.json["number"], document["compared_with"], document["parked"]) == (
        1,
        1,
        None,
        [],
    )


def test_a_report_taken_out_as_a_file_is_told_to_the_security_log_and_one_on_a_page_is_not(closed, caplog):
    caplog.set_level(logging.INFO, "security")
    made = closed.as_("county", COUNTY).post("/v1/reports", REQUEST).json
    for kind in ("json", "xlsx", "pdf"):
        fetch(closed, made, kind)
    told = [vars(line) for line in caplog.records if vars(line).get("event") == "export"]
    assert [(line["role"], line["target"], line["file"]) for line in told] == [
        ("ministry", made["id"], "xlsx"),
        ("ministry", made["id"], "pdf"),
    ]


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_who_holds_a_file_of_an_edition_is_told_so_and_taking_it_out_again_is_recorded(closed, caplog, kind):
    caplog.set_level(logging.INFO, "security")
    ministry = closed.as_("ministry")
    made = ministry.post("/v1/reports", REQUEST).json
    first = ministry.get(f"/v1/reports/{made['id']}.{kind}")
    again = ministry.get(f"/v1/reports/{made['id']}.{kind}", first.headers["ETag"])
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    told = [vars(line) for line in caplog.records if vars(line).get("event") == "export"]
    assert len(told) == {"json": 0, "xlsx": 2}[kind]


def test_the_same_report_again_is_the_same_edition_with_the_same_bytes(closed):
    first = closed.as_("ministry").post("/v1/reports", NATION, key="first-time").json
    files = {kind: fetch(closed, first, kind) for kind in ("json", "xlsx", "pdf")}
    assert closed.as_("ministry").post("/v1/reports", NATION, key="first-time").json == first
    assert closed.as_("ministry").post("/v1/reports", NATION, key="again-later").json == first
    assert {kind: fetch(closed, first, kind) for kind in files} == files
    assert len(closed.as_("ministry").get("/v1/reports", campaign="2026a", unit="000000").json["items"]) == 1


def test_made_from_nothing_but_the_events_the_report_has_the_same_bytes(closed, mongo_client, s3):
    from tests.integration.stats.conftest import Statistics

    first = closed.as_("ministry").post("/v1/reports", NATION).json
    later = form(pupil_id(7), 1, DAYS[6], archive=archive())  # a closed day never changes
    name = f"{closed.database.name}_again"
    try:
        other = Statistics(mongo_client[name], s3)
        events = [later, *(e for p in closed.publishers.values() for e in p.events)]
        random.Random(99).shuffle(events)
        other.happen(*events, *events[:30])
        for publisher in other.publishers.values():
            publisher.events = list({e.id: e for e in publisher.events}.values())
        assert other.as_("ministry").post(f"/v1/days/{DAY}/close").json["settled"]
        second = other.as_("ministry").post("/v1/reports", NATION).json
        assert second == first
    finally:
        mongo_client.drop_database(name)


def test_a_report_is_refused_while_the_day_is_not_closed_at_every_publisher(full):
    response = full.as_("ministry").post("/v1/reports", NATION)
    assert (response.status_code, response.json["title"]) == (409, "day-not-closed")
    for publisher in full.publishers.values():
        publisher.closed = DAY
    full.publishers["upload"].pending = 1
    assert full.as_("ministry").post("/v1/reports", NATION).json["title"] == "day-not-closed"


@pytest.mark.parametrize("publisher", ["roster", "upload"])
def test_a_report_is_refused_when_a_store_holds_an_event_that_statistics_lacks(closed, publisher):
    lost = (
        form(pupil_id(7), 1, DAYS[1], archive=archive()) if publisher == "upload" else entry(pupil_id(99), 1, DAYS[1])
    )
    closed.publishers[publisher].events.append(lost)
    response = closed.as_("ministry").post("/v1/reports", NATION)
    assert (response.status_code, response.json["title"], response.json["count"]) == (409, "control-totals-differ", 1)
    assert response.json["differences"][0]["publisher"] == publisher
    closed.happen(lost)
    closed.publishers[publisher].events.pop()
    assert closed.as_("ministry").post("/v1/reports", NATION).status_code == 201


def test_a_report_is_refused_when_an_event_has_another_identity_than_in_the_store(closed):
    """Counts agree, hash totals do not: a fork."""
    events = closed.publishers["upload"].events
    events[0] = replace(events[0], id="another")
    assert closed.as_("ministry").post("/v1/reports", NATION).json["title"] == "control-totals-differ"


def test_a_parked_event_stops_a_report_until_a_named_person_accepts_it(closed):
    poison = form(pupil_id(7), 1, DAYS[1], archive={"by": "unknown-sender", "how": "single", "on": DAYS[1]})
    closed.happen(poison)
    ministry = closed.as_("ministry")
    assert ministry.post(f"/v1/days/{DAY}/close").json["parked"] == 1  # the day is not closed without a word of it
    refused = ministry.post("/v1/reports", NATION)
    assert (refused.status_code, refused.json["title"]) == (409, "parked")
    key = refused.json["parked"][0]["key"]
    assert ministry.post("/v1/reports", {**NATION, "accept": ["something-else"]}).json["title"] == "parked"
    made = ministry.post("/v1/reports", {**NATION, "accept": [key]})
    assert made.status_code == 201, made.json
    document = orjson.loads(fetch(closed, made.json, "json"))
    assert [item["key"] for item in document["parked"]] == [key]
    assert document["accepted"] == made.json["by"]
    assert any("1条记录未能计入" in line for line in document["text"])


def test_an_accepted_event_explains_its_own_difference_and_no_other(closed):
    poison = form(pupil_id(7), 1, DAYS[1], archive={"by": "unknown-sender", "how": "single", "on": DAYS[1]})
    closed.happen(poison)
    closed.publishers["upload"].events.append(form(pupil_id(8), 2, DAYS[2], archive=archive()))
    response = closed.as_("ministry").post("/v1/reports", {**NATION, "accept": [f"{poison.id}@{poison.day}"]})
    assert (response.json["title"], response.json.get("count")) == ("control-totals-differ", 1)


def test_an_accepted_event_that_is_in_no_store_makes_no_difference(closed):
    invented, real = (
        form(pupil_id(7), version, DAYS[1], archive={"by": "unknown-sender", "how": "single", "on": DAYS[1]})
        for version in (1, 2)
    )
    closed.happen(invented, real)
    closed.publishers["upload"].events.remove(invented)
    made = closed.as_("ministry").post(
        "/v1/reports", {**NATION, "accept": [f"{each.id}@{each.day}" for each in (invented, real)]}
    )
    assert made.status_code == 201, made.json


def test_later_events_never_change_a_published_report(closed):
    first = closed.as_("ministry").post("/v1/reports", NATION).json
    content = fetch(closed, first, "json")
    closed.happen(form(pupil_id(7), 1, DAYS[6], archive=archive()), entry(pupil_id(1), 2, DAYS[6], CLASSES[4]))
    assert closed.as_("ministry").post("/v1/reports", NATION).json == first
    assert fetch(closed, first, "json") == content


def test_a_new_edition_of_a_day_is_a_persons_decision_with_a_reason_and_names_what_it_replaces(closed, monkeypatch):
    ministry = closed.as_("ministry")
    first = ministry.post("/v1/reports", NATION).json
    monkeypatch.setattr("services.stats.report.document.MEASURES_VERSION", f"{MEASURES_VERSION}-next")
    refused = ministry.post("/v1/reports", NATION)
    assert (refused.status_code, refused.json["title"], refused.json["current"]) == (409, "report-exists", first["id"])
    assert (
        ministry.post("/v1/reports", {**NATION, "replaces": "2026a-000000-20261105-7", "reason": "指标有误"}).json[
            "title"
        ]
        == "wrong-edition"
    )
    second = ministry.post("/v1/reports", {**NATION, "replaces": first["id"], "reason": "指标有误"}).json
    assert (second["version"], second["number"], second["replaces"], second["reason"]) == (
        2,
        1,
        first["id"],
        "指标有误",
    )
    assert any("指标有误" in note for note in orjson.loads(fetch(closed, second, "json"))["notes"])
    assert ministry.post("/v1/reports", NATION).json == second
    assert [
        summary["version"] for summary in ministry.get("/v1/reports", campaign="2026a", unit="000000").json["items"]
    ] == [2, 1]
    assert fetch(closed, first, "pdf")[:5] == b"%PDF-"


def test_an_edition_names_the_published_one_that_it_replaces_and_no_draft(closed, monkeypatch):
    county, school = closed.as_("county", COUNTY), closed.as_("school", SCHOOL)

    def edition(number, **asked):
        monkeypatch.setattr("services.stats.report.document.MEASURES_VERSION", f"{MEASURES_VERSION}-{number}")
        return county.post("/v1/reports", {**REQUEST, **asked}).json

    drafted = edition(1, draft=True)
    first = edition(2, replaces=drafted["id"], reason="改正草稿")
    notes = orjson.loads(fetch(closed, first, "json"))["notes"]
    assert (first["version"], first["replaces"], first["reason"]) == (2, "", "改正草稿")
    assert not any(drafted["id"] in note or "替代" in note for note in notes)
    drafted = edition(3, replaces=first["id"], reason="又一份草稿", draft=True)
    last = edition(4, replaces=drafted["id"], reason="指标有误")
    assert (drafted["replaces"], last["version"], last["replaces"]) == (first["id"], 4, first["id"])
    assert school.get(f"/v1/reports/{last['replaces']}.json").status_code == 200, "who reads it may read what it names"


def test_another_commit_of_the_program_says_the_same_and_makes_no_new_edition(closed):
    first = closed.as_("ministry").post("/v1/reports", NATION).json
    closed.restart(code="beef42")
    assert closed.as_("ministry").post("/v1/reports", NATION).json == first


def test_change_and_change_of_rank_are_against_the_report_before(closed):
    ministry = closed.as_("ministry")
    ministry.post("/v1/reports", {**REQUEST, "day": EARLIER})
    second = ministry.post("/v1/reports", REQUEST).json
    document = orjson.loads(fetch(closed, second, "json"))
    assert (second["number"], document["compared_with"]["day"]) == (2, EARLIER)
    then = orjson.loads(
        fetch(closed, ministry.get("/v1/reports", campaign="2026a", unit="110101").json["items"][1], "json")
    )
    rates = {row["code"]: row["rate"] for row in then["children"]}
    assert {row["code"]: row["change"] for row in document["children"]} == {
        code: f"{75 - float(rates[code]):+.2f}" if code == "2111000001" else f"{25 - float(rates[code]):+.2f}"
        for code in rates
    }
    assert f"比上期（2026年11月3日）上升{float(document['total']['change']):.2f}个百分点" in document["text"][0]


def test_a_schools_report_lists_its_classes_and_ranks_none(closed):
    document = orjson.loads(
        fetch(closed, closed.as_("county", COUNTY).post("/v1/reports", {**REQUEST, "unit": "2111000001"}).json, "json")
    )
    assert [row["code"] for row in document["children"]] == [CLASSES[0]]
    assert [row["code"] for row in document["nobody_expected"]] == [CLASSES[1]]
    assert {row["rank"] for row in document["children"]} == {None}
    assert closed.as_("ministry").post("/v1/reports", {**REQUEST, "unit": CLASSES[0]}).json["title"] == "not-a-unit"


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("county", COUNTY, 201),
        ("county", "/000000/110000/110102/", 403),
        ("school", COUNTY + "2111000001/", 403),
        ("teacher", COUNTY, 403),
        ("province", "/000000/110000/", 201),
    ],
)
def test_a_level_makes_reports_of_its_own_unit_and_of_those_below(closed, role, path, status):
    level = closed.as_(role, path)
    for draft in (True, False):
        assert level.post("/v1/reports", {**REQUEST, "draft": draft}).status_code == status


SCHOOL = COUNTY + "2111000001/"
BELOW = [
    ("county", COUNTY),
    ("school", SCHOOL),
    ("leader", SCHOOL),
    ("teacher", f"{SCHOOL}{CLASSES[0]}/"),
    ("auditor", SCHOOL),
]
BESIDE = [("county", "/000000/110000/110102/"), ("school", "/000000/110000/3111000003/")]
ABOVE = [("ministry", "/000000/"), ("province", "/000000/110000/")]


def reads(stats, role, path, summary):
    """(status of its files, whether lists name it): of the unit, and of everything that concerns the reader."""
    reader = stats.as_(role, path)
    kinds = {reader.get(summary[f"url_{kind}"]).status_code for kind in ("json", "xlsx", "pdf")}
    asked = {"campaign": "2026a", "unit": summary["unit"]}
    listed = [each["id"] for each in reader.get("/v1/reports", **asked).json["items"]]
    concerning = [each["id"] for each in reader.get("/v1/reports", campaign="2026a").json["items"]]
    return kinds, summary["id"] in listed, summary["id"] in concerning


@pytest.mark.parametrize(("role", "path"), [*ABOVE, *BELOW])
def test_a_published_report_is_read_by_its_unit_by_those_above_and_by_everybody_below(closed, role, path):
    summary = closed.as_("county", COUNTY).post("/v1/reports", REQUEST).json
    assert summary["published"] is True
    kinds, listed, concerning = reads(closed, role, path, summary)
    assert (kinds, listed, concerning) == ({200}, True, role not in ("ministry", "province"))


@pytest.mark.parametrize(("role", "path"), BESIDE)
def test_a_published_report_is_not_read_from_beside(closed, role, path):
    summary = closed.as_("county", COUNTY).post("/v1/reports", REQUEST).json
    assert reads(closed, role, path, summary) == ({403}, False, False)


@pytest.mark.parametrize(("role", "path"), [*BELOW[1:], *BESIDE, ("auditor", "/000000/"), ("support", "/000000/")])
def test_a_draft_is_read_neither_from_below_nor_from_beside_nor_by_who_issues_none(closed, role, path):
    summary = closed.as_("county", COUNTY).post("/v1/reports", {**REQUEST, "draft": True}).json
    assert summary["published"] is False
    assert reads(closed, role, path, summary) == ({403}, False, False)
    publication = f"/v1/reports/{summary['id']}/publication"
    assert closed.as_(role, path).post(publication, key="not-allowed").status_code == 403


@pytest.mark.parametrize(("role", "path"), [*ABOVE, BELOW[0]])
def test_a_draft_is_read_by_who_issues_reports_of_the_unit_or_above(closed, role, path):
    summary = closed.as_("county", COUNTY).post("/v1/reports", {**REQUEST, "draft": True}).json
    assert reads(closed, role, path, summary)[:2] == ({200}, True)


def test_a_draft_is_published_as_it_was_read(closed):
    county, school = closed.as_("county", COUNTY), closed.as_("school", SCHOOL)
    draft = county.post("/v1/reports", {**REQUEST, "draft": True}, key="draft-it-01").json
    assert county.post("/v1/reports", {**REQUEST, "draft": True}, key="draft-it-02").json == draft
    content = fetch(closed, draft, "json")
    published = county.post(f"/v1/reports/{draft['id']}/publication", key="publish-01").json
    assert published == draft | {"published": True}
    for key in ("publish-01", "publish-02"):
        assert county.post(f"/v1/reports/{draft['id']}/publication", key=key).json == published
    assert county.post("/v1/reports", {**REQUEST, "draft": True}).json == published  # what is published stays so
    assert school.get(published["url_json"]).data == content == fetch(closed, published, "json")
    assert county.post("/v1/reports/2026a-110101-20261105-9/publication").status_code == 404


def test_making_a_report_without_draft_publishes_the_draft_of_the_day(closed):
    county = closed.as_("county", COUNTY)
    draft = county.post("/v1/reports", {**REQUEST, "draft": True}).json
    assert county.post("/v1/reports", REQUEST).json == draft | {"published": True}


def test_a_draft_that_is_never_published_uses_up_no_number(closed):
    county = closed.as_("county", COUNTY)
    drafted = county.post("/v1/reports", {**REQUEST, "day": EARLIER, "draft": True}).json
    first = county.post("/v1/reports", REQUEST).json
    assert (drafted["number"], drafted["published"], first["number"], first["published"]) == (1, False, 1, True)


def test_numbers_follow_the_order_of_publication_and_change_nothing_else(closed):
    county = closed.as_("county", COUNTY)
    earlier, later = (county.post("/v1/reports", {**REQUEST, "day": d, "draft": True}).json for d in (EARLIER, DAY))
    before = orjson.loads(fetch(closed, earlier, "json"))
    first = county.post(f"/v1/reports/{later['id']}/publication", key="publish-01").json
    second = county.post(f"/v1/reports/{earlier['id']}/publication", key="publish-02").json
    assert (first["number"], first["sha256"], second["number"]) == (1, later["sha256"], 2)
    assert county.post(f"/v1/reports/{earlier['id']}/publication", key="publish-02").json == second
    assert county.post("/v1/reports", {**REQUEST, "day": EARLIER}).json == second
    content = fetch(closed, second, "json")
    assert orjson.loads(content) == before | {"number": 2}
    assert hashlib.sha256(content).hexdigest() == second["sha256"]
    pages = pypdfium2.PdfDocument(fetch(closed, second, "pdf"))
    assert "第2期" in "".join("".join(page.get_textpage().get_text_range() for page in pages).split())
    assert "第2期" in str(
        CalamineWorkbook.from_filelike(io.BytesIO(fetch(closed, second, "xlsx"))).get_sheet_by_index(0).to_python()
    )


def test_two_reports_that_are_published_at_one_moment_do_not_get_one_number(closed, monkeypatch):
    county = closed.as_("county", COUNTY)
    earlier, later = (county.post("/v1/reports", {**REQUEST, "day": d, "draft": True}).json for d in (EARLIER, DAY))
    county.post(f"/v1/reports/{later['id']}/publication")
    with monkeypatch.context() as meanwhile:  # the number was read before the other one was published
        meanwhile.setattr("services.stats.use_cases.publishing._number", lambda deps, request: 1)
        refused = county.post(f"/v1/reports/{earlier['id']}/publication", key="publish-02")
    assert (refused.status_code, refused.json["title"]) == (409, "conflict")
    assert county.post(f"/v1/reports/{earlier['id']}/publication", key="publish-02").json["number"] == 2


def test_a_report_is_compared_with_the_last_published_one(closed):
    county = closed.as_("county", COUNTY)
    county.post("/v1/reports", {**REQUEST, "day": EARLIER, "draft": True})
    assert county.post("/v1/reports", REQUEST).json["compared_with"] == ""


def test_a_school_that_has_moved_reads_what_its_new_county_publishes(closed):
    closed.happen(unit("2111000001", "东城一小", "school", "110102", version=2, day=DAYS[6], effective_from=DAYS[6]))
    summary = closed.as_("county", COUNTY).post("/v1/reports", REQUEST).json
    moved = closed.as_("school", "/000000/110000/110102/2111000001/")
    assert moved.get(summary["url_json"]).status_code == 403
    other = closed.as_("ministry").post("/v1/reports", {**REQUEST, "unit": "110102"}, key="of-the-other").json
    assert moved.get(other["url_json"]).status_code == 200


def test_the_spreadsheet_holds_the_same_numbers_as_the_document(closed):
    summary = closed.as_("ministry").post("/v1/reports", NATION).json
    document = orjson.loads(fetch(closed, summary, "json"))
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(fetch(closed, summary, "xlsx")))
    assert workbook.sheet_names == ["通报", "全部指标", "说明"]
    table = workbook.get_sheet_by_name("通报").to_python()
    assert table[0][0] == document["title"] == "全国学籍系统建设应用月度通报"
    assert table[3][:5] == [1, "北京市", 20, 11, 55.0]
    measures = workbook.get_sheet_by_name("全部指标").to_python()
    rows = [document["total"], *document["children"], *document["nobody_expected"]]
    for row, line in zip(rows, measures[1:], strict=True):
        assert line == [row["code"], row["name"], *(row["measures"][name] for name in NAMES)]


def test_units_in_which_nobody_is_expected_are_one_line_of_letter_and_spreadsheet(closed):
    summary = closed.as_("ministry").post("/v1/reports", {**REQUEST, "unit": "110000"}).json
    document = orjson.loads(fetch(closed, summary, "json"))
    assert [row["name"] for row in document["nobody_expected"]] == ["西城区"]
    line = "另有1个单位没有应上传学生，不列入上表：西城区。"
    pages = pypdfium2.PdfDocument(fetch(closed, summary, "pdf"))
    assert line in "".join("".join(page.get_textpage().get_text_range() for page in pages).split())
    book = CalamineWorkbook.from_filelike(io.BytesIO(fetch(closed, summary, "xlsx")))
    table = book.get_sheet_by_name("通报").to_python()
    assert [row[0] for row in table].count(line) == 1 and "西城区" not in [row[1] for row in table]
    assert "西城区" in [row[1] for row in book.get_sheet_by_name("全部指标").to_python()]


def test_the_letter_has_pages_with_every_child_and_every_rate(closed):
    summary = closed.as_("ministry").post("/v1/reports", REQUEST).json
    document = orjson.loads(fetch(closed, summary, "json"))
    pages = pypdfium2.PdfDocument(fetch(closed, summary, "pdf"))
    printed = "".join(page.get_textpage().get_text_range() for page in pages)
    assert len(pages) >= 1
    for row in document["children"]:
        assert row["name"] in printed
        assert printed.count(row["rate"]) >= 2  # in a bar and in the table
    assert document["title"] in printed
    assert document["id"] in printed


def test_a_file_that_was_changed_in_the_object_store_is_not_handed_out(closed, s3):
    summary = closed.as_("ministry").post("/v1/reports", REQUEST).json
    s3.put(object_name(summary, "json"), b"{}", "application/json")
    assert closed.as_("ministry").get(summary["url_json"]).status_code == 500


def test_unknown_reports_and_kinds_are_not_found(closed):
    summary = closed.as_("ministry").post("/v1/reports", REQUEST).json
    assert closed.as_("ministry").get("/v1/reports/2026a-000000-20261105-9.pdf").status_code == 404
    assert closed.as_("ministry").get(f"/v1/reports/{summary['id']}.docx").status_code == 404


def test_a_day_is_closed_at_every_publisher_and_final_when_nothing_is_pending(full):
    full.publishers["upload"].rounds = 3
    response = full.as_("ministry").post(f"/v1/days/{DAY}/close")
    assert response.json["publishers"] == [{"name": name, "closed_through": DAY, "pending": 0} for name in PUBLISHERS]
    assert (response.json["final"], response.json["settled"]) == (True, True)
    figures = full.as_("ministry").get("/v1/figures", campaign="2026a", unit="000000", day=DAY).json
    assert (figures["closed_through"], figures["unsettled"]) == (DAY, False)
    assert full.as_("ministry").get("/v1/figures", campaign="2026a", unit="000000", day=DAYS[5]).json["unsettled"]


def test_a_day_is_not_final_while_a_relay_does_not_send_and_not_settled_while_statistics_is_behind(full):
    full.publishers["upload"].pending = 2
    response = full.as_("ministry").post(f"/v1/days/{DAY}/close").json
    assert (response["final"], response["settled"]) == (False, False)
    full.publishers["upload"].pending = 0
    full.happen(form(pupil_id(7), 1, DAYS[1], archive=archive()), projected=False)
    response = full.as_("ministry").post(f"/v1/days/{DAY}/close").json
    assert (response["final"], response["settled"]) == (True, False)
    assert full.as_("ministry").get("/v1/figures", campaign="2026a", unit="000000", day=DAY).json["unsettled"]


def test_a_day_that_is_not_final_is_not_recorded_as_closed(full):
    full.publishers["upload"].pending = 2
    full.as_("ministry").post(f"/v1/days/{DAY}/close")
    assert full.as_("ministry").get("/v1/figures", campaign="2026a", unit="000000").json["closed_through"] == ""
    full.publishers["upload"].pending = 0
    full.as_("ministry").post(f"/v1/days/{DAY}/close")
    assert full.as_("ministry").get("/v1/figures", campaign="2026a", unit="000000").json["closed_through"] == DAY


def test_only_the_ministry_closes_days_and_only_those_that_are_over(full):
    assert full.as_("province", "/000000/110000/").post(f"/v1/days/{DAY}/close").status_code == 403
    assert full.as_("ministry").post("/v1/days/2026-11-20/close").json["title"] == "day-not-over"
    assert full.as_("ministry").post("/v1/days/2026-11-31/close").status_code == 422
    assert (
        full.client.post(
            f"/v1/days/{DAY}/close", headers={"Authorization": f"Bearer {full.as_('ministry').token}"}
        ).status_code
        == 400
    )


def test_an_unavailable_publisher_is_reported_and_nothing_is_closed_silently(full):
    full.publishers["identity"].unavailable = True
    assert full.as_("ministry").post(f"/v1/days/{DAY}/close").status_code == 503
    assert full.as_("ministry").get("/v1/figures", campaign="2026a", unit="000000").json["closed_through"] == ""
