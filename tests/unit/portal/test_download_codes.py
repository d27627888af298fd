"""The pages of download codes: the leader's for others, the registry admin's for the own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from services.portal.app import build
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import SETTINGS, Fakes, refuse
from tests.unit.portal.test_registry_arrival import ISSUER

CODE = people.DOWNLOAD["download_code"]


def test_the_leader_chooses_the_person_and_sees_the_code_with_its_end(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("leader")
    page = visitor.get("/download-codes").text
    assert "王老师" in page and "最近一个已使用" in page and CODE not in page
    made = visitor.send("/download-codes", {"account": people.PRINTER["account"], "name": "王老师"}).text
    assert CODE in made and "有效至" in made
    assert json.loads(fakes.requests[-2].body) == {"account": people.PRINTER["account"]}
    assert CODE not in visitor.get("/download-codes").text


@pytest.fixture
def connected(fakes: Fakes) -> Visitor:
    """A visitor of a copy that is connected to a registry."""
    return Visitor(build(replace(SETTINGS, registry_issuer=ISSUER), fakes.clock, fakes.services()))


def test_the_way_from_the_registry_is_shown_where_it_leads_somewhere(visitor: Visitor, connected: Visitor):
    for each in (visitor, connected):
        each.sign_in("school")
    page, of_connected = (each.get("/download-code").text for each in (visitor, connected))
    assert "/registry/start" not in page and "请向学校领导索取下载码" in page and "为自己生成下载码" not in page
    assert "/registry/start" in of_connected and "为自己生成下载码" in of_connected


def test_who_comes_from_the_registry_makes_the_own_code_and_others_are_told_the_way(fakes: Fakes, connected: Visitor):
    visitor = connected
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
