"""Matching of the codes on a photo with the pupil for whom it was sent."""

from __future__ import annotations

import pytest

from services.upload.domain.matching import PageOneQr, UploadTarget, match
from services.upload.domain.outcome import Outcome

MINE, OTHER = "3f7.018f2ab47c9d01e5f6a7", "3f7.018f2ab47c9d01e5f6a8"
TARGET = UploadTarget("2026a", MINE, "valid", ("void-1", "void-2"))
OWN, VOID, LAST_YEAR = (
    PageOneQr("2026a", MINE, "valid"),
    PageOneQr("2026a", MINE, "void-2"),
    PageOneQr("2025b", MINE, "valid"),
)
NEWER = PageOneQr("2026a", MINE, "newer than the view")
INVENTED = PageOneQr("2026a", MINE, "never printed", proven=False)
ELSEWHERE = PageOneQr("2026a", MINE, "valid", ours=False)
UNPROVEN = PageOneQr("2026a", MINE, "valid", proven=False)  # under an earlier key: the view knows it
CLOSE_UP = PageOneQr("2026a", MINE, "valid", whole=False)
OTHERS, NOBODYS = PageOneQr("2026a", OTHER, "valid"), PageOneQr("", "", "valid")


@pytest.mark.parametrize(
    ("page_ones", "page_two", "state", "reason"),
    [
        ([OWN], False, "archived", ""),
        ([OWN, OWN], False, "archived", ""),
        ([OWN], True, "archived", ""),  # both pages on one photo: page 1 is there
        ([NEWER], False, "archived", ""),
        ([INVENTED], False, "waiting", "unknown-sheet"),
        ([OWN, INVENTED], False, "waiting", "unknown-sheet"),
        ([UNPROVEN], False, "archived", ""),
        ([ELSEWHERE], False, "waiting", "foreign-address"),
        ([OWN, ELSEWHERE], False, "waiting", "foreign-address"),
        ([CLOSE_UP], False, "waiting", "page-incomplete"),
        ([OWN, CLOSE_UP], False, "archived", ""),  # the page, and a code stuck on it
        ([], False, "waiting", "unreadable-qr"),
        ([], True, "refused", "page-two"),
        ([VOID], False, "waiting", "void-sheet"),
        ([OWN, VOID], False, "waiting", "void-sheet"),
        ([LAST_YEAR], False, "waiting", "void-sheet"),
        ([OTHERS], False, "refused", "other-child"),
        ([OTHERS], True, "refused", "other-child"),
        ([OTHERS, NOBODYS], False, "refused", "other-child"),
        ([OWN, OTHERS], False, "refused", "several-forms"),
        ([NOBODYS], False, "waiting", "suspicious"),
        ([NOBODYS, OWN], False, "archived", ""),
    ],
)
def test_the_codes_read_are_matched_with_the_pupil_of_the_ticket(
    page_ones: list[PageOneQr], page_two: bool, state: str, reason: str
) -> None:
    assert match(TARGET, page_ones, page_two) == Outcome(state, reason)


def test_a_form_beside_another_sheet_waits_and_another_childs_code_is_refused_all_the_same() -> None:
    assert match(TARGET, [OWN], False, another_sheet=True) == Outcome("waiting", "another-sheet")
    assert match(TARGET, [OWN, OTHERS], False, another_sheet=True) == Outcome("refused", "several-forms")


def test_a_qr_without_its_page_waits() -> None:
    assert match(TARGET, [CLOSE_UP], False) == Outcome("waiting", "page-incomplete")


def test_a_qr_of_another_host_waits() -> None:
    assert match(TARGET, [ELSEWHERE], False) == Outcome("waiting", "foreign-address")
