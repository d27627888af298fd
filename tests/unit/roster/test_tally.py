"""The tally of a school: what its files have changed lately without a yes."""

from __future__ import annotations

from services.roster.domain.list_changes import ClassChange, Lately, ListChanges
from services.roster.domain.tally import WINDOW_MS, Count, Tally, tally_decider
from tests.support.given import given, happened

NOW = 1_790_000_000_000
TALLY = tally_decider("2113000017")


def counted(at: int, *changes: tuple[str, int, int], confirmed: tuple[str, ...] = ()):
    each = [{"class": class_, "moved": moved, "rejoined": rejoined} for class_, moved, rejoined in changes]
    return happened("tally.counted", at=at, run="", counted=each, confirmed=list(confirmed))


def changes(*classes: ClassChange) -> ListChanges:
    return ListChanges({}, (), (), classes, {each.class_: each.pupils for each in classes})


SMALL = (ClassChange("a", 40, moving=2), ClassChange("b", 40, missing=2), ClassChange("c", 40, rejoining=1))


def test_moves_and_returns_count_and_who_is_missing_does_not():
    given(TALLY).when(Count(NOW, changes(*SMALL))).then(counted(NOW, ("a", 2, 0), ("c", 0, 1)))


def test_a_file_that_moves_nobody_counts_nothing():
    given(TALLY).when(Count(NOW, changes(ClassChange("a", 40, missing=3)))).then_nothing()


def test_a_large_change_has_its_yes_and_ends_the_count_of_its_class():
    large = changes(ClassChange("a", 8, moving=1, moved_lately=2), ClassChange("b", 40, moving=1))
    given(TALLY, counted(NOW, ("a", 2, 0), ("b", 1, 0))).when(Count(NOW + 1, large)).then(
        counted(NOW + 1, ("b", 1, 0), confirmed=("a",))
    )
    given(TALLY).when(Count(NOW, changes(ClassChange("a", 8, moving=8)))).then_nothing()


def test_the_sums_of_a_week_are_those_since_the_last_yes():
    tally = TALLY.fold([counted(NOW, ("a", 2, 1), ("b", 1, 0)), counted(NOW + 1, ("a", 1, 0))])
    assert tally.lately(NOW + 1) == {"a": Lately(3, 1), "b": Lately(1, 0)}
    assert tally.lately(NOW + WINDOW_MS) == {"a": Lately(1, 0)}
    after = TALLY.evolve(tally, counted(NOW + 2, ("b", 1, 0), confirmed=("a",)))
    assert after.lately(NOW + 2) == {"b": Lately(2, 0)}
    assert TALLY.evolve(tally, counted(NOW + 2 * WINDOW_MS)) == Tally("2113000017")


def test_a_file_is_judged_as_one_with_those_before_it():
    assert not changes(ClassChange("a", 8, moving=2)).large
    together = changes(ClassChange("a", 8, moving=1)).after({"a": Lately(2, 0)}).large
    assert together == (ClassChange("a", 8, moving=1, moved_lately=2),)
    small = changes(ClassChange("a", 5, rejoining=2))
    both = small.after({"b": Lately(0, 2)})
    assert [each.class_ for each in both.large] == ["a", "b"]
    assert not changes().after({"b": Lately(9, 9)}).large  # it changes nothing, so nothing is asked
    assert not ClassChange("a", 8, moving=1, missing=1, moved_lately=1).is_large  # the others have listed them


def test_a_class_is_as_large_as_before_all_of_these_files():
    assert ClassChange("a", 13, rejoining=1, rejoined_lately=2).is_large  # 3 of 11
    assert not ClassChange("a", 14, rejoining=1, rejoined_lately=2).is_large  # 3 of 12
    assert not ClassChange("a", 10, moving=1, moved_lately=2).is_large  # 3 of 12
