"""The roll-up under any changes is the sum of all flows in the tree of the day, as its definition says."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.stats.domain.fold import RecordedState
from services.stats.domain.measures import NAMES
from services.stats.domain.snapshot import Flow, Snapshot
from services.stats.domain.totals import break_down_unit

CAMPAIGNS, DAYS = ("a", "b"), ("2026-11-01", "2026-11-02", "2026-11-03")
SCHOOLS, PLACES = ("s1", "s2", "s3"), ("p1", "c1", "c2")
UPPER = {"000000": "", "p1": "000000", "c1": "p1", "c2": "p1"}

flows = st.builds(
    lambda campaign, school, day, total: Flow(campaign, school, day, total, {}),
    st.sampled_from(CAMPAIGNS),
    st.sampled_from(SCHOOLS),
    st.sampled_from(DAYS),
    st.dictionaries(st.sampled_from((*NAMES[:4], "a measure of another release")), st.integers(-3, 3), max_size=3),
)
slots = st.dictionaries(st.integers(0, 2), st.lists(flows, max_size=4), max_size=3)
parents = st.fixed_dictionaries({school: st.sampled_from((*PLACES, "unknown")) for school in SCHOOLS})


def units(parent):
    """Histories of units as statistics keeps them: each school below the place that is given here."""
    found = {}
    for code, above in {**UPPER, **parent}.items():
        level = "school" if code in parent else "county"
        state = {"code": code, "name": code, "level": level, "parent": above, "open": True, "effective_from": DAYS[0]}
        found[f"unit-{code}"] = {1: RecordedState(code, DAYS[0], state)}
    return {0: found}


def defined(held, parent, campaign, day, code):
    """The sum over all flows through a day of the schools that lie in a unit."""
    out = Counter(dict.fromkeys(NAMES, 0))
    for flow in (flow for flows in held.values() for flow in flows):
        place, path = flow.school, []
        while place:
            path.append(place)
            place = {**UPPER, **parent}.get(place, "")
        if flow.campaign == campaign and flow.day <= day and code in path and path[-1] == "000000":
            out.update({name: n for name, n in flow.total.items() if name in NAMES})
    return dict(out)


@given(st.lists(st.tuples(slots, st.none() | parents), min_size=1, max_size=5), parents)
def test_whatever_changes_every_unit_shows_the_sum_of_its_schools_through_the_day(changes, parent):
    snapshot, held = Snapshot(), {}
    snapshot.replace_units([0], units(parent))
    for new_flows, moved in changes:
        snapshot.replace_flows(new_flows, {slot: found for slot, found in new_flows.items() if found})
        held |= new_flows
        if moved:
            parent = moved
            snapshot.replace_units([0], units(parent))
        tree = snapshot.tree(DAYS[-1])
        for campaign in CAMPAIGNS:
            for day in DAYS:
                roll_up = snapshot.roll_up(campaign, day, DAYS[-1])
                for code in (*UPPER, *(school for school in SCHOOLS if tree.path(school))):
                    assert roll_up.figures(code) == defined(held, parent, campaign, day, code), (code, day)
        unplaced = {school for school in SCHOOLS if parent[school] == "unknown"}
        shown = break_down_unit(snapshot.roll_up("a", DAYS[-1], DAYS[-1]), tree, tree.unit("000000"))
        assert set(shown.unplaced) <= unplaced
        assert shown.measures == defined(held, parent, "a", DAYS[-1], "000000")
        counted = Counter()
        for flow in (flow for flows in held.values() for flow in flows if flow.campaign == "a"):
            counted.update({(flow.school, name): n for name, n in flow.total.items() if name in NAMES})
        assert set(shown.unplaced) == {school for (school, _), n in counted.items() if n} & unplaced


@given(slots, slots)
def test_a_change_of_flows_costs_only_the_schools_that_differ(before, after):
    snapshot = Snapshot()
    snapshot.replace_units([0], units(dict.fromkeys(SCHOOLS, "c1")))
    snapshot.replace_flows(before, before)
    roll_up, added = snapshot.roll_up("a", DAYS[-1], DAYS[-1]), []
    roll_up.add = lambda school, *_: added.append(school)
    snapshot.replace_flows(after, after)
    assert snapshot.roll_up("a", DAYS[-1], DAYS[-1]) is roll_up
    changed = {
        flow.school
        for slot, found in after.items()
        for flow in (*before.get(slot, ()), *found)
        if [f for f in before.get(slot, ()) if f[:2] == flow[:2]] != [f for f in found if f[:2] == flow[:2]]
    }
    assert set(added) <= changed


def test_no_more_roll_ups_are_kept_than_the_limit_says():
    snapshot = Snapshot()
    kept = [snapshot.roll_up("a", f"2026-11-{day:02d}", DAYS[0]) for day in range(1, 30)]
    assert snapshot.roll_up("a", "2026-11-29", DAYS[0]) is kept[-1]
    assert snapshot.roll_up("a", "2026-11-01", DAYS[0]) is not kept[0]
