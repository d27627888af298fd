"""The pages of a school's imports: the list, and the undo of one with its counts and its yes."""

from __future__ import annotations

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes


def test_the_list_tells_what_each_import_has_changed_and_offers_the_undo_while_there_is_one(visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get("/school/imports").text
    assert "新增 39" in page and "已撤销" in page and "本校同事" in page
    assert "/school/imports/undo?import=im-1" in page and "import=im-4" not in page
    assert "Undone" in visitor.get("/school/imports?lang=en").text


def test_an_undo_is_sent_with_the_yes_to_its_counts_only(visitor: Visitor, fakes: Fakes):
    visitor.sign_in("school")
    address = "/school/imports/undo?import=im-1"
    page = visitor.get(address).text
    assert "确认撤销：新增的学生，撤回 39 · 有变化的学生，恢复原样 3" in page
    assert "confirm" not in visitor.fields(address)  # nobody has ticked it for the school
    form = {"import": "im-1", "asked": "1"}
    refused = visitor.send(address, form, "/school/imports/undo")
    assert refused.status_code == 422 and 'data-code="undo-not-ticked"' in refused.text
    assert 'aria-invalid="true"' in refused.text.partition('id="confirm"')[2][:200]
    assert fakes.commands("/v1/imports/im-1/undo") == []
    done = visitor.send(address, {**form, "confirm": people.UNDO["confirm"]}, "/school/imports/undo")
    assert (done.status_code, done.headers["Location"]) == (303, address)
    assert len(fakes.commands("/v1/imports/im-1/undo")) == 1
    page = visitor.get(address).text
    assert "已撤销" in page and 'name="confirm"' not in page


def test_who_stands_in_the_way_is_named_masked_and_no_button_is_there(visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get("/school/imports/undo?import=im-3").text
    assert "不能撤销：其中 2 项" in page and "孙**" in page and "最多列出20名学生" in page
    assert '<form method="post" action="/school/imports/undo"' not in page
