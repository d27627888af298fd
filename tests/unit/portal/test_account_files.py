"""The page of accounts from a spreadsheet: send, look, say yes, watch, take the wrong lines along."""

from __future__ import annotations

import csv
import io

import pytest

from services.portal.pages.accounts import account_files
from services.portal.texts import text
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, respond

PAGE, FILE = "/accounts/files", f"/accounts/files/{people.ACCOUNT_FILE}"


def test_a_file_is_sent_looked_at_said_yes_to_and_run(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    assert f'href="{PAGE}"' in visitor.get("/accounts").text
    sent = visitor.send(PAGE, {"file": (io.BytesIO(b"rows"), "zhang-san.xlsx")})
    assert sent.status_code == 303 and sent.headers["Location"] == FILE
    assert b"zhang-san" not in fakes.commands("/v1/account-files")[-1].body, "names of files may be names of people"
    page = visitor.get(FILE).text
    assert "检查完毕，等您确认" in page and "1,150" in page and "这个账号名别人已经用了" in page
    assert "watch.js" not in page
    refused = visitor.send(FILE, {}, to=f"{FILE}/run")
    assert refused.status_code in (409, 422) and not fakes.commands(f"/v1/account-files/{people.ACCOUNT_FILE}/run")
    assert visitor.send(FILE, {"confirm": "1"}, to=f"{FILE}/run").headers["Location"] == FILE
    page = visitor.get(f"{FILE}?lang=en").text
    assert "Finished" in page and "print the activation sheets" in page


def test_a_file_at_work_is_watched_and_no_second_one_is_offered(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    fakes.account_files.append(people.account_file("running"))
    page = visitor.get(FILE).text
    assert "watch.js" in page and 'max="1200" value="450"' in page and "450 / 1,200" in page
    assert 'type="file"' not in visitor.get(PAGE).text and "还没有结束" in visitor.get(PAGE).text


def test_wrong_lines_are_taken_along_as_a_table_without_formulas(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    fakes.account_files.append(people.account_file("checked"))
    table = visitor.get(f"{FILE}/wrong-lines.csv")
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["行", "7", "12", "31"] and rows[1][1] == "账号名"
    assert "attachment" in table.headers["Content-Disposition"]


def test_a_file_is_given_up(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    fakes.account_files.append(people.account_file("checked"))
    gone = visitor.send(FILE, {}, to=f"{FILE}/discarded")
    assert gone.headers["Location"].startswith(f"{PAGE}?done=file-discarded")
    assert fakes.account_files[-1]["state"] == "discarded" and 'type="file"' in visitor.get(PAGE).text


def test_a_refused_file_says_why_and_what_to_do(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    for reason in account_files.REASONS:
        refused = people.account_file("refused") | {"reason": reason, "wrong": 0}
        fakes.overrides[f"GET /v1/account-files/{people.ACCOUNT_FILE}"] = lambda a, refused=refused: respond(refused)
        assert text("zh", f"account-files.reason.{reason}") in visitor.get(FILE).text


def test_sheets_of_a_finished_file_are_printed_by_unit_after_a_yes_and_fetched_as_a_zip(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    fakes.account_files.append(people.account_file("checked"))
    assert f"{FILE}/sheets" not in visitor.get(FILE).text, "nothing is open yet"
    fakes.account_files.append(people.account_file("finished"))
    page = visitor.get(FILE).text
    assert page.count(f'action="{FILE}/sheets"') == 2 and f"{FILE}?by=unit" in page
    chosen = {"path": "/000000/110000/"}
    asked = visitor.send(FILE, chosen, to=f"{FILE}/sheets")
    assert asked.status_code == 409 and asked.text.count('name="confirm"') == 1 and "2个激活码会作废" in asked.text
    made = visitor.send(FILE, chosen | {"confirm": "1"}, to=f"{FILE}/sheets")
    address = f"{FILE}/sheets/{people.WAITING['id']}"
    assert f"{address}.zip?layout=pages" in made.text and f"{address}.pdf?layout=list" in made.text
    assert fakes.commands("/v1/activation-sheets")[-1].json == {"path": "/000000/110000/", "confirm": True}
    files = visitor.get(f"{address}.zip")
    assert (files.content_type, files.data[:2]) == ("application/zip", b"PK")
    assert "attachment" in files.headers["Content-Disposition"]
    assert visitor.get(f"{address}.pdf").data[:4] == b"%PDF"


def test_each_unit_of_a_file_is_printed_on_its_own_and_no_other(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("county")
    fakes.account_files.append(people.account_file("finished"))
    page = visitor.get(f"{FILE}?by=unit").text
    assert page.count(f'action="{FILE}/sheets"') == 3 and f'href="{FILE}?by=unit"' not in page
    unit = {"path": "/000000/110000/110102/", "by": "unit", "confirm": "1"}
    made = visitor.send(f"{FILE}?by=unit", unit, to=f"{FILE}/sheets")
    assert made.status_code == 200 and fakes.commands("/v1/activation-sheets")[-1].json["path"] == unit["path"]
    assert visitor.send(FILE, {"path": "/000000/"}, to=f"{FILE}/sheets").status_code == 404
    assert len(fakes.commands("/v1/activation-sheets")) == 1


@pytest.mark.parametrize("who", ["teacher", "auditor", "guardian"])
def test_the_page_is_for_who_issues_accounts(visitor: Visitor, who: str):
    visitor.sign_in(who)
    assert visitor.get(PAGE).status_code == 403
