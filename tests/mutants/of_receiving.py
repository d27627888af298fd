"""Mutants of a photo's way from its ticket to the archive."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

INTAKE, PHOTOS, TICKETS = (
    "services/upload/use_cases/intake.py",
    "services/upload/photos/mongo.py",
    "services/upload/use_cases/tickets.py",
)
PROTOCOL, SEALED, GIVEN = (
    f"services/upload/photos/{name}.py" for name in ("protocol", "sealed_ticket", "given_tickets")
)
SWEEP = "services/upload/use_cases/sweep.py"
UPLOADING = "tests/integration/upload/test_uploading.py::"
WITHDRAWING = "tests/integration/upload/test_withdrawal.py::"
STATUS, NOTHING = "services/upload/use_cases/photo_status.py", "services/upload/image/nothing.py"
RECEIPTS = "tests/integration/upload/test_receipts.py::"
FAULTS, RECORDS = "tests/integration/upload/test_intake.py::", "tests/integration/upload/test_photos.py::"

MUTANTS = (
    Mutant(
        "ticket-on-trust",
        "a ticket is completed without a check that the bytes have arrived",
        (Edit(TICKETS, "        _require_bytes(deps, photo)\n", ""),),
        (
            f"{FAULTS}test_a_ticket_stays_open_while_the_object_store_is_unavailable",
            "tests/integration/upload/test_uploading.py::test_a_ticket_stays_open_until_the_announced_bytes_are_there",
        ),
    ),
    Mutant(
        "ticket-of-any-photo",
        "a ticket opens under another photo's id",
        (
            Edit(SEALED, "        photo.id, {name", "        '', {name"),
            Edit(SEALED, ".open(id, sealed)", ".open('', sealed)"),
        ),
        (f"{UPLOADING}test_a_ticket_that_is_not_ours_is_good_for_nothing",),
    ),
    Mutant(
        "ticket-for-ever",
        "a ticket is good after its end",
        (Edit(TICKETS, "    is_over = deps.clock.now() > photo.expires_at\n", "    is_over = False\n"),),
        (f"{UPLOADING}test_an_expired_ticket_is_gone_and_its_bytes_when_no_record_of_them_can_come_back",),
    ),
    Mutant(
        "key-for-two-photos",
        "a key that was used for another photo is answered with that one",
        (Edit(TICKETS, "    require_same_request(found.fingerprint, CommandContext(", "    print(CommandContext("),),
        (f"{UPLOADING}test_the_same_key_for_another_photo_is_refused",),
    ),
    Mutant(
        "original-named-after-the-key",
        "the bytes of a key that was used twice replace those of the photo before",
        (Edit(PROTOCOL, "-{self.id}-{self.fingerprint[:16]}", "-{self.id}-"),),
        (f"{UPLOADING}test_the_same_key_for_another_photo_is_refused",),
    ),
    Mutant(
        "tickets-without-limit",
        "as many photos of a form are recorded in a day as there are tickets",
        (Edit(TICKETS, "    if not found and len(sent) >= MAX_PER_DAY and", "    if False and"),),
        (f"{UPLOADING}test_a_photo_is_recorded_only_within_the_days_limit_however_many_tickets_there_are",),
    ),
    Mutant(
        "bytes-without-limit",
        "the tickets that a form gets in a day are not counted",
        (Edit(GIVEN, "            if photo.id not in given and len(given) >= limit:\n", "            if False:\n"),),
        (f"{UPLOADING}test_a_form_accepts_a_limited_number_of_photos_a_day_and_a_retry_still_gets_its_ticket",),
    ),
    Mutant(
        "closed-ticket-completed",
        "a ticket is completed after the consent was withdrawn",
        (Edit(TICKETS, "        if is_over or deps.photos.is_closed(photo):\n", "        if is_over:\n"),),
        (f"{WITHDRAWING}test_a_photo_that_is_in_the_check_is_awaited_and_an_open_ticket_is_closed",),
    ),
    Mutant(
        "recorded-while-closed",
        "a photo that is recorded while its ticket is closed is archived",
        (Edit(INTAKE, "        if self._deps.photos.is_closed(photo):", "        if False:"),),
        (f"{WITHDRAWING}test_a_photo_that_is_recorded_while_its_ticket_is_closed_is_not_archived",),
    ),
    Mutant(
        "orphans-swept-at-once",
        "the original of a photo whose record may come back is deleted",
        (Edit(SWEEP, "ended + ORPHANS_KEPT_HOURS", "ended"),),
        (f"{UPLOADING}test_an_expired_ticket_is_gone_and_its_bytes_when_no_record_of_them_can_come_back",),
    ),
    Mutant(
        "event-first",
        "the event is recorded before the object is stored",
        (
            Edit(
                INTAKE,
                "        sealed = self._store(photo, outcome, examined.jpeg)\n"
                "        photo = replace(photo, sha256=sealed.sha256)\n"
                "        outcome = self._record(photo, outcome)\n",
                "        photo = replace(photo, sha256=sha256(examined.jpeg).hexdigest())\n"
                "        outcome = self._record(photo, outcome)\n"
                "        sealed = self._store(photo, outcome, examined.jpeg)\n",
            ),
        ),
        (f"{FAULTS}test_nothing_counts_before_its_object_is_stored",),
    ),
    Mutant(
        "object-store-outage-costs-an-attempt",
        "a photo is given up because the object store was unavailable",
        (Edit(PHOTOS, '{"$set": {"due_at": due_at}, "$inc": {"attempts": -1}}', '{"$set": {"due_at": due_at}}'),),
        (f"{FAULTS}test_an_acknowledged_photo_waits_for_the_object_store_however_long_that_takes",),
    ),
    Mutant(
        "document-store-outage-costs-an-attempt",
        "a claim is abandoned when the document store is unavailable at the end of a check",
        (
            Edit(
                INTAKE,
                "                if self._stop.wait(UNAVAILABLE_SECONDS):\n                    raise\n",
                "                raise\n",
            ),
        ),
        (f"{FAULTS}test_outages_of_the_document_store_during_checks_cost_no_attempt",),
    ),
    Mutant(
        "no-lease",
        "two workers claim one photo",
        (Edit(PHOTOS, '{"$set": {"due_at": now + lease}, "$inc"', '{"$set": {"due_at": now}, "$inc"'),),
        (
            f"{FAULTS}test_a_crash_at_any_step_is_taken_over_by_another_worker_and_the_photo_counts_once[examine]",
            f"{RECORDS}test_concurrent_workers_claim_different_photos",
        ),
    ),
    Mutant(
        "endless-lease",
        "no worker takes over from one that crashed",
        (
            Edit(
                PHOTOS,
                'due = {"state": CHECKING, "due_at": {"$lte": now}}',
                'due = {"state": CHECKING, "due_at": {"$lte": now}, "attempts": 0}',
            ),
        ),
        (
            f"{FAULTS}test_a_crash_at_any_step_is_taken_over_by_another_worker_and_the_photo_counts_once[event]",
            f"{RECORDS}test_after_its_lease_a_photo_is_claimed_again",
        ),
    ),
    Mutant(
        "archive-of-the-attempt",
        "an archive is named after the attempt, not after the bytes that were checked",
        (
            Edit(
                INTAKE,
                "self._deps.sealed, sha256(jpeg).hexdigest()",
                "self._deps.sealed, sha256(b'%d' % threading.get_ident()).hexdigest()",
            ),
        ),
        (f"{FAULTS}test_concurrent_workers_name_one_archive_after_its_very_bytes",),
    ),
    Mutant(
        "last-outcome",
        "a worker that resumes after its lease changes the outcome",
        (Edit(PHOTOS, 'mine = {"_id": photo.id, "state": CHECKING}\n', 'mine = {"_id": photo.id}\n'),),
        (f"{FAULTS}test_a_worker_that_resumes_after_its_lease_changes_nothing",),
    ),
    Mutant(
        "receipt-opens",
        "a receipt number finds the photos of other classes",
        (
            Edit(
                STATUS,
                "        if entry := _entry_in_scope(deps, photo, caller):\n",
                "        if entry := deps.roster_view.entry(photo.campaign, photo.pupil):\n",
            ),
        ),
        (f"{RECEIPTS}test_a_photo_of_another_class_is_answered_like_a_number_that_nobody_has",),
    ),
    Mutant(
        "ticket-names-the-pupil",
        "who has only a photo's token learns the pupil",
        (Edit(STATUS, '        photo.pupil if knows_pupil else "",\n', "        photo.pupil,\n"),),
        (f"{RECEIPTS}test_who_has_only_the_ticket_does_not_learn_the_pupil",),
    ),
    Mutant(
        "code-alone-names-the-pupil",
        "an upload code tells whose it is where its region takes no photos by the code alone",
        (Edit("services/roster/use_cases/upload_codes.py", "    if not is_on(", "    if False and not is_on("),),
        ("tests/unit/roster/test_upload_codes.py::test_where_the_way_by_code_alone_is_off_nobody_is_told_anything",),
    ),
    Mutant(
        "code-follows-the-pupil",
        "an old paper's upload code tells the pupil's present school and class",
        (
            Edit(
                "services/roster/use_cases/upload_codes.py",
                "    is_there = not entry.moved and (",
                "    is_there = True or (",
            ),
        ),
        ("tests/unit/roster/test_upload_codes.py::test_who_has_the_old_paper_does_not_learn_where_the_pupil_went",),
    ),
    Mutant(
        "code-outlives-its-campaign",
        "an upload code tells whose it is for ever",
        (
            Edit(
                "services/roster/use_cases/upload_codes.py",
                "    if campaign is None or is_over(campaign.last_day, deps.today()):\n",
                "    if campaign is None:\n",
            ),
        ),
        (
            "tests/unit/roster/test_upload_codes.py::"
            "test_the_code_ends_with_its_campaign_and_is_then_like_one_that_nobody_has",
        ),
    ),
    Mutant(
        "child-named-to-the-next-user",
        "the result of a photo sent by code names the child to the next user of the device, days later",
        (
            Edit(
                "services/portal/pages/families/photo_result.py",
                '    is_kept = deps().clock.now() - int(mine.get("at", "0")) < CODE_KEPT_MS\n',
                "    is_kept = True\n",
            ),
        ),
        ("tests/unit/portal/test_photo_results.py::test_by_code_the_child_is_not_named_to_the_devices_next_user",),
    ),
    Mutant(
        "blurred-form-is-nothing",
        "a form out of focus that fills the picture is refused as no page",
        (Edit(NOTHING, "not (is_blurred_page or has_print)", "not has_print"),),
        ("tests/paper/test_nothing.py::test_no_photo_of_a_form_is_taken_for_nothing_however_bad[far out of focus]",),
    ),
)
