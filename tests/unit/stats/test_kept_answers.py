"""Kept answers: of one revision of one projection, and of no more bytes than they may take."""

from __future__ import annotations

from services.stats.api.kept_answers import KeptAnswers
from services.stats.projection.figures_query import Revision
from shared.service.conditional import Answer

REVISION, ANSWER = Revision(1, 7), Answer(b"{}", "etag")


def test_an_answer_is_kept_for_its_question_and_its_figures_alone():
    kept = KeptAnswers()
    kept.keep("question", REVISION, ANSWER)
    assert kept.get("question", REVISION) == ANSWER
    assert kept.get("another", REVISION) is None
    assert kept.get("question", Revision(1, 8)) is kept.get("question", Revision(2, 7)) is None


def test_answers_of_other_figures_are_dropped():
    kept = KeptAnswers()
    kept.keep("question", REVISION, ANSWER)
    kept.keep("another", Revision(1, 8), ANSWER)
    assert kept.get("question", REVISION) is kept.get("question", Revision(1, 8)) is None
    assert kept.get("another", Revision(1, 8)) == ANSWER


def test_beyond_its_bytes_nothing_is_kept_until_the_figures_change():
    kept = KeptAnswers(limit=5)
    for question in ("one", "two", "two", "three"):
        kept.keep(question, REVISION, ANSWER)
    assert [question for question in ("one", "two", "three") if kept.get(question, REVISION)] == ["one", "two"]
    kept.keep("three", Revision(1, 8), ANSWER)
    assert kept.get("three", Revision(1, 8)) == ANSWER
