"""Activation sheets: new codes for who has not activated, recorded, and never behind the back of codes handed out."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity.domain.sheet_run import MOST, PrintSheets, prints_of, sheet_run_decider, units_of_files
from services.identity.domain.validity import ACTIVATION_MS
from services.identity.use_cases.staff import activation_sheets
from shared.language import codes
from tests.unit.identity.world import CLASS, CLASS_2, COUNTY, OTHER_CLASS, SCHOOL, STEADY, problem

ADMIN, LI, WANG, ZHAO = ("school", SCHOOL), "li.teacher", "wang.teacher", "zhao.teacher"


PROVINCES = [f"/000000/{p}0000/" for p in (11, 12)]
CITIES = [f"{p}{p[8:10]}0{c}00/" for p in PROVINCES for c in (1, 2)]
DIVISIONS = [*PROVINCES, *CITIES, *(f"{c}{c[15:19]}0{n}/" for c in CITIES for n in (1, 2, 3))]


@pytest.fixture
def drawn(monkeypatch):
    """What the last PDF was made of: login -> sheet, and the other arguments. No typesetting."""
    made = {}

    def render(sheets, unit, **others):
        made.clear()
        made.update({sheet.login: sheet for sheet in sheets}, unit=unit, **others)
        return b"%PDF"

    monkeypatch.setattr(activation_sheets, "render", render)
    return made


@pytest.fixture
def teachers(world):
    """Two class teachers whose slips have been handed out, and one who is active: login -> the code on the slip."""
    world.staff("teacher", CLASS_2, ZHAO, ADMIN)
    world.roster.names["2111000001"] = "第一小学"
    by = world.token(*ADMIN)
    return {login: world.issue("teacher", CLASS, login, by).json["activation_code"] for login in (LI, WANG)}


def print_sheets(world, path=SCHOOL, by=ADMIN, confirm=True, key=None):
    return world.ask("POST", "/v1/activation-sheets", {"path": path, "confirm": confirm}, world.token(*by), key)


def archive(world, id, by=ADMIN):
    return world.ask("GET", f"/v1/activation-sheets/{id}/sheets.zip?layout=list", token=world.token(*by))


def fetch(world, id, by=ADMIN, query="", account="00000000-0000-7000-8000-000000000000"):
    return world.ask("GET", f"/v1/activation-sheets/{id}/sheets.pdf{query}", token=world.token(*by, account=account))


def test_a_print_is_recorded_once_and_never_changes():
    first = PrintSheets("admin", SCHOOL, ("a", "b"), 7)
    events, run = sheet_run_decider.run(first, sheet_run_decider.initial)
    assert [event.type for event in events] == ["sheets.printed"] and (run.by, run.accounts) == ("admin", ("a", "b"))
    assert sheet_run_decider.decide(PrintSheets("other", SCHOOL, (), 9), run) == []


def test_a_print_makes_new_codes_for_who_has_not_activated_and_lists_the_others(world, teachers, drawn):
    printed = print_sheets(world)
    assert printed.status_code == 201 and (printed.json["codes"], printed.json["without"]) == (2, 1)
    pdf = fetch(world, printed.json["id"], query="?layout=list")
    assert (pdf.status_code, pdf.content_type, pdf.data) == (200, "application/pdf", b"%PDF")
    assert (drawn["unit"], drawn["layout"], drawn["of_teachers"]) == ("第一小学", "list", True)
    assert drawn[ZHAO].code == "" and re.fullmatch(r"(\w{4}-){3}\w{4}", drawn[LI].code)
    assert drawn[LI].place and drawn[LI].ends_at == world.clock.now() + ACTIVATION_MS
    assert world.activate(LI, drawn[LI].code).status_code == 200


def test_codes_that_were_handed_out_are_void_only_after_a_yes_that_says_so(world, teachers, drawn):
    refused = problem(print_sheets(world, confirm=False), 409, "codes-would-be-void")
    assert refused["codes"] == 2
    assert world.activate(LI, teachers[LI]).status_code == 200, "nothing was void"
    assert print_sheets(world).status_code == 201
    problem(world.activate(WANG, teachers[WANG]), 422, "activation-code-wrong")


def test_where_no_code_is_good_any_more_no_yes_is_asked_for(world, teachers, drawn):
    world.clock.advance(seconds=ACTIVATION_MS / 1000)
    printed = print_sheets(world, confirm=False).json
    fetch(world, printed["id"])
    assert world.activate(LI, drawn[LI].code).status_code == 200


def test_a_repeated_print_has_the_same_codes_and_a_further_one_voids_them(world, teachers, drawn):
    first = [print_sheets(world, key="key-print").json for _ in range(2)]
    fetch(world, first[0]["id"])
    once = drawn[WANG].code
    assert first[0] == first[1] and len(world.store.load(f"sheets-{first[0]['id']}")) == 1
    print_sheets(world)
    problem(world.activate(WANG, once), 422, "activation-code-wrong")
    fetch(world, first[0]["id"])
    assert drawn[WANG].code == "", "the first print shows no code that is void"


def test_a_print_that_was_cut_off_goes_on_with_the_codes_that_it_has_made(world, teachers, drawn, monkeypatch):
    really, done = activation_sheets._renewed, []

    def cut_off(deps, run, id, account):
        if done:
            raise ConnectionError
        done.append(account)
        return really(deps, run, id, account)

    monkeypatch.setattr(activation_sheets, "_renewed", cut_off)
    assert print_sheets(world, key="key-print").status_code == 500
    before = {
        login: world.records.people.by_login(world.deps.personal_data.login_hash(login)).code for login in teachers
    }
    monkeypatch.setattr(activation_sheets, "_renewed", really)
    printed = print_sheets(world, key="key-print").json
    fetch(world, printed["id"])
    assert printed["codes"] == 2 and all(drawn[login].code for login in teachers)
    kept = codes.code_hash(codes.ACTIVATION, drawn[LI].code, world.deps.code_key)
    other = codes.code_hash(codes.ACTIVATION, drawn[WANG].code, world.deps.code_key)
    assert {kept, other} & set(before.values()), "what was made before the cut stays"


def test_the_pdf_shows_no_code_that_was_used(world, teachers, drawn):
    printed = print_sheets(world).json
    fetch(world, printed["id"])
    world.activate(LI, drawn[LI].code)
    fetch(world, printed["id"])
    assert drawn[LI].code == "" and drawn[WANG].code


def test_the_pdf_is_for_who_printed_it_and_for_half_an_hour(world, teachers, drawn):
    id = print_sheets(world).json["id"]
    problem(fetch(world, id, account="00000000-0000-7000-8000-000000000009"), 404, "not-found")
    problem(fetch(world, id, by=("school", "/000000/110000/110102/2111000002/")), 404, "not-found")
    problem(fetch(world, "00000000-0000-7000-8000-000000000000"), 404, "not-found")
    world.clock.advance(seconds=30 * 60 + 1)
    problem(fetch(world, id), 410, "slip-over")


@pytest.mark.parametrize(
    ("by", "path"),
    [
        (ADMIN, "/000000/110000/110102/2111000002/"),
        (ADMIN, COUNTY),
        (ADMIN, "x"),
        (("county", COUNTY), "/000000/110000/"),
        (("leader", SCHOOL), SCHOOL),
        (("teacher", CLASS), CLASS),
        (("auditor", "/000000/"), SCHOOL),
    ],
)
def test_nobody_prints_codes_of_others(world, teachers, by, path):
    problem(print_sheets(world, path, by), 403, "outside-scope")


def test_a_bureau_prints_those_of_the_levels_below_and_no_teachers(world, teachers, drawn):
    made = world.issue("school", SCHOOL, "school.a", world.token("county", COUNTY)).json
    world.issue("teacher", OTHER_CLASS, "far.teacher", world.token("school", "/000000/110000/110102/2111000002/"))
    printed = print_sheets(world, COUNTY, ("county", COUNTY)).json
    assert (printed["codes"], printed["without"]) == (1, 0)
    fetch(world, printed["id"], ("county", COUNTY))
    assert set(drawn) >= {"school.a"} and LI not in drawn and not drawn["of_teachers"]
    assert drawn["school.a"].place == "第一小学"
    problem(world.activate("school.a", made["activation_code"]), 422, "activation-code-wrong")


def test_accounts_that_wait_or_are_closed_get_no_code(world, teachers, drawn):
    by = world.token(*ADMIN)
    world.issue("leader", SCHOOL, "a.leader", by)
    closed = world.issue("teacher", CLASS, "gone.teacher", by).json["id"]
    world.ask("POST", f"/v1/accounts/{closed}/closure", token=by)
    fetch(world, print_sheets(world).json["id"])
    assert "a.leader" not in drawn and "gone.teacher" not in drawn


def test_a_school_whose_teachers_are_all_active_prints_nothing(world):
    world.staff("teacher", CLASS, LI, ADMIN, STEADY)
    problem(print_sheets(world), 409, "nothing-to-activate")


def test_the_history_of_the_account_names_who_made_another_code(world, teachers):
    print_sheets(world)
    account = world.records.people.by_login(world.deps.personal_data.login_hash(LI)).account
    history = world.ask("GET", f"/v1/accounts/{account}/history", token=world.token(*ADMIN)).json["items"]
    assert [entry["event"] for entry in history] == ["activation-renewed", "opened"]


def test_a_zip_has_a_pdf_for_each_unit_that_hands_sheets_out(world, monkeypatch):
    drawn = {}
    monkeypatch.setattr(
        activation_sheets,
        "render",
        lambda sheets, unit, **_: drawn.update({unit: [(s.login, bool(s.code)) for s in sheets]}) or unit.encode(),
    )
    city, other = ("city", "/000000/110000/110100/"), "/000000/110000/110100/110103/"
    world.roster.names = {
        "110100": "石家庄市",
        "110103": "长安区/东",
        "2111000003": "第三小学",
        "2111000004": "第四小学",
    }
    by = world.token(*city)
    world.issue("county", other, "county.a", by)
    for login, path in (("a", f"{other}2111000003/"), ("b", f"{city[1]}2111000004/")):
        assert world.issue("school", path, f"school.{login}", by).status_code == 201
    id = print_sheets(world, city[1], city).json["id"]
    response = archive(world, id, city)
    assert (response.status_code, response.content_type) == (200, "application/zip")
    opened = zipfile.ZipFile(io.BytesIO(response.data))
    assert {name: opened.read(name).decode() for name in opened.namelist()} == {
        "110100-石家庄市.pdf": "石家庄市",
        "110100-石家庄市/110103-长安区_东.pdf": "长安区/东",
    }
    assert drawn == {"石家庄市": [("school.b", True)], "长安区/东": [("county.a", True), ("school.a", True)]}
    problem(archive(world, id, ("city", "/000000/110000/110200/")), 404, "not-found")
    world.clock.advance(seconds=30 * 60 + 1)
    problem(archive(world, id, city), 410, "slip-over")


def test_a_print_of_many_units_has_a_bounded_number_of_files():
    city, homes = "/000000/110000/110100/", [f"/000000/110000/110{c}00/110{c}{n:02}/" for c in "123" for n in range(20)]
    assert set(units_of_files("/000000/110000/", homes).values()) == {f"/000000/110000/110{c}00/" for c in "123"}
    assert set(units_of_files(city, homes[:20]).values()) == set(homes[:20])
    assert units_of_files(city, ["/000000/120000/"]) == {"/000000/120000/": city}, "of somebody who has moved"


@given(st.dictionaries(st.sampled_from(DIVISIONS), st.integers(1, 400), max_size=20))
def test_the_accounts_of_a_file_are_divided_into_prints_with_no_double_and_none_left_out(divisions):
    prints = prints_of("/000000/", divisions)
    assert sum(accounts for _, accounts in prints) == sum(divisions.values())
    assert len({path for path, _ in prints}) == len(prints)
    for path, accounts in prints:
        assert accounts <= MOST
        below = sum(n for each, n in divisions.items() if each.startswith(path))
        assert accounts == below or accounts == divisions.get(path)
