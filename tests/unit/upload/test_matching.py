"""Whose form is on the photo?"""

from __future__ import annotations

import pytest

from services.upload.domain.matching import Named, Seen, Verdict, match

MINE, OTHER = "3f7.018f2ab47c9d01e5f6a7", "3f7.018f2ab47c9d01e5f6a8"
NAMED = Named("2026a", MINE, ("void-1", "void-2"))
OWN, VOID, LAST_YEAR = Seen("2026a", MINE, "valid"), Seen("2026a", MINE, "void-2"), Seen("2025b", MINE, "valid")
OTHERS, NOBODYS = Seen("2026a", OTHER, "valid"), Seen("", "", "valid")


@pytest.mark.parametrize(
    ("seen", "page_two", "state", "reason"),
    [
        ([OWN], False, "archived", ""),
        ([OWN, OWN], False, "archived", ""),
        ([OWN], True, "archived", ""),  # both pages on one photo: page 1 is there
        ([Seen("2026a", MINE, "newer than we know")], False, "archived", ""),
        ([], False, "waiting", "unreadable-qr"),
        ([], True, "refused", "page-two"),
        ([VOID], False, "waiting", "void-sheet"),
        ([OWN, VOID], False, "waiting", "void-sheet"),
        ([LAST_YEAR], False, "waiting", "void-sheet"),
        ([OTHERS], False, "refused", "other-child"),
        ([OTHERS], True, "refused", "other-child"),
        ([OTHERS, NOBODYS], False, "refused", "other-child"),
        ([OWN, OTHERS], False, "waiting", "suspicious"),
        ([NOBODYS], False, "waiting", "suspicious"),
        ([NOBODYS, OWN], False, "archived", ""),
    ],
)
def test_what_is_read_is_compared_with_the_pupil_that_the_ticket_names(
    seen: list[Seen], page_two: bool, state: str, reason: str
) -> None:
    assert match(NAMED, seen, page_two) == Verdict(state, reason)
