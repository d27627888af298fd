"""Mutants of sessions: what ends at once, what asks for the password again."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

APP, ENDED = "shared/service/app.py", "shared/service/ended_sessions.py"
REPOSITORIES = "services/identity/repositories/"
SESSIONS, SHARED = "tests/unit/identity/test_sessions.py::", "tests/unit/shared/"
STORED = "tests/integration/identity/test_repositories.py::"

MUTANTS = (
    Mutant(
        "stale-sign-in",
        "printing asks for no fresh sign-in",
        (Edit(APP, "        if route.fresh:\n", "        if False:\n"),),
        (f"{SHARED}test_app.py::test_a_route_for_fresh_sign_ins_refuses_a_password_that_was_given_long_ago",),
    ),
    Mutant(
        "endings-untold",
        "a session ends without a word to those who hold its access token for true",
        (Edit(f"{REPOSITORIES}mongo.py", "        self._endings.add(session_id)\n", ""),),
        (f"{STORED}test_what_ended_is_told_since_a_moment_and_for_one_session_and_account",),
    ),
    Mutant(
        "endings-of-yesterday",
        "a service never asks again which sessions have ended",
        (Edit(ENDED, "if age >= ASK_MS and", "if not self._answered_at and"),),
        (f"{SHARED}test_ended_sessions.py::test_a_session_that_ends_is_refused_within_seconds_and_others_are_not",),
    ),
    Mutant(
        "endless-grace",
        "tokens are believed for as long as identity cannot be asked",
        (Edit(ENDED, " - self._answered_at > self._grace_ms", " - self._answered_at < 0"),),
        (
            f"{SHARED}test_ended_sessions.py::"
            "test_while_identity_is_unavailable_tokens_are_believed_for_minutes_and_then_no_longer",
        ),
    ),
    Mutant(
        "old-scope",
        "a token keeps a scope that was taken away",
        (Edit("services/identity/use_cases/bindings.py", "    deps.records.people.supersede_tokens(account)\n", ""),),
        (f"{SESSIONS}test_an_unbound_guardians_token_names_the_child_no_longer",),
    ),
    Mutant(
        "late-writer",
        "an ending that was written late has a time that readers have passed",
        (
            Edit(
                f"{REPOSITORIES}protocol.py",
                "        if clock.now() - began < OVERLAP_MS // 2:\n            return\n",
                "        return\n",
            ),
        ),
        (f"{STORED}test_an_ending_whose_writer_was_held_up_is_written_again_with_a_later_time",),
    ),
)
