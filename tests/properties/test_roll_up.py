"""Figures in columns are, after any changes, the sum of all flows in the tree of the day, as defined here."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.domain.columns import Columns, Flow
from services.stats.domain.fold import RecordedState
from services.stats.domain.measures import NAMES
from services.stats.domain.roll_up import RollUp
from services.stats.domain.series import series
from services.stats.domain.snapshot import KEPT, Snapshot
from services.stats.domain.totals import break_down_unit
from services.stats.domain.tree import versions_of

CAMPAIGNS, DAYS = ("a", "b"), ("2026-10-31", "2026-11-01", "2026-11-02")
NATION, PLACES, SCHOOLS = "000000", ("p1", "c1", "c2"), ("s1", "s2", "s3")
SLOTS = (0, 1, 2)
MANY = 40_000  # pupils do not fit into the two bytes of a usual school

increments = st.builds(
    lambda slot, *flow: (slot, Flow(*flow)),
    st.sampled_from(SLOTS),
    st.sampled_from(CAMPAIGNS),
    st.sampled_from(SCHOOLS),
    st.sampled_from(DAYS),
    st.dictionaries(
        st.sampled_from((*NAMES[:4], "a measure of another release")),
        st.integers(-3, 3) | st.sampled_from((-MANY, MANY)),
        max_size=3,
    ),
)
batches = st.lists(increments, max_size=6)
versions = st.tuples(  # code, parent, recorded on, in force from, open
    st.sampled_from((*PLACES, *SCHOOLS)),
    st.sampled_from((NATION, *PLACES, "unknown")),
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.booleans(),
)
questions = st.lists(st.tuples(st.sampled_from(CAMPAIGNS), st.sampled_from(DAYS), st.sampled_from(DAYS)), max_size=4)
steps = st.lists(st.tuples(batches, st.none() | versions, st.sets(st.sampled_from(SLOTS), max_size=1), questions))


class Store:
    """A read model as statistics keeps it: flows by slot, campaign, school and day; versions of units by code."""

    def __init__(self):
        self.flows, self.units, self.changed = {}, {}, {"flows": set(), "units": set()}
        for code, parent in ((NATION, ""), ("p1", NATION), ("c1", "p1"), ("c2", "p1"), ("s1", "c1"), ("s2", "c1")):
            self.record(code, parent, DAYS[0], DAYS[0], True)

    def record(self, code, parent, day, effective_from, is_open):
        history = self.units.setdefault(code, {})
        state = {"code": code, "name": code, "level": "school" if code in SCHOOLS else "county", "parent": parent}
        state |= {"open": is_open, "effective_from": effective_from}
        history[len(history) + 1] = RecordedState(f"{code}#{len(history) + 1}", day, state)
        self.changed["units"].add(self.slot_of(code))

    def slot_of(self, code):
        return (NATION, *PLACES, *SCHOOLS).index(code) % len(SLOTS)

    def project(self, batch):
        for slot, flow in batch:
            self.flows.setdefault((slot, *flow[:3]), Counter()).update(flow.total)
            self.changed["flows"].add(slot)

    def forget(self, slots):
        """What a restored read model does not hold."""
        self.flows = {at: total for at, total in self.flows.items() if at[0] not in slots}
        self.changed["flows"] |= slots

    def refresh(self, snapshot):
        """Read again what has changed, as the cache does."""
        for slot in self.changed["flows"]:
            snapshot.replace_flows(slot, [Flow(*at[1:], total) for at, total in self.flows.items() if at[0] == slot])
        if slots := self.changed["units"]:
            found = {slot: [versions_of(h) for c, h in self.units.items() if self.slot_of(c) == slot] for slot in slots}
            snapshot.replace_units(slots, found)
        self.changed = {"flows": set(), "units": set()}


class Definition:
    """The figures of a campaign at the end of a day in the tree of a day, with nothing remembered."""

    def __init__(self, store, campaign, day, tree_day):
        self.parents = {}
        for code, history in store.units.items():
            recorded = [version.state for version in history.values() if version.day <= tree_day]
            if recorded:
                in_force = [state for state in recorded if state["effective_from"] <= tree_day]
                self.parents[code] = (in_force[-1] if in_force else recorded[0])["parent"]
        self.flows = [
            (school, of, total)
            for (_, name, school, of), total in store.flows.items()
            if name == campaign and of <= day
        ]

    def path(self, code):
        """From the unit up to the nation; [] if it is not in the tree."""
        found = [code]
        while found[-1] in self.parents and found[-1] != NATION and len(found) <= len(self.parents):
            found.append(self.parents[found[-1]])
        return found if found[-1] == NATION else []

    def figures(self, code, day=DAYS[-1]):
        out = Counter(dict.fromkeys(NAMES, 0))
        for school, of, total in self.flows:
            if of <= day and code in (self.path(school) or [school]):
                out.update({name: n for name, n in total.items() if name in NAMES})
        return dict(out)

    def children(self, code):
        return sorted(each for each in self.parents if self.parents[each] == code and self.path(each) and code != each)

    def unplaced(self):
        return sorted({s for s, *_ in self.flows if not self.path(s) and any(self.figures(s).values())})

    def first_day(self, code):
        return min((of for school, of, _ in self.flows if code in self.path(school)), default="")


@given(steps)
def test_whatever_changes_every_unit_shows_the_sum_of_its_schools_through_the_day(changes):
    snapshot, store = Snapshot(), Store()
    for batch, version, forgotten, asked in changes:
        store.project(batch)
        store.forget(forgotten)
        if version:
            store.record(*version)
        store.refresh(snapshot)
        for campaign, day, tree_day in asked:
            tree, defined = snapshot.tree(tree_day), Definition(store, campaign, day, tree_day)
            roll_up = snapshot.roll_up(campaign, day, tree_day)
            assert roll_up.unplaced() == defined.unplaced()
            for code in (NATION, *PLACES, *SCHOOLS):
                assert tree.path(code).strip("/").split("/")[::-1] == (defined.path(code) or [""])
                if tree.path(code):
                    shown = break_down_unit(roll_up, tree, tree.unit(code))
                    children = defined.children(code)
                    figures = [defined.figures(child) for child in children]
                    assert shown.measures == defined.figures(code), code
                    assert [child.code for child in tree.children(code)] == children
                    assert roll_up.figures(code)[1] == figures
                    rows = series(snapshot.changes(campaign, code, tree_day), day)
                    assert [row.day for row in rows] == [d for d in DAYS if "" < defined.first_day(code) <= d <= day]
                    assert [row.measures for row in rows] == [defined.figures(code, row.day) for row in rows]


def flow(school="s1", day=DAYS[0], uploaded=1, campaign="a"):
    return Flow(campaign, school, day, {"uploaded": uploaded})


@pytest.fixture
def snapshot():
    found, store = Snapshot(), Store()
    store.project([(0, flow()), (1, flow("s2"))])
    store.refresh(found)
    return found


def uploaded(snapshot, code=NATION, day=DAYS[-1]):
    return snapshot.roll_up("a", day, DAYS[-1]).figures(code)[0]["uploaded"]


def test_a_change_of_flows_costs_only_the_slots_that_changed(snapshot, monkeypatch):
    uploaded(snapshot), snapshot.changes("a", NATION, DAYS[-1])
    looked_at = []
    for name in ("at_end_of", "by_day"):
        plain = getattr(Columns, name)
        monkeypatch.setattr(Columns, name, lambda self, *of, p=plain: (looked_at.append(self), p(self, *of))[1])
    snapshot.replace_flows(1, [flow("s2", uploaded=5)])
    assert uploaded(snapshot) == 6
    assert snapshot.changes("a", NATION, DAYS[-1])[DAYS[0]]["uploaded"] == 6
    assert len(looked_at) == 2  # for the roll-up, and for the curve


def test_a_sum_that_fails_half_way_is_whole_the_next_time(snapshot, monkeypatch):
    assert uploaded(snapshot) == 2
    for slot, school in enumerate(("s1", "s2")):
        snapshot.replace_flows(slot, [flow(school, uploaded=5)])
    plain, times = RollUp.replace, []
    monkeypatch.setattr(RollUp, "replace", lambda *of: plain(*of) if times.append(1) or len(times) < 2 else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        uploaded(snapshot)
    monkeypatch.undo()
    assert uploaded(snapshot) == 10


def test_flows_that_cannot_be_read_leave_those_before_them(snapshot):
    assert uploaded(snapshot) == 2
    with pytest.raises(ValueError):
        snapshot.replace_flows(1, [flow("s3"), flow("s2", "a day of another release")])
    assert uploaded(snapshot) == 2
    snapshot.replace_flows(1, [flow("s3"), flow("s2", uploaded=5)])
    assert uploaded(snapshot) == 6  # s3 is in no unit


def test_a_refresh_that_is_applied_again_changes_nothing(snapshot):
    for _ in range(3):
        snapshot.replace_flows(1, [flow("s2", uploaded=5)])
        assert uploaded(snapshot) == 6


def test_trees_between_two_days_of_change_are_one(snapshot):
    assert snapshot.tree(DAYS[0]) is snapshot.tree("2026-12-31")
    assert snapshot.tree("2026-10-30").path(NATION) == ""


def test_no_more_roll_ups_are_kept_than_the_limit_says_and_the_last_ones_asked_for_stay(snapshot):
    first = snapshot.roll_up("a", DAYS[0], DAYS[0])
    kept = [
        (snapshot.roll_up("a", f"2026-11-{day:02d}", DAYS[0]), snapshot.roll_up("a", DAYS[0], DAYS[0]))[0]
        for day in range(1, KEPT + 5)
    ]
    assert snapshot.roll_up("a", DAYS[0], DAYS[0]) is first
    assert snapshot.roll_up("a", f"2026-11-{KEPT + 4:02d}", DAYS[0]) is kept[-1]
    assert snapshot.roll_up("a", "2026-11-01", DAYS[0]) is not kept[0]
    assert len(snapshot._roll_ups) == KEPT
