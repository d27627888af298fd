"""A command of an operator that is refused ends with a sentence."""

from __future__ import annotations

import io
import sys

from shared.infrastructure.errors import Refused
from shared.service.bootstrap import tell_refusals


def test_given_a_store_that_is_away_when_a_command_ends_then_its_operator_reads_a_sentence_and_no_program(monkeypatch):
    others, shown = [], io.StringIO()
    monkeypatch.setattr(sys, "excepthook", lambda *error: others.append(error[0]))
    tell_refusals(shown)
    for error in (Refused("unavailable", "The document store cannot be reached; try again."), ValueError("a fault")):
        sys.excepthook(type(error), error, None)
    assert shown.getvalue() == "unavailable: The document store cannot be reached; try again.\n"
    assert others == [ValueError]
