"""The pages of download codes: the leader's for others, the registry admin's for the own."""

from __future__ import annotations

import json

import pytest

from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes, refuse

CODE = people.DOWNLOAD["download_code"]


def test_the_leader_chooses_the_person_and_sees_the_code_with_its_end(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("leader")
    page = visitor.get("/download-codes").text
    assert "王老师" in page and "最近一个已使用" in page and CODE not in page
    made = visitor.send("/download-codes", {"account": people.PRINTER["account"], "name": "王老师"}).text
    assert CODE in made and "有效至" in made
    assert json.loads(fakes.requests[-2].body) == {"account": people.PRINTER["account"]}
    assert CODE not in visitor.get("/download-codes").text


def test_who_comes_from_the_registry_makes_the_own_code_and_others_are_told_the_way(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("school")
    assert "/download-code" in visitor.get("/school").text
    assert CODE in visitor.send("/download-code", {}).text
    fakes.overrides["POST /v1/me/download-codes"] = lambda a: refuse(403, "registry-sign-in-needed")
    refused = visitor.send("/download-code", {}).text
    assert "向学校领导索取下载码" in refused and CODE not in refused


def test_the_print_page_never_shows_a_code_or_makes_one(visitor: Visitor):
    visitor.sign_in("school")
    page = visitor.get("/school/print").text
    assert "/download-code" not in page and CODE not in page


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("school", "/download-codes"),
        ("teacher", "/download-codes"),
        ("leader", "/download-code"),
        ("county", "/download-code"),
    ],
)
def test_each_page_is_of_those_who_need_it(visitor: Visitor, who: str, address: str):
    visitor.sign_in(who)
    assert visitor.get(address).status_code == 403
