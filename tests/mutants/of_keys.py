"""Mutants of what is sealed, who may open it, and what is destroyed."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

SEALED, ENVELOPE = "services/upload/photos/sealed_objects.py", "services/upload/photos/envelope.py"
USE_CASE, REVIEWING = "services/upload/use_cases/destruction.py", "services/upload/use_cases/reviewing.py"
DATA_KEYS, KEY_STORE = "services/upload/photos/data_keys_mongo.py", "tests/integration/upload/test_data_keys.py::"
DESTROYING = "tests/integration/upload/test_destruction.py::"
KEY, CHANGING = "deploy/local/key.py", "tests/unit/deploy/test_key.py::"
STORE, USERS = "deploy/local/store.py", "tests/unit/deploy/test_store.py::"
OPENING = "tests/unit/upload/test_envelope.py::"

MUTANTS = (
    Mutant(
        "photo-in-clear",
        "photos are stored as they are",
        (
            Edit(
                SEALED,
                "self._objects.put(place(name, key.number), sealed, SEALED)",
                "self._objects.put(place(name, key.number), content, SEALED)",
            ),
        ),
        (f"{DESTROYING}test_no_stored_object_is_a_photo",),
    ),
    Mutant(
        "unbound-photo",
        "a sealed photo opens under any name",
        (
            Edit(
                ENVELOPE,
                "AESGCM(key).encrypt(nonce, content, name.encode())",
                "AESGCM(key).encrypt(nonce, content, None)",
            ),
            Edit(ENVELOPE, "sealed[len(FORMAT) + NONCE :], name.encode())", "sealed[len(FORMAT) + NONCE :], None)"),
        ),
        (f"{OPENING}test_it_opens_under_no_other_key_and_no_other_name",),
    ),
    Mutant(
        "key-outlives-withdrawal",
        "a withdrawal deletes the photos and keeps their key",
        (Edit(USE_CASE, "    for key in retired:\n        deps.keys.destroy(key)\n", ""),),
        (f"{DESTROYING}test_a_withdrawal_destroys_every_photo_of_the_form_and_certifies_it",),
    ),
    Mutant(
        "photo-under-a-destroyed-key",
        "a photo that is counted after a withdrawal stays sealed under the key that the withdrawal destroys",
        (Edit(SEALED, ".number != sealed.number:", ".number < sealed.number:"),),
        (f"{DESTROYING}test_a_photo_counted_while_a_withdrawal_runs_stays_readable",),
    ),
    Mutant(
        "withdrawal-takes-the-next-photo",
        "a withdrawal destroys the key of a photo that came meanwhile, or was not withdrawn",
        (Edit(USE_CASE, "    if retired:\n        _renew_held(deps, form)\n", ""),),
        (
            f"{DESTROYING}test_a_photo_counted_between_event_and_destruction_is_sealed_anew",
            f"{DESTROYING}test_what_was_sent_by_code_is_destroyed_though_the_form_holds_a_guardians_photo[True]",
            f"{DESTROYING}test_what_was_sent_by_code_is_destroyed_though_the_form_holds_a_guardians_photo[False]",
            f"{DESTROYING}test_a_retirement_whose_event_was_never_recorded_loses_no_photo_of_the_form",
        ),
    ),
    Mutant(
        "refused-withdrawal-destroys",
        "a withdrawal retires the key of the form before it is decided",
        (Edit(REVIEWING, "        decider.decide(Withdraw(by), decider.fold(history))\n", ""),),
        (f"{DESTROYING}test_a_refused_withdrawal_destroys_nothing",),
    ),
    Mutant(
        "withdrawn-under-the-next-key",
        "a photo that came between the retirement and the event is withdrawn, and its key is kept",
        (
            Edit(
                USE_CASE,
                "return destroy(deps, form, WITHDRAWN, withdrawn[-1].by) if withdrawn else complete(deps, form)",
                "return complete(deps, form) if withdrawn else complete(deps, form)",
            ),
        ),
        (f"{DESTROYING}test_a_photo_withdrawn_under_the_next_key_opens_no_more[True]",),
    ),
    Mutant(
        "copy-under-a-destroyed-key",
        "a photo that is archived while another is withdrawn stays sealed under the key that is destroyed",
        (
            Edit(
                REVIEWING,
                "deps.sealed.confirm(deps.sealed.put_once(archive_name(photo.form, photo.sha256), jpeg))",
                "deps.sealed.put_once(archive_name(photo.form, photo.sha256), jpeg)",
            ),
        ),
        (f"{DESTROYING}test_a_photo_archived_while_codes_withdraw_another_opens",),
    ),
    Mutant(
        "copy-of-a-withdrawn-photo",
        "a photo that is withdrawn while it is archived leaves a copy that opens",
        (Edit(REVIEWING, "removed.get(photo.sha256) == GONE:", "removed.get(photo.sha256) == photo:"),),
        (f"{DESTROYING}test_a_photo_that_is_withdrawn_while_it_is_archived_opens_no_more",),
    ),
    Mutant(
        "destroyed-without-certificate",
        "a key that was destroyed before a crash gets no certificate",
        (Edit(USE_CASE, "return bool(key.due_at) or not key.is_destroyed", "return not key.is_destroyed"),),
        (f"{DESTROYING}test_a_destroyed_key_gets_its_certificate_though_a_photo_came_after_the_crash",),
    ),
    Mutant(
        "retired-without-reason",
        "a sweep sees a key that is retired and does not say why",
        (
            Edit(
                DATA_KEYS,
                '{"$set": {"retired_at": retirement.at, **changes}}',
                '{"$set": {"retired_at": retirement.at}}',
            ),
        ),
        (f"{KEY_STORE}test_a_key_is_never_seen_retired_without_its_reason",),
    ),
    Mutant(
        "erasure-withdrawn",
        "a withdrawal replaces an erasure",
        (
            Edit(
                DATA_KEYS,
                """{"retired_at": {"$gt": 0}, "reason": {"$in": [*SPARING, retirement.reason]}}""",
                """{"retired_at": {"$gt": 0}, "by": {"$nin": [*SPARING, retirement.reason]}}""",
            ),
        ),
        (f"{KEY_STORE}test_a_withdrawal_replaces_no_erasure[mongo]",),
    ),
    Mutant(
        "keys-written-over",
        "the file of a copy's keys is written over when one is added",
        (Edit("deploy/local/settings.py", "            replace_private(path, ", "            path.write_text("),),
        ("tests/unit/deploy/test_keys.py::test_the_file_of_the_keys_is_replaced_and_never_written_over",),
    ),
    Mutant(
        "withdrawal-left-half-done",
        "nobody completes a withdrawal that was interrupted",
        (Edit("services/upload/use_cases/sweep.py", "        self._complete_destructions()\n", ""),),
        (f"{DESTROYING}test_a_withdrawal_interrupted_at_any_step_is_completed_by_a_sweep[event]",),
    ),
    Mutant(
        "retention-a-day-early",
        "photos are destroyed on the last day of their retention",
        (
            Edit(
                "services/upload/roster_view/view.py",
                'if is_over(str(state["last_day"]), day))',
                'if day >= str(state["last_day"]))',
            ),
        ),
        (f"{DESTROYING}test_photos_are_due_when_the_years_after_the_last_day_are_over_and_not_a_day_before",),
    ),
    Mutant(
        "any-issuer",
        "a service may sign in the name of another one",
        (
            Edit("shared/service/auth.py", 'if claims["sub"] != issuer:', "if not issuer:"),
            Edit(
                "shared/service/auth.py",
                'return Caller(f"service:{issuer}", "service")',
                """return Caller(f"service:{claims['sub']}", "service")""",
            ),
        ),
        ("tests/unit/shared/test_auth.py::test_a_service_speaks_for_itself_only",),
    ),
    Mutant(
        "store-without-password",
        "the document store asks for no password",
        (Edit(STORE, 'asked.port, "--auth")', "asked.port)"),),
        (f"{USERS}test_nobody_reads_or_writes_without_a_password",),
    ),
    Mutant(
        "statistics-writes-the-bus",
        "statistics may write events",
        (Edit(STORE, '{"role": "read", "db": BUS}', '{"role": "readWrite", "db": BUS}'),),
        (f"{USERS}test_publishers_append_to_the_bus_and_statistics_only_reads_it",),
    ),
    Mutant(
        "open-files",
        "the files of a copy are for everybody who finds them",
        (Edit("deploy/local/stack.py", "PRIVATE = 0o077", "PRIVATE = 0o022"),),
        (f"{USERS}test_what_a_process_writes_is_its_users_alone",),
    ),
    Mutant(
        "version-dropped-too-early",
        "an older version of the photos' key goes although a data key is still wrapped by it",
        (Edit(KEY, "    if name in VERSIONED and rotate():\n", "    if name in VERSIONED and rotate() < 0:\n"),),
        (f"{CHANGING}test_no_version_goes_when_the_rotation_fails",),
    ),
    Mutant(
        "version-unknown-to-who-runs",
        "an older version of the photos' key goes while processes run that seal under it",
        (Edit(KEY, "    require_known_to_the_running_copy(local.data)\n", ""),),
        (
            f"{CHANGING}test_no_version_goes_while_processes_run_that_do_not_know_the_newest",
            f"{CHANGING}test_no_version_goes_while_nothing_runs",
        ),
    ),
)
