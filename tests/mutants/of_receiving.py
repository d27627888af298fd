"""Mutants of the way of a photo, from the ticket to the archive."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

CHECKING, PHOTOS, RECEIVING = (
    "services/upload/use_cases/intake.py",
    "services/upload/photos/mongo.py",
    "services/upload/use_cases/tickets.py",
)
FAULTS, KEPT = "tests/integration/upload/test_faults.py::", "tests/integration/upload/test_photos.py::"

MUTANTS = (
    Mutant(
        "ticket-on-trust",
        "a ticket is completed without a look whether the bytes are there",
        (Edit(RECEIVING, "    found = deps.objects.stat(photo.incoming)\n", "    return receive(parts, photo)\n"),),
        (
            f"{FAULTS}test_a_ticket_stays_open_while_the_object_store_is_away",
            "tests/integration/upload/test_uploading.py::test_a_ticket_stays_open_until_the_announced_bytes_are_there",
        ),
    ),
    Mutant(
        "event-first",
        "the event is recorded before the object is safe",
        (
            Edit(
                CHECKING,
                "name = self._put(photo, archive_name if good else waiting_name, content, jpeg)",
                "name = sha256(jpeg).hexdigest()",
            ),
            Edit(
                CHECKING,
                "standing = standing_of(",
                "self._put(photo, archive_name, content, jpeg)\n        standing = standing_of(",
            ),
        ),
        (f"{FAULTS}test_nothing_counts_before_its_object_is_safe",),
    ),
    Mutant(
        "away-costs-an-attempt",
        "a photo is given up because the object store was away",
        (Edit(PHOTOS, '{"$set": {"due_at": due_at}, "$inc": {"attempts": -1}}', '{"$set": {"due_at": due_at}}'),),
        (f"{FAULTS}test_an_acknowledged_photo_waits_for_the_object_store_however_long_that_takes",),
    ),
    Mutant(
        "outage-costs-an-attempt",
        "a photo is forgotten when the document store is away at the end of its check",
        (
            Edit(
                CHECKING,
                "                if self._stop.wait(UNAVAILABLE_SECONDS):\n                    raise\n",
                "                raise\n",
            ),
        ),
        (f"{FAULTS}test_outages_of_the_document_store_during_checks_cost_no_attempt",),
    ),
    Mutant(
        "no-lease",
        "two workers take one photo",
        (Edit(PHOTOS, '{"$set": {"due_at": now + lease}, "$inc"', '{"$set": {"due_at": now}, "$inc"'),),
        (
            f"{FAULTS}test_a_worker_that_dies_anywhere_is_followed_by_another_and_the_photo_counts_once[examine]",
            f"{KEPT}test_workers_that_ask_at_once_get_different_photos",
        ),
    ),
    Mutant(
        "endless-lease",
        "nobody follows a worker that died",
        (
            Edit(
                PHOTOS,
                'due = {"state": CHECKING, "due_at": {"$lte": now}}',
                'due = {"state": CHECKING, "due_at": {"$lte": now}, "attempts": 0}',
            ),
        ),
        (
            f"{FAULTS}test_a_worker_that_dies_anywhere_is_followed_by_another_and_the_photo_counts_once[event]",
            f"{KEPT}test_after_its_lease_a_photo_is_taken_again",
        ),
    ),
    Mutant(
        "archive-of-the-attempt",
        "an archive is named after the attempt, not after the bytes that were checked",
        (
            Edit(
                CHECKING,
                "self._deps.objects, sha256(jpeg).hexdigest()",
                "self._deps.objects, sha256(b'%d' % threading.get_ident()).hexdigest()",
            ),
        ),
        (f"{FAULTS}test_workers_that_check_at_once_name_one_archive_after_its_very_bytes",),
    ),
    Mutant(
        "last-outcome",
        "a worker that wakes after its lease changes what became of the photo",
        (
            Edit(
                PHOTOS,
                '{"_id": id, "state": CHECKING}, {"$set": asdict(outcome)}',
                '{"_id": id}, {"$set": asdict(outcome)}',
            ),
        ),
        (f"{FAULTS}test_a_worker_that_wakes_after_its_lease_changes_nothing",),
    ),
)
