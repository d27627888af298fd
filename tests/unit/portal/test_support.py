"""Technical support's page: how far a photo is, how the platform is, who helps with codes; nothing of a pupil."""

from __future__ import annotations

import pytest

from shared.language import receipts
from tests.unit.portal import people
from tests.unit.portal.conftest import Visitor
from tests.unit.portal.fakes import Fakes
from tests.unit.portal.test_photo_results import send

RECEIPT = receipts.grouped(receipts.make(482177305))


def test_a_photo_is_found_by_its_number_with_its_school_and_without_the_pupil(fakes: Fakes, visitor: Visitor):
    send(visitor)
    visitor.sign_in("support")
    page = visitor.get(f"/support?receipt={RECEIPT}").text
    assert "data-trace" in page and people.UNITS[people.SCHOOL]["name"] in page and RECEIPT in page
    assert people.PUPIL not in page and "/photos/" not in page and people.CHILD["masked_name"] not in page


def test_a_number_of_another_region_and_a_mistyped_one_are_told_apart(fakes: Fakes, visitor: Visitor):
    visitor.sign_in("support")
    assert "本地区没有这个受理号" in visitor.get(f"/support?receipt={RECEIPT}").text
    assert 'id="receipt-problem"' in visitor.get("/support?receipt=482-177-3053").text
    assert visitor.get("/support").status_code == 200 and "data-trace" not in visitor.get("/support").text


def test_support_reads_how_the_platform_is_and_the_figures_and_no_more(visitor: Visitor):
    visitor.sign_in("support")
    assert [visitor.get(page).status_code for page in ("/operations", "/figures/110000")] == [200, 200]
    for page in ("/accounts", "/receipts", "/audit-trail", "/views", f"/class/{people.CLASS}", "/campaigns"):
        assert visitor.get(page).status_code == 403, page


@pytest.mark.parametrize("role", ["ministry", "county", "school", "teacher", "auditor", "guardian"])
def test_nobody_else_has_this_page(visitor: Visitor, role: str):
    visitor.sign_in(role)
    assert visitor.get("/support").status_code == 403
