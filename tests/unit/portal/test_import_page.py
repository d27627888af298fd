"""The page of a roster's import: its report, the yes that a large change needs, and what is refused."""

from __future__ import annotations

import io
import json

import pytest

from services.portal.texts import text
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse, respond


def test_trying_an_import_and_then_importing_are_two_commands(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    fields = visitor.fields("/school/import")
    for dry_run in ("1", "0"):
        visitor.client.post(
            "/school/import", data={**fields, "dry_run": dry_run, "file": (io.BytesIO(b"rows"), "r.xlsx")}
        )
    first, second = fakes.commands(f"/v1/units/{people.SCHOOL}/imports")
    assert (first.params, second.params) == ({"dry_run": "1"}, {})
    assert first.key != second.key


def send_roster(visitor: Visitor, content: bytes = b"rows", **fields: str):
    """Where the browser goes after the import of a file."""
    sent = visitor.send("/school/import", {"file": (io.BytesIO(content), "r.xlsx"), **fields})
    assert sent.status_code == 303
    return sent.headers["Location"]


def test_the_report_of_an_import_is_a_page_that_names_who_moves_rejoins_or_is_missing_and_what_is_asked(
    visitor: Visitor,
):
    visitor.sign_in("school")
    page = visitor.get(send_roster(visitor)).text
    for told in (
        "导入了一部分",
        "三年级1班 → 三年级2班：1 人",
        "赵**",
        "孙**",
        "离校后恢复在校",
        "第 12 行是不是这名学生？",
        "不同：班级 · 姓名",
    ):
        assert told in page, told
    english = visitor.get("/school/import?report=im-1&lang=en").text
    assert "Missing from the file" in english and "different: class · name" in english


def test_a_large_change_is_imported_only_with_the_yes_of_its_own_report(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    address = send_roster(visitor, b"last year")
    page = visitor.get(address).text
    assert "还没有导入" in page and "导入完成" not in page and "现有 5 人；换班 5 人</li>" in page
    assert "确实是这样：换班 5 人</span>" in page and "勾选“我看过了”" in page
    fields = visitor.fields(address)
    assert "confirm" not in fields  # nobody has ticked it for the school
    assert send_roster(visitor, b"last year", confirm=people.LARGE_IMPORT["confirm"]).endswith("im-1")
    assert fakes.commands(f"/v1/units/{people.SCHOOL}/imports")[-1].params == {
        "confirm": people.LARGE_IMPORT["confirm"]
    }


def test_the_number_of_errors_is_that_of_the_whole_file_where_the_first_are_listed(fakes: Fakes, visitor: Visitor):
    error = people.IMPORT["errors"][0]
    many = {**people.IMPORT, "errors": [error] * 500, "errors_total": 8123, "warnings": [error], "warnings_total": 1}
    fakes.overrides["GET /v1/imports/im-1"] = lambda received: respond(many)
    visitor.sign_in("school")
    page = visitor.get("/school/import?report=im-1").text
    assert '<span class="count">8,123</span>' in page and '<span class="count">500</span>' not in page
    assert page.count("只显示前") == 1 and "只显示前 500 条" in page


def test_answers_that_a_report_has_counted_go_with_the_yes(fakes: Fakes, visitor: Visitor):
    (question,) = people.IMPORT["questions"]
    name, pupil = f'name="answer-{question["question"]}"', question["candidates"][0]["pupil"]
    for answer in ("new", pupil):
        kept = {**people.LARGE_IMPORT, "questions": [question], "answers": {question["question"]: answer}}
        fakes.overrides["GET /v1/imports/im-2"] = lambda received, kept=kept: respond(kept)
        visitor.sign_in("school")
        page = visitor.get("/school/import?report=im-2").text
        assert f'{name} value="{answer}" checked>' in page and page.count(name) == 3  # it can be changed
        assert page.count(" checked>") == 1 and "还可以更改" in page and "还没有导入。请逐行选择" not in page
    done = visitor.get("/school/import?report=im-1").text
    assert f'{name} value="" checked>' in done and done.count(" checked>") == 1


def test_a_trial_run_shows_open_questions_beside_those_with_an_answer(fakes: Fakes, visitor: Visitor):
    (question,) = people.IMPORT["questions"]
    other = {**question, "question": "1" * 32}
    report = {**people.IMPORT, "dry_run": True, "questions": [question, other], "answers": {other["question"]: "new"}}
    fakes.overrides["GET /v1/imports/im-1"] = lambda received: respond(report)
    visitor.sign_in("school")
    page = visitor.get("/school/import?report=im-1")
    assert page.status_code == 200 and page.text.count(" checked>") == 2
    assert f'name="answer-{question["question"]}" value="" checked>' in page.text
    assert f'name="answer-{other["question"]}" value="new" checked>' in page.text


NOTHING_YET = {name: 0 for name, value in people.LARGE_IMPORT.items() if type(value) is int} | {
    "dry_run": False,
    "confirm": "",
    "large": [],
    "moves": [],
}


@pytest.mark.parametrize(
    ("counts", "told", "untold"),
    [
        ({"rows": 0}, "没有学生的行", "下面列出的问题"),
        ({"rows": 1, "asked": 1, "questions": people.IMPORT["questions"]}, "请逐行选择", "下面列出的问题"),
        ({"rows": 3, "waiting": 3}, "已提交，等待确认", "打印确认表。"),
        ({"rows": 3, "waiting": 2, "unchanged": 1}, "打印确认表。", "已提交"),
        (
            {"rows": 4, "added": 1, "asked": 1, "refused": 2}
            | {name: people.IMPORT[name] for name in ("questions", "errors", "errors_total")},
            "请逐行选择，和改好的文件一起导入",
            "再选一次同一个文件</label>",
        ),
    ],
    ids=["no rows", "only questions", "all wait", "some wait", "errors and questions"],
)
def test_the_next_step_after_an_import_is_one_that_can_be_done(fakes: Fakes, visitor: Visitor, counts, told, untold):
    fakes.overrides["GET /v1/imports/im-1"] = lambda received: respond(people.LARGE_IMPORT | NOTHING_YET | counts)
    visitor.sign_in("school")
    page = visitor.get("/school/import?report=im-1").text.split("<main")[1]
    assert told in page and untold not in page


def test_answers_go_with_the_file(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    question = people.IMPORT["questions"][0]["question"]
    send_roster(visitor, **{f"answer-{question}": "new", "answer-" + "1" * 32: ""})
    sent = fakes.commands(f"/v1/units/{people.SCHOOL}/imports")[-1]
    assert json.loads(sent.form()["answers"]) == {question: "new"}


@pytest.mark.parametrize("dry_run", [False, True])
def test_nothing_is_called_imported_where_no_row_was(fakes: Fakes, visitor: Visitor, dry_run: bool):
    nothing = {
        **people.LARGE_IMPORT,
        "dry_run": dry_run,
        "confirm": "",
        "large": [],
        "moves": [],
        "moved": 0,
        "refused": 5,
    }
    fakes.overrides["GET /v1/imports/im-1"] = lambda received: respond(nothing)
    visitor.sign_in("school")
    page = visitor.get("/school/import?report=im-1").text
    assert "导入完成" not in page and "没有一行可以导入" in page
    assert ("没有导入任何学生" in page) is not dry_run and "打印确认表" not in page.split("<main")[1]


def test_what_other_files_of_the_week_have_changed_is_told_beside_the_file(fakes: Fakes, visitor: Visitor):
    (change,) = people.LARGE_IMPORT["large"]
    change = {**change, "moving": 1, "moved_lately": 2, "rejoined_lately": 3}
    elsewhere = {**change, "moving": 0, "rejoined_lately": 0}
    fakes.overrides["GET /v1/imports/im-2"] = lambda received: respond(
        {**people.LARGE_IMPORT, "large": [change, elsewhere]}
    )
    visitor.sign_in("school")
    page = visitor.get("/school/import?report=im-2").text
    assert "换班 1 人 · 一周内前面的文件已换班 2 人 · 一周内前面的文件已恢复在校 3 人</li>" in page
    assert "现有 5 人；一周内前面的文件已换班 2 人</li>" in page and "分成几份" in page


def test_a_tick_that_was_forgotten_is_told_at_its_box_and_the_report_stays(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    address = send_roster(visitor, b"last year")
    asked = {"dry_run": "0", "asked": people.LARGE_IMPORT["confirm"]}
    assert f'name="asked" value="{asked["asked"]}"' in visitor.get(address).text
    sent = visitor.send(address, {"file": (io.BytesIO(b"last year"), "r.xlsx"), **asked}, to="/school/import")
    assert sent.status_code == 422 and 'data-code="not-ticked"' in sent.text
    box = sent.text.partition('id="confirm"')
    assert 'id="confirm-problem"' in box[0][-600:] and 'aria-invalid="true"' in box[2][:200]
    assert "现有 5 人；换班 5 人</li>" in sent.text
    for ticked in ({"confirm": people.LARGE_IMPORT["confirm"]}, {"dry_run": "1"}):
        fields = {"file": (io.BytesIO(b"last year"), "r.xlsx"), **asked, **ticked}
        assert visitor.send(address, fields, to="/school/import").status_code in (200, 303)


def test_another_file_than_the_one_that_needs_a_yes_needs_no_tick(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    address = send_roster(visitor, b"last year")
    right = {"file": (io.BytesIO(b"rows"), "r.xlsx"), "dry_run": "0", "asked": people.LARGE_IMPORT["confirm"]}
    assert visitor.send(address, right, to="/school/import").headers["Location"].endswith("im-1")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_long_sentence_about_a_refused_file_stands_on_the_page_once(fakes: Fakes, visitor: Visitor, lang: str):
    long = {"zh": "表头上方的标题与本校对不上，请先看看是否选错了文件。", "en": "The lines above name another school."}
    fakes.overrides[f"POST /v1/units/{people.SCHOOL}/imports"] = lambda received: refuse(
        422, "another-school", long["en"], "file", message_zh=long["zh"]
    )
    visitor.sign_in("school")
    page = visitor.send(f"/school/import?lang={lang}", {"file": (io.BytesIO(b"rows"), "r.xlsx")}, to="/school/import")
    assert page.text.count(long[lang]) == 1 and text(lang, "import.not-taken") in page.text
    assert 'href="#wrong-file"' in page.text and 'id="wrong-file"' in page.text


# ---- the file that is kept
def test_a_kept_file_is_imported_without_choosing_it_again(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get("/school/import?report=im-1").text
    assert 'name="kept" value="im-1"' in page and "不用再选" in page
    assert "required" not in page.partition('id="file"')[2].partition(">")[0]
    question = people.IMPORT["questions"][0]["question"]
    sent = visitor.send(
        "/school/import?report=im-1", {"kept": "im-1", f"answer-{question}": "new"}, to="/school/import"
    )
    assert sent.status_code == 303
    (run,) = fakes.commands("/v1/imports/im-1/runs")
    assert json.loads(run.body) == {"dry_run": False, "confirm": "", "answers": {question: "new"}}
    assert not fakes.commands(f"/v1/units/{people.SCHOOL}/imports")


def test_the_yes_to_a_kept_file_is_asked_for_as_to_a_sent_one(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    address, asked = "/school/import?report=im-2", {"kept": "im-2", "asked": people.LARGE_IMPORT["confirm"]}
    forgotten = visitor.send(address, asked, to="/school/import")
    assert forgotten.status_code == 422 and 'data-code="not-ticked"' in forgotten.text
    ticked = visitor.send(address, {**asked, "confirm": people.LARGE_IMPORT["confirm"]}, to="/school/import")
    assert ticked.headers["Location"].endswith("im-1")


def test_a_file_that_is_no_longer_kept_is_asked_for_again(fakes: Fakes, visitor: Visitor):
    fakes.overrides["POST /v1/imports/im-1/runs"] = lambda received: refuse(410, "file-not-kept", where="file")
    visitor.sign_in("school")
    sent = visitor.send("/school/import?report=im-1", {"kept": "im-1"}, to="/school/import")
    assert sent.status_code == 410 and text("zh", "problem.file-not-kept") in sent.text
    assert 'name="kept"' not in sent.text and "required" in sent.text.partition('id="file"')[2].partition(">")[0]


def test_a_trial_run_shows_who_would_change_before_and_after(fakes: Fakes, visitor: Visitor):
    report = {**people.IMPORT, "dry_run": True}
    fakes.overrides["GET /v1/imports/im-1"] = lambda received: respond(report)
    visitor.sign_in("school")
    page = visitor.get("/school/import?report=im-1").text
    assert "谁会有变化" in page and "通信地址" in page and "（空）" in page
    fakes.overrides["GET /v1/imports/im-1/changes"] = lambda received: refuse(410, "file-not-kept")
    assert "谁会有变化" not in visitor.get("/school/import?report=im-1").text
    fakes.overrides["GET /v1/imports/im-1"] = lambda received: respond({**report, "dry_run": False})
    assert "谁会有变化" not in visitor.get("/school/import?report=im-1").text


def test_the_marked_file_is_a_download_in_the_language_of_the_page(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    assert 'href="/school/import/marked?report=im-1"' in visitor.get("/school/import?report=im-1").text
    file = visitor.get("/school/import/marked?report=im-1&lang=en")
    assert (file.status_code, file.data) == (200, b"PK marked")
    assert file.headers["Content-Disposition"].startswith("attachment") and "no-store" in file.headers["Cache-Control"]
    assert fakes.requests[-1].params == {"lang": "en"}


# ---- parts
SECOND_CLASS = f"{people.SCHOOL}p202402"


def test_parts_of_a_trial_run_are_chosen_and_what_is_left_out_is_told(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get("/school/import?report=im-6").text
    assert "各班的变化" in page and "只导入一部分" in page and '<details class="quiet-details"><summary>' in page
    fields = visitor.fields("/school/import?report=im-6")
    chosen = {"take-class": [SECOND_CLASS], "take-kind": ["new", "moved"]}
    done = visitor.client.post("/school/import", data={**fields, "kept": "im-6", "dry_run": "0", **chosen})
    (asked,) = [json.loads(sent.body) for sent in fakes.commands("/v1/imports/im-6/runs")]
    assert asked["take"] == {"classes": [SECOND_CLASS], "kinds": ["new", "moved"]}
    told = visitor.get(done.headers["Location"]).text
    for sentence in ("导入了一部分", "还有 3 行的变化这次没有选", "导入剩下的", "这次没选"):
        assert sentence in told, sentence
    assert " checked" not in told.split("只导入一部分")[1], "the rest is chosen as a whole"


def test_a_whole_file_is_run_without_parts(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    fields = visitor.fields("/school/import?report=im-6")
    visitor.client.post("/school/import", data={**fields, "kept": "im-6", "dry_run": "0"})
    (asked,) = [json.loads(sent.body) for sent in fakes.commands("/v1/imports/im-6/runs")]
    assert "take" not in asked


def test_the_trial_run_of_a_part_comes_back_with_its_choice(fakes: Fakes, visitor: Visitor):
    take = {"classes": [SECOND_CLASS], "kinds": []}
    fakes.overrides["GET /v1/imports/im-6"] = lambda received: respond({**people.TRIAL_IMPORT, "take": take})
    visitor.sign_in("school")
    page = visitor.get("/school/import?report=im-6").text
    assert f'value="{SECOND_CLASS}" checked' in page and page.count(" checked> <span>") >= 1
    assert '<details class="quiet-details" open>' in page


def test_parts_of_a_file_that_was_not_tried_are_refused(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    fields = visitor.fields("/school/import?report=im-6")
    newer = {"file": (io.BytesIO(b"rows"), "r.xlsx"), "take-class": SECOND_CLASS, "dry_run": "0"}
    page = visitor.client.post("/school/import", data={**fields, **newer})
    assert "只导入一部分，要先把新选的文件试一遍" in page.text
    assert fakes.commands(f"/v1/units/{people.SCHOOL}/imports") == []


def test_a_roster_of_the_release_before_knows_no_parts(fakes: Fakes, visitor: Visitor):
    old = {name: value for name, value in people.TRIAL_IMPORT.items() if name not in ("take", "left_out", "classes")}
    fakes.overrides["GET /v1/imports/im-6"] = lambda received: respond(old)
    visitor.sign_in("school")
    assert "只导入一部分" not in visitor.get("/school/import?report=im-6").text
