"""The incremental fold equals the walk over every step, and the definition, on the same events in the same batches."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.stats.domain.fold import definition, figures_on, project
from services.stats.domain.measures import campaign_ended, campaigns_over, control_key, counted, history_key, measure
from tests.support.thorough import examples
from tests.unit.stats.histories import CLASSES, DAYS, archive, binding, entry, form, pupil_id

PUPIL = pupil_id(1, 1)
RULES = {"history_key": history_key, "measure": measure, "ended": campaign_ended, "control_key": control_key}
INCREMENTAL = {**RULES, "over": campaigns_over, "reduce": counted}
LAST_DAYS = (DAYS[2], DAYS[5], "2026-12-31")


def arriving(seed):
    """Pupils in two campaigns that end, are extended and end again: shuffled a little, doubled, moved, forked."""
    rnd, events = random.Random(seed), []
    for number in range(3):
        pupil, day = pupil_id(number, number), Counter()
        for version in range(1, rnd.randint(2, 6)):
            for campaign in ("2026a", "2027a"):
                made = [
                    lambda v, d, c=campaign, p=pupil: entry(
                        p,
                        v,
                        d,
                        rnd.choice(CLASSES),
                        expected=rnd.random() < 0.7,
                        sheet=rnd.choice(["", "7d793037a0760186"]),
                        campaign=c,
                        cutoff=rnd.choice(DAYS[1:5]),
                        last_day=rnd.choice(LAST_DAYS),
                    ),
                    lambda v, d, c=campaign, p=pupil: form(
                        p, v, d, campaign=c, archive=rnd.choice([None, archive(on=rnd.choice(DAYS[:6]))])
                    ),
                    lambda v, d, p=pupil: binding(p, v, d, rnd.choice([(), ("x",)])),
                ]
                for kind, make in enumerate(made):
                    if kind < 2 or campaign == "2026a":
                        at = day[campaign, kind] = min(day[campaign, kind] + rnd.randint(0, 3), len(DAYS) - 1)
                        events.append(make(version, DAYS[at]))
    events += [replace(e, day=rnd.choice([d for d in DAYS if d >= e.day])) for e in rnd.sample(events, 4)]
    events += [replace(rnd.choice(events), id="another")]
    far = rnd.choice((0, 3, 100))  # how far from its day an event may arrive
    return sorted(events, key=lambda e: (DAYS.index(e.day) + rnd.randint(0, far), rnd.random())), rnd


def in_batches(events, rnd, rules):
    histories, flows, totals, parked = {}, Counter(), Counter(), []
    while events:
        size = rnd.randint(1, 12)
        changes = project(events[:size], histories, **rules)
        events, histories = events[size:], histories | changes.histories
        flows.update(changes.flows)
        totals.update(changes.control_totals)
        parked += [event for event, _ in changes.parked]
    return [{k: n for k, n in each.items() if n} for each in (flows, totals)] + [parked]


@given(st.integers(0, 10**9))
@examples(60, 3000)
def test_it_is_equal_to_the_walk_and_to_the_definition_on_every_day(seed):
    events, rnd = arriving(seed)
    cuts = rnd.random()
    flows, totals, parked = in_batches(events, random.Random(cuts), INCREMENTAL)
    assert [flows, totals, parked] == in_batches(events, random.Random(cuts), RULES)
    applied = [event for event in events if event not in parked]
    for day in DAYS:
        assert figures_on(flows, day) == definition(
            applied, day, history_key=history_key, measure=measure, ended=campaign_ended
        )


LATER = "2026-12-31"
NOT_SIMPLY_THE_NEWEST = {
    "an older version": [entry(PUPIL, 2, DAYS[1]), entry(PUPIL, 1, DAYS[1], expected=False)],
    "an earlier day": [
        entry(PUPIL, 1, DAYS[4]),
        form(PUPIL, 1, DAYS[2], archive=archive()),
        binding(PUPIL, 1, DAYS[3]),
    ],
    "a later day of the newest version": [
        entry(PUPIL, 1, DAYS[0]),
        form(PUPIL, 1, DAYS[1], waiting=True),
        form(PUPIL, 2, DAYS[1], archive=archive()),
        form(PUPIL, 2, DAYS[3], archive=archive()),
    ],
    "an extension after the end": [
        entry(PUPIL, 1, DAYS[0], last_day=DAYS[2]),
        form(PUPIL, 1, DAYS[4], archive=archive()),
        entry(PUPIL, 2, DAYS[5], last_day=LATER),
    ],
    "an extension that is taken back on the same day": [
        entry(PUPIL, 1, DAYS[0], last_day=DAYS[2]),
        form(PUPIL, 1, DAYS[4], archive=archive()),
        entry(PUPIL, 2, DAYS[5], last_day=LATER),
        entry(PUPIL, 3, DAYS[5], last_day=DAYS[2]),
    ],
    "a pupil who leaves after the end": [
        entry(PUPIL, 1, DAYS[0], last_day=DAYS[2]),
        entry(PUPIL, 2, DAYS[4], expected=False, last_day=DAYS[2]),
        form(PUPIL, 1, DAYS[6], archive=archive()),
        entry(PUPIL, 3, DAYS[7], expected=False, last_day=LATER),
    ],
}


@pytest.mark.parametrize("batch", [1, 10])
@pytest.mark.parametrize("case", NOT_SIMPLY_THE_NEWEST)
def test_an_event_that_changes_an_earlier_step_counts_as_by_definition(case, batch):
    events, histories, flows = NOT_SIMPLY_THE_NEWEST[case], {}, Counter()
    for at in range(0, len(events), batch):
        changes = project(events[at : at + batch], histories, **INCREMENTAL)
        histories |= changes.histories
        flows.update(changes.flows)
    latest = {(e.stream, e.version): e for e in events}
    for day in DAYS:
        assert figures_on(flows, day) == definition(
            list(latest.values()), day, history_key=history_key, measure=measure, ended=campaign_ended
        ), day


def test_a_history_keeps_of_a_pupil_only_what_is_counted():
    events = [entry(PUPIL, 1, DAYS[0]), form(PUPIL, 1, DAYS[1], archive=archive())]
    (history,) = project(events, {}, **INCREMENTAL).histories.values()
    kept = {stream: set(versions[1].state) for stream, versions in history.items()}
    assert kept == {
        events[0].stream: {"school", "class", "expected", "sheet", "cutoff", "last_day"},
        events[1].stream: {"received", "archive", "accepted", "waiting", "returned", "paper"},
    }
    assert set(history[events[1].stream][1].state["archive"]) == {"by", "how", "on"}
