"""Mutants of sessions: what ends at once, what asks for the password again."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

APP, ENDED = "shared/service/app.py", "shared/service/ended_sessions.py"
REPOSITORIES = "services/identity/repositories/"
SESSIONS, SHARED = "tests/unit/identity/test_sessions.py::", "tests/unit/shared/"
STORED = "tests/integration/identity/test_repositories.py::"

CREDENTIALS, THROTTLE = "services/identity/credentials/", "services/identity/use_cases/signing_in/throttle.py"
GUESSED, ENUMERATED = "tests/unit/identity/test_throttle.py::", "tests/unit/identity/test_enumeration.py::"

FACTOR = "tests/unit/identity/test_second_factor.py::"
SECOND_STEP = "services/identity/use_cases/signing_in/second_step.py"
SESSIONS_USED = "services/identity/use_cases/signing_in/sessions.py"

MUTANTS = (
    Mutant(
        "code-replayed",
        "a one-time code is taken again",
        (Edit(f"{REPOSITORIES}second_factors.py", "found.last_step >= step", "found.last_step > step + 9"),),
        (f"{FACTOR}test_a_code_is_taken_once_and_none_before_it_any_more",),
    ),
    Mutant(
        "password-is-enough",
        "a right password opens the session of an account with a second factor",
        (
            Edit(
                "services/identity/use_cases/signing_in/sessions.py",
                "        raise code_needed(deps, person)",
                "        pass",
            ),
        ),
        (f"{FACTOR}test_sign_in_takes_two_steps",),
    ),
    Mutant(
        "no-duty",
        "a county works without a second factor",
        (Edit(SECOND_STEP, "return always and not", "return False and not"),),
        (f"{FACTOR}test_a_county_without_one_can_do_nothing_but_set_one_up",),
    ),
    Mutant(
        "challenge-again",
        "a challenge serves again after its sign-in",
        (
            Edit(
                SECOND_STEP,
                "    deps.records.attempts.count(_used(challenge), deps.clock.now(), CHALLENGE_MS)\n",
                "    pass\n",
            ),
        ),
        (f"{FACTOR}test_a_challenge_ends_by_time_use_and_another_password",),
    ),
    Mutant(
        "password-for-acts",
        "a school admin resets by a password alone",
        (Edit("shared/service/auth.py", "and not caller.gave_second_factor:", "and False:"),),
        (f"{FACTOR}test_a_school_admin_works_without_one_but_does_not_reset",),
    ),
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
        (f"{STORED}test_what_ended_is_told_since_a_moment_and_for_one_session_and_account[mongo]",),
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
        (
            Edit(
                "services/identity/use_cases/guardians/bindings.py",
                "    deps.records.people.supersede_tokens(account)\n",
                "",
            ),
        ),
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
    Mutant(
        "owner-locked",
        "wrong passwords of strangers lock the owner's own device",
        (Edit(THROTTLE, "    if device:\n", "    if False:\n"),),
        (f"{GUESSED}test_a_known_device_signs_in_from_the_very_network_of_the_attack",),
    ),
    Mutant(
        "lifts-guess",
        "an account that may lift a lock guesses without limit",
        (Edit(THROTTLE, 'for kind in ("from:", "device:"):', 'for kind in ("",):'),),
        (f"{GUESSED}test_lifting_a_lock_again_and_again_gives_no_fresh_guesses",),
    ),
    Mutant(
        "any-device",
        "a device token serves for every account",
        (Edit(f"{CREDENTIALS}devices.py", 'f"{account}/{device}/{issued}"', 'f"{device}/{issued}"'),),
        (f"{GUESSED}test_no_device_is_known_by_a_token_of_another_account_an_invented_or_an_old_one",),
    ),
    Mutant(
        "free-spraying",
        "a network may try one password at every account",
        (Edit(THROTTLE, "    if _sprays(deps, network):\n        reserve", "    if False:\n        reserve"),),
        (f"{GUESSED}test_a_network_that_sprays_is_slowed_down_told_of_and_recovers",),
    ),
    Mutant(
        "one-address-one-person",
        "a school whose parents mistype passes for a sprayer",
        (Edit(THROTTLE, "SIGN_INS_OUTWEIGH = 4", "SIGN_INS_OUTWEIGH = 0"),),
        (f"{GUESSED}test_a_school_behind_one_address_whose_parents_mistype_is_no_sprayer",),
    ),
    Mutant(
        "strangers-first",
        "a known device waits behind a flood of strangers",
        (Edit(f"{CREDENTIALS}turns.py", "(known or not self._waiting[True])", "True"),),
        ("tests/unit/identity/test_turns.py::test_no_stranger_begins_while_a_known_device_waits",),
    ),
    Mutant(
        "any-password",
        "a password may be one of those that attackers try first",
        (Edit(f"{CREDENTIALS}password_policy.py", "        if _is_easy(given, name):", "        if False:"),),
        (
            "tests/unit/identity/test_password_policy.py::"
            "test_a_password_that_is_short_long_the_login_or_guessed_first_is_refused_and_not_echoed"
            "[rollcall2026-teacher-password-well-known]",
        ),
    ),
    Mutant(
        "ministry-by-name",
        "everybody knows the login of the first account",
        (Edit("services/identity/use_cases/staff/first_account.py", "for _ in range(6))", "for _ in range(0))"),),
        ("tests/unit/identity/test_first_account.py::test_the_login_is_not_guessable",),
    ),
    Mutant(
        "quick-for-nobody",
        "a login of nobody is refused without the work of a password",
        (
            Edit(
                SESSIONS_USED,
                "return deps.hasher.verify(person.password if person else None, password, known=known)",
                "return person is not None and deps.hasher.verify(person.password, password, known=known)",
            ),
        ),
        (f"{ENUMERATED}test_an_account_in_any_state_and_none_give_one_answer_after_the_same_work",),
    ),
    Mutant(
        "state-before-password",
        "anybody with a login is told that its account is sealed",
        (
            Edit(
                SESSIONS_USED,
                "    if not attempt_sign_in(",
                "    if person and (reason := _refusal(person, deps.clock.now())):\n"
                "        raise reason\n    if not attempt_sign_in(",
            ),
        ),
        (f"{ENUMERATED}test_an_account_in_any_state_and_none_give_one_answer_after_the_same_work",),
    ),
    Mutant(
        "old-key-forgotten",
        "a changed key of access tokens signs everybody out",
        (Edit(f"{CREDENTIALS}tokens.py", "dict.fromkeys((public, *further))", "(public,)"),),
        (
            "tests/unit/identity/test_key_rotation.py::"
            "test_tokens_of_the_old_key_work_until_their_end_and_those_of_the_new_one_at_once",
        ),
    ),
)
