"""Mutants of what a photo of a form is taken for: mirror images, ends that are missing, several forms or pages."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

IMAGE = "services/upload/image/"
EXAMINED = "tests/paper/test_examine.py::"
SPOILT = "tests/paper/test_spoilt_photos.py::"
TWO = "tests/paper/test_two_forms.py::"
AS_SENT = "tests/paper/test_as_sent.py::"
UPRIGHT = "test_a_page_is_archived_upright_and_unmirrored_however_it_was_taken_and_whatever_its_metadata_say"

MUTANTS = (
    Mutant(
        "mirror-image-kept",
        "a mirrored photo is archived as a mirror image",
        (Edit(f"{IMAGE}symbol.py", "    return in_a_mirror > as_printed\n", "    return False\n"),),
        (f"{EXAMINED}{UPRIGHT}[2]", f"{EXAMINED}test_a_mirrored_close_up_is_set_right_by_the_code_alone[33]"),
    ),
    Mutant(
        "archived-as-it-lay",
        "a photo is archived as it was sent, upright or not, and does not say how to turn it",
        (Edit(f"{IMAGE}plain.py", "orientation.tagged(sent.getvalue(), turned)", "sent.getvalue()"),),
        (f"{AS_SENT}test_one_that_is_not_upright_is_kept_as_well_and_says_how_to_turn_it[6-None]",),
    ),
    Mutant(
        "thumbnail-as-it-lay",
        "thumbnails lie as their photos were taken",
        (Edit(f"{IMAGE}examine.py", "encoded(ImageOps.exif_transpose(image))", "encoded(image)"),),
        (f"{AS_SENT}test_a_thumbnail_is_turned_itself[6]",),
    ),
    Mutant(
        "hidden-in-the-archive",
        "what lies behind the last block of a photo's data is archived with it",
        (Edit(f"{IMAGE}plain.py", " and sent.is_used_up", ""),),
        (f"{AS_SENT}test_bytes_between_the_last_block_and_the_end_reach_no_archive[zip]",),
    ),
    Mutant(
        "half-a-picture-as-sent",
        "data that end early are archived as they are, and every decoder fills in something else",
        (Edit(f"{IMAGE}plain.py", " and not pixels.ends_flat(image)", ""),),
        (f"{AS_SENT}test_data_that_end_early_are_no_archive",),
    ),
    Mutant(
        "metadata-over-code",
        "what the metadata say goes before what the code says",
        (
            Edit(
                f"{IMAGE}pixels.py",
                "self._orientation() if upright is None else",
                "self._orientation() if upright is None or self._orientation() > 1 else",
            ),
        ),
        (f"{EXAMINED}{UPRIGHT}[1]",),
    ),
    Mutant(
        "plain-means-whole",
        "a plain photo with a code counts as a whole page, whatever is around the code",
        (Edit(f"{IMAGE}plain.py", "not all(page.is_whole(grey, corners) for", "not all(corners for"),),
        (f"{EXAMINED}test_a_mirrored_close_up_is_set_right_by_the_code_alone[33]",),
    ),
    Mutant(
        "plain-means-alone",
        "beside the page of a plain photo nothing is looked for",
        (
            Edit(
                f"{IMAGE}qr.py",
                "if not found or _is_lost(unread, places) or around.Surroundings(grey, places).has_print(around.ANY):",
                "if not found:",
            ),
        ),
        (f"{TWO}test_a_second_form_on_a_plain_photo_is_seen_in_grey[under a thumb]",),
    ),
    Mutant(
        "plain-without-limit",
        "a photo is kept as it was sent though coding anew would take fewer bytes than planned",
        (Edit(f"{IMAGE}plain.py", " or not _is_small(image, sent)", ""),),
        (f"{AS_SENT}test_one_that_coding_anew_would_make_no_smaller_is_kept_though_it_is_larger_than_planned",),
    ),
    Mutant(
        "plain-ways-only",
        "a code under pen strokes, or of weak toner, is given up",
        (Edit(f"{IMAGE}attempts.py", "    yield from _without_what_lies_over_it(small)\n", ""),),
        (
            f"{SPOILT}test_a_code_is_read_whatever_lies_over_it[weak toner]",
            f"{SPOILT}test_a_code_is_read_whatever_lies_over_it[crossed out]",
        ),
    ),
    Mutant(
        "flat-paper-only",
        "a code on crumpled paper is given up though its corners are found",
        (Edit(f"{IMAGE}qr.py", " or _on_bent_paper(grey.whole)\n", "\n"),),
        (f"{SPOILT}test_a_code_whose_modules_no_flat_grid_meets_is_read_on_crumpled_paper[None]",),
    ),
    Mutant(
        "half-a-file",
        "a photo of which a part never arrived counts as long as one mark is there",
        (Edit(f"{IMAGE}examine.py", "    marks = 2 if pixels.is_cut_short else 1\n", "    marks = 1\n"),),
        (f"{EXAMINED}test_of_a_photo_that_lacks_a_part_of_the_page_one_mark_is_not_enough[right to left]",),
    ),
    Mutant(
        "end-unmissed",
        "nobody is told that the end of a photo's file is missing",
        (Edit("services/upload/use_cases/intake.py", "cut_short=examined.is_cut_short", "cut_short=False"),),
        (
            "tests/integration/upload/test_uploading.py::"
            "test_a_photo_without_its_last_bytes_is_archived_and_its_reviewer_is_told",
        ),
    ),
    Mutant(
        "any-of-a-stack",
        "of a stack in one file the first page is taken, and nobody is told of the others",
        (
            Edit(f"{IMAGE}scanned.py", "        if len(document) > 1:\n", "        if len(document) > 1000:\n"),
            Edit(f"{IMAGE}opening.py", 'announced == "TIFF" and', 'announced == "NONE" and'),
        ),
        (
            f"{EXAMINED}test_of_a_file_with_several_pages_none_is_picked[PDF]",
            f"{EXAMINED}test_of_a_file_with_several_pages_none_is_picked[TIFF]",
        ),
    ),
    Mutant(
        "second-form-unseen",
        "the first code that is read ends the search, whatever else is in the picture",
        (
            Edit(
                f"{IMAGE}qr.py",
                "_is_lost(unread, places) or around.has_print(grey, places)",
                "_is_lost(unread, places)",
            ),
            Edit(f"{IMAGE}qr.py", "    found += _smaller(grey, found)\n    for", "    for"),
        ),
        (
            f"{TWO}test_a_second_form_is_read_or_told_whatever_is_wrong_with_its_code[beside-under a thumb]",
            f"{TWO}test_a_second_form_is_read_or_told_whatever_is_wrong_with_its_code[below-weak toner]",
        ),
    ),
    Mutant(
        "faint-form-unseen",
        "another child's form in faint ink counts as nothing",
        (Edit(f"{IMAGE}around.py", "SURE, ANY = (INK, FAINT), ", "SURE, ANY = (INK,), "),),
        (
            f"{TWO}test_a_second_form_is_read_or_told_whatever_is_wrong_with_its_code"
            "[half_under-small, fainter and under a thumb]",
        ),
    ),
    Mutant(
        "small-form-unseen",
        "strokes of another child's form that merging of pixels makes fainter count as nothing",
        (
            Edit(
                f"{IMAGE}around.py",
                "return surroundings.has_print(ANY) and Surroundings(grey, pages, FINER)",
                "return surroundings",
            ),
        ),
        (
            f"{TWO}test_a_second_form_is_read_or_told_whatever_is_wrong_with_its_code"
            "[below-small, fainter and under a thumb]",
        ),
    ),
    Mutant(
        "slip-unseen",
        "a code of another child that lies alone beside the page is looked for at half of the pixels only",
        (Edit(f"{IMAGE}around.py", "return darkest >= SPOT * self._contrast", "return False"),),
        (f"{TWO}test_a_code_of_another_form_is_read_however_small_and_alone_it_lies[True-at0]",),
    ),
    Mutant(
        "strip-is-a-sheet",
        "what lies in a strip along the page, as its own edge does, holds a good photo back",
        (Edit(f"{IMAGE}around.py", "STRIP = 3", "STRIP = 1"),),
        (f"{TWO}test_what_lies_in_a_strip_along_the_page_is_no_other_sheet",),
    ),
    Mutant(
        "second-form-archived",
        "a form beside a sheet whose code was not read is archived",
        (
            Edit(
                "services/upload/domain/matching.py",
                "    if another_sheet:\n        return Outcome(WAITING, ANOTHER_SHEET)\n",
                "",
            ),
        ),
        (
            "tests/unit/upload/test_matching.py::"
            "test_a_form_beside_another_sheet_waits_and_another_childs_code_is_refused_all_the_same",
        ),
    ),
    Mutant(
        "two-children-in-one-archive",
        "a photo with another child's form beside the right one is archived",
        (
            Edit(
                "services/upload/domain/matching.py",
                "    if others:\n        return Outcome(REFUSED, SEVERAL_FORMS)\n",
                "",
            ),
        ),
        (
            "tests/unit/upload/test_matching.py::test_the_codes_read_are_matched_with_the_pupil_of_the_ticket"
            "[page_ones19-False-refused-several-forms]",
        ),
    ),
)
