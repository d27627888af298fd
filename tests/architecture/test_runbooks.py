"""Runbooks: everything that a page tells somebody to enter is entered by a test, as written, or the page is named."""

from __future__ import annotations

import re

import pytest

from tests.support.runbook import HOW_TO, RUNBOOKS, Step, blocks, filled, page, seen_in, steps

EXECUTED = {step.command for name in RUNBOOKS for step in steps(page(name))}
COMMAND = re.compile(r"(make|python|kubectl|kustomize|skopeo|apt|apt-get|export|cd) \S")
# Pages whose commands a test of their own enters, or nobody can enter here: why.
ELSEWHERE = {
    "restore": "tests/system/test_restore.py does it to a county, with the commands behind the targets",
    "compose": "needs a container engine; tests/unit/deploy/test_compose.py checks the file",
    "connect-the-registry": "the real registry is not at hand; test_registry_sign_in.py plays it with the stand-in",
    "image": "`make image` is a target of its own, as root; registry and cluster are the operator's",
    "mongodb-replica-set": "tests/system/test_moving.py moves a copy; a MongoDB is not at hand",
    "lose-a-telephone": "done in the portal; tests/unit/identity/test_second_factor.py resets and sets up anew",
    "add-a-missing-county": "done in the portal; tests/e2e/test_applications.py does it in a browser",
    "first-photo": "tests/system/test_first_photo.py does it in a browser",
    **dict.fromkeys(
        ("add-a-command", "add-a-measure", "add-a-role", "add-a-service", "add-an-event-field"),
        "for who changes the code: its commands are the targets of CONTRIBUTING",
    ),
}
HEADINGS = ["When", "You need", "Steps", "Done when", "Back"]
CLUSTER = (
    "kubernetes"  # blocks for a cluster: no test has pods in which these run; test_cluster_commands.py checks them
)


def test_every_page_is_done_by_the_runbooks_test_or_says_who_does_it():
    undone = {path.stem for path in HOW_TO.glob("*.md")} ^ {*RUNBOOKS, *ELSEWHERE, "README"}
    assert not undone, f"{undone}: put it into RUNBOOKS of tests/support/runbook.py, or here with the test that does it"


@pytest.mark.parametrize("name", RUNBOOKS)
def test_a_runbook_says_when_with_what_how_until_when_and_how_back(name):
    assert re.findall(r"^## (.+)$", page(name), re.M) == HEADINGS


@pytest.mark.parametrize("name", RUNBOOKS)
def test_every_command_of_a_page_is_one_that_the_test_enters(name):
    text = page(name)
    assert steps(text)
    assert {language for language, _, _ in blocks(text)} <= {"sh", "text", CLUSTER}
    for language, lines, _ in blocks(text):
        if language == CLUSTER:
            assert [line for line in lines if not line.startswith(("kubectl ", "kustomize "))] == []
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S)
    named = {found for found in re.findall(r"`([^`\n]+)`", prose) if COMMAND.match(found)}
    assert named <= EXECUTED, f"enter {named - EXECUTED} in a block of a runbook, so that a test does it"


@pytest.mark.parametrize("name", RUNBOOKS)
def test_whatever_a_command_changes_the_page_says_what_is_seen(name):
    silent = [step.command for step in steps(page(name)) if not step.seen and not step.command.startswith("export ")]
    assert silent == []


def test_what_takes_as_long_as_an_event_is_on_its_way_is_repeated():
    """`false` at once is no error there: the page says to do it again, and the test of the runbooks does."""
    late = {'"flipped": true,', '"settled": true,'}
    waiting = {
        (name, step.command): step.repeated for name in RUNBOOKS for step in steps(page(name)) if late & {*step.seen}
    }
    assert waiting == {
        ("rebuild-the-figures", 'make operate WHAT="services.stats.operator.rebuild"'): True,
        ("last-day", 'make operate WHAT="services.stats.operator.close_day"'): True,
        ("replay-a-parked-event", 'make operate WHAT="services.stats.operator.close_day"'): True,
        ("close-a-month", 'make operate WHAT="services.stats.operator.close_day"'): True,
        ("close-a-month", 'make operate WHAT="services.stats.operator.close_day <day>"'): False,  # it is settled
    }


def test_the_last_evening_is_scaled_to_the_peak_as_the_page_of_the_cluster_says():
    cluster = (HOW_TO.parents[1] / "deploy" / "k8s" / "README.md").read_text().partition("## The last evening")[2]
    for text in (page("last-day"), cluster):
        assert re.search(r"lower\sbounds before[^:.]*to the column \*at the peak\* of \[capacity\]", text)


def test_the_index_leads_to_every_page():
    assert set(re.findall(r"\]\((?:\.\./how-to/)?([\w-]+)\.md\)", (HOW_TO / "README.md").read_text())) >= {
        *RUNBOOKS,
        *ELSEWHERE,
    }


# ---- how a page is read
PAGE = """1. Look:
   ```sh
   make status
   make operate WHAT="a.b --drop <key>"
   ```
   Repeat until you see
   ```text
   {"key": "<other>",
   all … well
   ```
"""


def test_commands_come_in_order_and_the_lines_belong_to_the_last_one():
    first, second = steps(PAGE)
    assert first == Step("make status") and second.command == 'make operate WHAT="a.b --drop <key>"'
    assert (second.seen, second.repeated, second.fails) == (['{"key": "<other>",', "all … well"], True, False)


def test_a_value_is_filled_in_and_an_unknown_one_is_an_error():
    assert filled("drop <key>", {"key": "form-1"}) == "drop form-1"
    with pytest.raises(KeyError):
        filled("drop <key>", {})


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ('x\n  {"key": "form-1",\ny\nall is well\n', {"other": "form-1"}),
        ('all is well\n{"key": "form-1",\n', None),
        ('{"key": "form-1",\nall is well.\n', None),
        ('{"key": "form 1",\nall is well\n', None),
    ],
)
def test_lines_are_seen_whole_and_in_their_order(output, found):
    assert seen_in(output, steps(PAGE)[1].seen, {}) == found


def test_a_value_that_is_known_must_be_seen_again():
    assert seen_in("key a", ["key <key>"], {"key": "a"}) == {"key": "a"}
    assert seen_in("key b", ["key <key>"], {"key": "a"}) is None
