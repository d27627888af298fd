"""Mutants of the audit trail."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

VERIFYING, VERIFIED = "shared/service/audit_trail/verification.py", "tests/audit_trail/test_verification.py::"
CHAINS, ACTS = "tests/audit_trail/test_chains.py::", "tests/unit/identity/test_acts.py::"

MUTANTS = (
    Mutant(
        "any-entry",
        "an entry that was changed by hand passes",
        (Edit(VERIFYING, "    if digest(entry) != entry.hash:", "    if False:"),),
        (f"{VERIFIED}test_an_entry_that_was_changed_is_named[change0]",),
    ),
    Mutant(
        "gap-unseen",
        "an entry that was removed is not missed",
        (Edit(VERIFYING, "    if entry.number > number + 1:", "    if False:"),),
        (f"{VERIFIED}test_an_entry_that_was_removed_is_a_gap_that_is_named",),
    ),
    Mutant(
        "tail-cut-unseen",
        "the end of a chain that was cut off with its head is not missed",
        (Edit(VERIFYING, "max(head, *anchors, 0)", "max(head, 0)"),),
        (f"{VERIFIED}test_an_end_that_was_cut_off_with_its_head_is_named_by_the_log_alone",),
    ),
    Mutant(
        "made-anew-unseen",
        "a chain that was made anew by somebody who knows how entries are hashed passes",
        (Edit(VERIFYING, "anchors.get(entry.number, entry.hash) != entry.hash", "False"),),
        (f"{VERIFIED}test_a_chain_that_was_made_anew_is_named_by_the_log_alone",),
    ),
    Mutant(
        "done-unrecorded",
        "a command is done although its act cannot be recorded",
        (
            Edit(
                "shared/eventsourcing/commands.py",
                "        if self.context.act:\n            self.context.act.write(session)\n",
                "",
            ),
        ),
        (f"{ACTS}test_what_cannot_be_recorded_is_not_done",),
    ),
    Mutant(
        "head-is-last",
        "a writer that died before it noted the head stops its chain",
        (
            Edit(
                "shared/service/audit_trail/mongo.py",
                "        number, previous = (latest[-1]",
                "        latest = latest[:1]\n        number, previous = (latest[-1]",
            ),
        ),
        (f"{CHAINS}test_a_writer_that_died_before_it_noted_the_head_is_followed_without_a_hole",),
    ),
    Mutant(
        "any-regions-trail",
        "an auditor reads the acts of any region",
        (Edit("shared/service/audit_trail/api.py", '        require_path(caller(), asked["path"])\n', ""),),
        ("tests/unit/shared/test_audit_api.py::test_an_auditor_reads_the_own_region_only",),
    ),
)
