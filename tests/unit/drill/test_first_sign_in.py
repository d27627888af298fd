"""The ministry's first sign-in on a copy that has just started."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from drill import __main__ as drill
from drill.clients import Person, Problem

WRONG = Problem("POST identity /v1/sessions", 401, {"title": "wrong-credentials"})
LOCKED = Problem("POST identity /v1/sessions", 429, {"title": "too-many"})
IN = {"account": {"must_change_password": False}}


@pytest.mark.parametrize(
    ("responses", "waited", "ends"),
    [([IN], 0, IN), ([WRONG, WRONG, IN], 4, IN), ([WRONG] * 4, 10, WRONG), ([WRONG, LOCKED, IN], 1, LOCKED)],
)
def test_it_waits_for_the_account_and_gives_up_before_the_account_is_locked(
    tmp_path, monkeypatch, responses, waited, ends
):
    file, left, pauses = tmp_path / "first-account.txt", list(responses), []
    file.write_text("login: ministry-1\npassword: made\n")

    def sign_in(_):
        response = left.pop(0)
        if isinstance(response, Problem):
            raise response
        return response

    monkeypatch.setattr(Person, "sign_in", sign_in)
    # The name in this module alone: threads of other tests in this process sleep, too.
    monkeypatch.setattr(drill, "time", SimpleNamespace(sleep=pauses.append))
    monkeypatch.setattr(drill.sys.stdin, "isatty", lambda: False, raising=False)
    if isinstance(ends, Problem):
        with pytest.raises(Problem) as caught:
            drill.ministry(file, {})
        assert caught.value is ends
    else:
        assert drill.ministry(file, {}) == ("ministry-1", "made")
    assert sum(pauses) == waited
