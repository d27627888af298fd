"""Sums of flows in memory: the same whatever they are asked for, and no page looks at what it does not show."""

from __future__ import annotations

from collections import Counter

from services.stats.domain.snapshot import Flow, Snapshot

CAMPAIGN, DAY = "2026-autumn", "2026-11-28"


class Unlooked(str):
    """A day that nobody may compare: its flow belongs to another school."""

    def __le__(self, other):
        raise AssertionError("a flow of another school was looked at")


def flow(school, day=DAY, campaign=CAMPAIGN, uploaded=1):
    return Flow(campaign, school, day, {"uploaded": uploaded}, {f"{school}p202301": {"uploaded": uploaded}})


def snapshot(*slots):
    found = Snapshot()
    found.replace_flows(range(len(slots)), dict(enumerate(slots)))
    return found


def test_a_page_of_a_school_or_a_class_looks_at_its_own_flows_alone():
    strange = [flow(f"219999{number:04d}", Unlooked(DAY)) for number in range(9)]
    found = snapshot([flow("2111000001"), *strange], strange)
    one = {DAY: Counter(uploaded=1)}
    assert found.changes(CAMPAIGN, frozenset({"2111000001"}), DAY) == one
    assert found.class_changes(CAMPAIGN, "2111000001", "2111000001p202301", DAY) == one
    assert found.classes(CAMPAIGN, "2111000001", DAY) == {"2111000001p202301": Counter(uploaded=1)}


def test_changes_are_summed_over_schools_and_slots_and_no_further_than_the_day():
    found = snapshot(
        [flow("a", "2026-11-01"), flow("a", "2026-11-02"), flow("b", "2026-11-02"), flow("c", "2026-11-02")],
        [flow("a", "2026-11-02", uploaded=-1), flow("b", "2026-11-03"), flow("a", "2026-11-02", campaign="other")],
    )
    both = frozenset({"a", "b"})
    assert found.changes(CAMPAIGN, both, "2026-11-02") == {"2026-11-01": {"uploaded": 1}, "2026-11-02": {"uploaded": 1}}
    assert found.changes(CAMPAIGN, both, "2026-11-03")["2026-11-03"] == {"uploaded": 1}
    assert found.changes(CAMPAIGN, both | {"c", "d", "e"}, "2026-11-02")["2026-11-02"] == {"uploaded": 2}


def test_what_has_been_summed_is_forgotten_with_the_flows_of_its_slot():
    found = snapshot([flow("a")], [flow("a")])
    assert found.changes(CAMPAIGN, frozenset({"a"}), DAY)[DAY] == {"uploaded": 2}
    found.replace_flows([1], {1: [flow("a", uploaded=5)]})
    assert found.changes(CAMPAIGN, frozenset({"a"}), DAY)[DAY] == {"uploaded": 6}
    found.replace_flows([0, 1], {})
    assert found.changes(CAMPAIGN, frozenset({"a"}), DAY) == {}
