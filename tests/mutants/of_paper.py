"""Mutants of what makes paper proof: the page around the QR, its serial, its address, the announced bytes."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

MATCHING, PAGE, CODES, OBJECTS, TICKETS = (
    "services/upload/domain/matching.py",
    "services/upload/image/page.py",
    "shared/language/codes.py",
    "shared/infrastructure/objects.py",
    "services/upload/use_cases/tickets.py",
)
MATCHED = "tests/unit/upload/test_matching.py::"
ALONE = "tests/paper/test_page.py::test_without_the_page_around_it_a_code_is_not_enough[top half]"
ROWS = "tests/paper/test_page.py::test_of_a_page_without_rows_the_marks_are_not_enough"
PROVEN = (
    "tests/unit/shared/test_codes.py::"
    "test_a_serial_proves_itself_to_the_holder_of_the_key_and_for_its_own_upload_code_only"
)
SWEEP, DEVICES = "services/upload/use_cases/sweep.py", "services/upload/use_cases/device.py"
DEVICE = "tests/integration/upload/test_device.py::"
ALONE_OFF = "tests/integration/upload/test_code_alone.py::"
REGION = "tests/unit/roster/test_code_alone.py::"
BOUND = "tests/objects/test_objects.py::test_a_presigned_address_takes_the_announced_size_and_type_only[longer]"

MUTANTS = (
    Mutant(
        "qr-without-a-page",
        "a photo of the QR alone is archived",
        (
            Edit(
                MATCHING,
                "    if not any(qr.whole for qr in own):\n        return Outcome(WAITING, PAGE_INCOMPLETE)\n",
                "",
            ),
        ),
        (f"{MATCHED}test_a_qr_without_its_page_waits",),
    ),
    Mutant(
        "no-signature-box",
        "a page of which the signature box is not in the picture is whole",
        (Edit(PAGE, "found == marks and _rows(", "_rows("),),
        (ALONE,),
    ),
    Mutant(
        "marks-alone",
        "two black squares on a white sheet make a page",
        (Edit(PAGE, " and _rows(coarse, TEXTURE * contrast) >= PRINTED", ""),),
        (ROWS,),
    ),
    Mutant(
        "any-serial",
        "every serial of eight characters proves itself",
        (
            Edit(
                CODES,
                "    return hmac.compare_digest(serial[SERIAL_RANDOM:].encode(), proof.encode())\n",
                "    return len(proof) == len(serial) - SERIAL_RANDOM\n",
            ),
        ),
        (PROVEN,),
    ),
    Mutant(
        "qr-of-any-host",
        "a QR of another host counts",
        (
            Edit(
                MATCHING,
                "    if not all(qr.ours for qr in own):\n        return Outcome(WAITING, FOREIGN_ADDRESS)\n",
                "",
            ),
        ),
        (f"{MATCHED}test_a_qr_of_another_host_waits",),
    ),
    Mutant(
        "any-size",
        "an address to PUT a photo to takes more than was announced",
        (
            Edit(
                OBJECTS, '{"Content-Length": str(size), "Content-Type": content_type}', '{"Content-Type": content_type}'
            ),
        ),
        (BOUND,),
    ),
    Mutant(
        "unannounced-bytes-stay",
        "bytes that were not announced stay in the object store",
        (
            Edit(
                TICKETS,
                "    if found.size != photo.size:\n        deps.objects.remove(photo.incoming)\n",
                "    if found.size != photo.size:\n",
            ),
        ),
        ("tests/integration/upload/test_uploading.py::test_more_bytes_than_allowed_are_not_kept",),
    ),
    Mutant(
        "code-alone-everywhere",
        "the upload code alone opens a ticket whatever the region has decided",
        (Edit(TICKETS, "    if not may_send(deps, sender) and not deps.photos.get(id):", "    if False:"),),
        (f"{ALONE_OFF}test_where_nobody_has_switched_it_on_the_upload_code_alone_is_not_enough",),
    ),
    Mutant(
        "code-alone-by-default",
        "upload by code alone is on where nobody has decided",
        (Edit("shared/language/code_alone.py", "if decision), OFF) == ON", "if decision), ON) == ON"),),
        (f"{REGION}test_it_is_off_until_somebody_decides",),
    ),
    Mutant(
        "code-alone-from-above",
        "a level above decides for a region that should decide itself",
        (
            Edit(
                "services/roster/authorization.py",
                "if deps.tree.path(code) not in caller.scope.paths:",
                "if not caller.scope.allows(deps.tree.path(code)):",
            ),
        ),
        (f"{REGION}test_only_the_unit_itself_decides[province-/000000/130000/-130102-outside-scope]",),
    ),
    Mutant(
        "photo-lost-by-a-decision",
        "a family whose photo was stored before the decision is refused when it asks again",
        (Edit(TICKETS, " and not deps.photos.get(id):  # a photo from", ":  # a photo from"),),
        (f"{ALONE_OFF}test_a_ticket_and_a_photo_from_before_the_decision_stay_good",),
    ),
    Mutant(
        "device-for-ever",
        "the hash of a sender without an account is kept for ever",
        (Edit(SWEEP, "        self._deps.photos.forget_devices(now - KEPT_MS)\n", ""),),
        (f"{DEVICE}test_another_month_has_another_hash_and_none_is_kept_for_longer",),
    ),
    Mutant(
        "burst-unseen",
        "many photos from one device look like any others",
        (Edit(DEVICES, "MANY_FORMS) >= MANY_FORMS", "MANY_FORMS) > MANY_FORMS"),),
        (f"{DEVICE}test_a_burst_from_one_device_is_seen_by_the_teacher_and_by_the_alarm",),
    ),
    Mutant(
        "burst-of-a-month",
        "a photo is marked for what its device sends weeks later",
        (Edit(DEVICES, "photo.created_at - DAY_MS, photo.created_at + DAY_MS", "photo.created_at - DAY_MS, 1 << 60"),),
        (f"{DEVICE}test_a_photo_belongs_to_no_burst_of_the_days_after_it",),
    ),
)
