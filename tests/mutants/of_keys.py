"""Mutants of what is sealed, who may open it, and what is destroyed."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

SEALED, ENVELOPE = "services/upload/photos/sealed_objects.py", "services/upload/photos/envelope.py"
DOMAIN, USE_CASE = "services/upload/domain/destruction.py", "services/upload/use_cases/destruction.py"
DESTROYING = "tests/integration/upload/test_destruction.py::"
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
        "a withdrawal destroys the key of a photo that came meanwhile",
        (Edit(DOMAIN, "return has_photos and all(", "return False and all("),),
        (
            f"{DESTROYING}test_a_photo_counted_between_retirement_and_destruction_keeps_its_key",
            f"{DESTROYING}test_a_refused_withdrawal_destroys_nothing",
        ),
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
        (Edit("services/upload/roster_view/view.py", '["last_day"]) < day)', '["last_day"]) <= day)'),),
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
)
