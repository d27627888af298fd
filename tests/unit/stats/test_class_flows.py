"""The figures of a school's classes: of the days that are asked for, and of one class alone."""

from __future__ import annotations

from collections import Counter

from services.stats.domain.class_flows import ClassFlow, changes_of_class, figures_of_classes

FLOWS = (
    ClassFlow("2026-11-01", {"one": {"uploaded": 1, "expected": 2}, "two": {"expected": 1}}),
    ClassFlow("2026-11-01", {"one": {"uploaded": 3}}),  # of another slot
    ClassFlow("2026-11-02", {"one": {"uploaded": -1}}),
)


def test_a_class_counts_its_flows_of_every_slot_through_the_day():
    first = {"one": Counter(uploaded=4, expected=2), "two": Counter(expected=1)}
    assert figures_of_classes(FLOWS, "2026-10-31") == {}
    assert figures_of_classes(FLOWS, "2026-11-01") == first
    assert figures_of_classes(FLOWS, "2026-11-02") == first | {"one": Counter(uploaded=3, expected=2)}


def test_a_class_has_changes_on_its_own_days_alone():
    assert changes_of_class(FLOWS, "two") == {"2026-11-01": Counter(expected=1)}
    assert changes_of_class(FLOWS, "one") == {
        "2026-11-01": Counter(uploaded=4, expected=2),
        "2026-11-02": Counter(uploaded=-1),
    }
