"""Mutants of what a backup holds, and of what a restore asks before it begins."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

MAKE, RESTORE = "deploy/backup/make.py", "deploy/backup/restore.py"
TESTS = "tests/unit/deploy/backup/"

MUTANTS = (
    Mutant(
        "backup-while-it-runs",
        "a backup is made of a copy whose store is in use",
        (Edit(MAKE, "            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)\n", "            pass\n"),),
        (
            f"{TESTS}test_making.py::test_a_copy_that_runs_is_not_backed_up",
            f"{TESTS}test_making.py::test_a_store_cannot_start_while_it_is_copied",
        ),
    ),
    Mutant(
        "unread-is-empty",
        "a folder of photos that cannot be read counts as empty",
        (Edit(MAKE, "os.walk(data / name, onerror=_raised)", "os.walk(data / name, onerror=str)"),),
        (f"{TESTS}test_making.py::test_a_folder_that_cannot_be_read_ends_the_backup",),
    ),
    Mutant(
        "keys-with-the-data",
        "the keys are in the folder of the data",
        (Edit(MAKE, "files_of(data, manifest.FILES[holds])", "files_of(data, sum(manifest.FILES.values(), ()))"),),
        (
            f"{TESTS}test_contents.py::test_data_and_keys_are_two_folders_for_their_owner_only_and_no_key_is_in_the_data",
        ),
    ),
    Mutant(
        "damage-restored",
        "a file that has changed since the backup is restored all the same",
        (
            Edit(
                RESTORE,
                "if manifest.copy_file(source / path, target / path) != expected:",
                "if manifest.copy_file(source / path, target / path).size < 0:",
            ),
        ),
        (
            f"{TESTS}test_refused_restores.py::test_a_damaged_backup_is_refused_and_nothing_is_restored[data-changed]",
            f"{TESTS}test_refused_restores.py::test_a_damaged_backup_is_refused_and_nothing_is_restored[keys-changed]",
        ),
    ),
    Mutant(
        "keys-of-another",
        "data is restored with the keys of another copy",
        (Edit(RESTORE, "found.get(name) != of", "not found.get(name)"),),
        (f"{TESTS}test_keys.py::test_keys_that_are_missing_or_of_another_copy_are_refused_and_named",),
    ),
    Mutant(
        "kafka-goes-on",
        "a restored copy goes on with a log of another moment",
        (Edit(RESTORE, "            Local(part, kafka=True).raise_generation()\n", ""),),
        (
            f"{TESTS}test_contents.py::test_a_restored_copy_begins_a_generation_on_kafka_and_keeps_the_embedded_bus_of_the_same_moment",
        ),
    ),
)
