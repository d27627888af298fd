"""Every guard of the product is missed as soon as it is taken out: by the tests that the guarantees rest on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.every import REPO, chosen
from tests.mutants.mutant import Edit, Mutant, OutdatedMutant, taken_out
from tests.mutants.of_harmless import BROKEN, HARMLESS, UNREADABLE
from tests.mutants.trial import Trials, copy_of_the_repository
from tests.support.servers import DocumentStore

CHOSEN = chosen()


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_repository(tmp_path_factory.mktemp("mutants"))


@pytest.fixture(scope="session")
def trials(tree: Path, document_store: DocumentStore) -> Iterator[Trials]:
    trials = Trials(tree, document_store)
    yield trials
    trials.close()


@pytest.mark.mutant
@pytest.mark.parametrize("mutant", CHOSEN, ids=lambda mutant: mutant.name)
def test_a_guard_that_is_taken_out_of_the_product_is_missed(mutant: Mutant, trials: Trials) -> None:
    if complaint := trials.of(mutant).complaint(mutant):
        pytest.fail(complaint, pytrace=False)


def test_a_mutant_that_no_longer_fits_the_code_says_so_and_leaves_it_whole(tree: Path) -> None:
    good, gone = (
        Edit("shared/messaging/relay.py", "log.exception(", "log.error("),
        Edit("shared/messaging/relay.py", "a line of long ago", ""),
    )
    outdated = Mutant("outdated", "a guard that was moved elsewhere", (good, gone), ())
    with (
        pytest.raises(
            OutdatedMutant, match=r"shared/messaging/relay\.py no longer holds .* but 0 times: 'a line of long ago'"
        ),
        taken_out(outdated, tree),
    ):
        pytest.fail("it was applied")
    assert (tree / good.file).read_text() == (REPO / good.file).read_text()


@pytest.mark.mutant
def test_a_guard_that_nobody_misses_is_told_from_one_that_is_missed(trials: Trials) -> None:
    for mutant, complaint in ((HARMLESS, "still passes"), (BROKEN, "does not run"), (UNREADABLE, "cannot be run")):
        assert complaint in trials.of(mutant).complaint(mutant)
