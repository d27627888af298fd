"""Mutants of the sandbox, and of what is checked before a photo or a workbook is decoded."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

CHILD, PROCESS, SANDBOX = ("shared/sandbox/child.py", "shared/sandbox/child_process.py", "shared/sandbox/sandbox.py")
OPENING, DECODER, INTAKE = (
    "services/upload/image/opening.py",
    "services/upload/image/decoder.py",
    "services/upload/use_cases/intake.py",
)
WORKBOOK, PACKAGE, READER = (
    "services/roster/roster_file/formats/workbook.py",
    "services/roster/roster_file/formats/package.py",
    "services/roster/roster_file/reader.py",
)
BOX, PHOTOS, INTAKES, FILES = (
    "tests/unit/shared/test_sandbox.py::",
    "tests/paper/test_decoder.py::",
    "tests/integration/upload/test_intake.py::",
    "tests/unit/roster/test_reader.py::",
)
AT_A_LIMIT = "test_a_job_ends_at_its_limit_is_counted_and_the_next_one_finds_a_new_child"
FAR_AWAY = "test_a_cell_far_away_is_refused_before_anything_is_laid_out"

MUTANTS = (
    Mutant(
        "endless-memory",
        "a decoder may take all memory",
        (Edit(CHILD, "        (resource.RLIMIT_AS, _address_space() + memory),\n", ""),),
        (f"{BOX}{AT_A_LIMIT}[hog--memory]",),
    ),
    Mutant(
        "endless-processor",
        "a decoder may take all processor time",
        (Edit(CHILD, '        _allow_processor_seconds(settings["cpu_seconds"])\n', ""),),
        (f"{BOX}test_a_child_has_no_setting_no_network_no_file_and_no_other_process",),
    ),
    Mutant(
        "any-answer",
        "a child may answer as much as it likes",
        (Edit(PROCESS, "            if facts_size + size > self._limits.answer:\n", "            if False:\n"),),
        (f"{BOX}{AT_A_LIMIT}[too_much-5242880-answer]",),
    ),
    Mutant(
        "next-one-blamed",
        "a job is blamed for what an earlier one has left behind",
        (Edit(SANDBOX, "            if not was_used or exceeded", "            if was_used or exceeded"),),
        (f"{BOX}test_what_a_job_has_left_behind_is_not_held_against_the_next_one",),
    ),
    Mutant(
        "stalling-blamed",
        "a job is blamed for a machine that was too busy",
        (Edit(PROCESS, "                raise Stalled from None\n", "                pass\n"),),
        (f"{BOX}test_a_child_that_gets_no_processor_time_has_stalled_and_exceeded_nothing",),
    ),
    Mutant(
        "open-door",
        "a child may open files and connections and start programs",
        (Edit(CHILD, "READY if forbid() else READY_WITHOUT_FILTER", "READY if forbid else READY_WITHOUT_FILTER"),),
        (f"{BOX}test_a_child_has_no_setting_no_network_no_file_and_no_other_process",),
    ),
    Mutant(
        "secrets-handed-down",
        "a child gets the settings of its service, keys included",
        (Edit(PROCESS, "env=ENVIRONMENT,", "env={**os.environ, **ENVIRONMENT},"),),
        (f"{BOX}test_a_child_has_no_setting_no_network_no_file_and_no_other_process",),
    ),
    Mutant(
        "children-outlive-parent",
        "a child outlives its parent while it works",
        (Edit(CHILD, "        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)\n", ""),),
        (f"{BOX}test_children_end_with_their_parent_even_within_a_job[sleep]",),
    ),
    Mutant(
        "any-scans",
        "a JPEG may have any number of scans",
        (Edit(OPENING, "headers.scans(content, MAX_SCANS + 1) if", "headers.scans(content, 1) if"),),
        (f"{PHOTOS}test_as_many_scans_as_programs_make_are_accepted",),
    ),
    Mutant(
        "any-passes",
        "a JPEG of the largest size may have as many scans as any",
        (Edit(OPENING, "    if image.width * image.height * scans > MAX_PASSED:\n", "    if False:\n"),),
        (f"{PHOTOS}test_the_more_pixels_a_jpeg_has_the_fewer_scans_it_may_have",),
    ),
    Mutant(
        "any-pixels",
        "pixels are counted after decoding, if at all",
        (Edit(OPENING, "    if width * height > MAX_PIXELS.get(format, MAX_OTHERS) or max", "    if max"),),
        (f"{PHOTOS}test_a_hostile_photo_is_refused_before_it_costs_anything[png]",),
    ),
    Mutant(
        "tried-again",
        "a photo that has reached a limit is tried again",
        (
            Edit(
                DECODER,
                '            raise RejectedImage(DAMAGED if exceeded.limit == "crash" else TOO_COSTLY) from exceeded\n',
                "            raise exceeded\n",
            ),
        ),
        (
            f"{PHOTOS}test_a_photo_that_reaches_a_limit_is_refused[time-too-costly]",
            f"{INTAKES}test_a_photo_that_reaches_a_limit_is_refused_at_once_and_tried_by_nobody_else[time-too-costly]",
        ),
    ),
    Mutant(
        "busy-blamed",
        "a good photo is refused because the machine was too busy to check it",
        (Edit(INTAKE, "        if waited < BUSY_MS:\n", "        if waited < 0:\n"),),
        (f"{INTAKES}test_a_good_photo_outlasts_a_machine_that_is_too_busy_for_hours",),
    ),
    Mutant(
        "stalled-for-nothing",
        "a photo whose job stalls is tried for ever",
        (Edit(INTAKE, "        if waited < BUSY_MS:\n", "        if True:\n"),),
        (f"{INTAKES}test_a_photo_that_is_never_checked_in_time_is_refused_in_the_end",),
    ),
    Mutant(
        "failing-for-ever",
        "a photo at which the program fails is tried for ever",
        (Edit(INTAKE, "        except JobFailed:\n", "        except ZeroDivisionError:\n"),),
        (f"{INTAKES}test_a_photo_at_which_the_program_fails_is_refused_after_its_attempts_and_tried_no_more",),
    ),
    Mutant(
        "answer-on-trust",
        "whatever a child answers is stored as a photo",
        (Edit(DECODER, "    if not answer.content.startswith(JPEG_BEGINS):\n", "    if False:\n"),),
        (f"{PHOTOS}test_bytes_that_are_no_jpeg_do_not_reach_the_archive",),
    ),
    Mutant(
        "any-cell",
        "a cell may be anywhere, and all between is laid out",
        (
            Edit(
                WORKBOOK,
                "        if cells.rows > LAST_ROW or cells.columns > LAST_COLUMN or area > MAX_AREA:\n",
                "        if False:\n",
            ),
        ),
        (f"{FILES}{FAR_AWAY}[plain]", f"{FILES}{FAR_AWAY}[behind a sign within an attribute]"),
    ),
    Mutant(
        "unchecked-members",
        "the reader gets members that the check could not read",
        (Edit(PACKAGE, '        raise ValueError("no XML") from error\n', "        return\n"),),
        (f"{FILES}{FAR_AWAY}[behind other text]",),
    ),
    Mutant(
        "read-again",
        "a file that has reached a limit is read as often as it is sent",
        (
            Edit(
                READER, "        if self._costly and sha256(content).digest() in self._costly:\n", "        if False:\n"
            ),
        ),
        (f"{FILES}test_a_file_that_reaches_a_limit_is_refused_and_not_read_again[time]",),
    ),
)
