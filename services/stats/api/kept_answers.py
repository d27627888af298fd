"""Answers kept for as long as the figures that they show: a question asked before costs no figures and no store."""

from __future__ import annotations

import threading
from collections.abc import Hashable

from shared.service.conditional import Answer

BYTES = 64 << 20  # of all kept answers; beyond it nothing more is kept until the figures change


class KeptAnswers:
    """Answers of one revision by question, shared by threads. A question holds all that its answer depends on."""

    def __init__(self, limit: int = BYTES) -> None:
        self._lock, self._limit = threading.Lock(), limit
        self._revision: Hashable = None
        self._answers, self._bytes = dict[Hashable, Answer](), 0

    def get(self, question: Hashable, revision: Hashable) -> Answer | None:
        """The answer to this question of this revision, if it is kept."""
        with self._lock:
            return self._answers.get(question) if revision == self._revision else None

    def keep(self, question: Hashable, revision: Hashable, answer: Answer) -> None:
        """Keep an answer; those of another revision are dropped."""
        with self._lock:
            if revision != self._revision:
                self._revision, self._answers, self._bytes = revision, {}, 0
            if self._bytes + len(answer.body) <= self._limit and question not in self._answers:
                self._answers[question] = answer
                self._bytes += len(answer.body)
