"""Mutants of the incremental fold, and of the one strict pass from bytes to typed states."""

from __future__ import annotations

from tests.mutants.mutant import Edit, Mutant

EVENT, INCREMENT, STATE, FOLD = (
    "shared/eventsourcing/event.py",
    "services/stats/domain/increment.py",
    "services/stats/domain/counted_state.py",
    "services/stats/domain/fold.py",
)
DEFINED = (
    "tests/properties/test_increment.py::test_an_event_that_changes_an_earlier_step_counts_as_by_definition[{}-{}]"
)


def _by_definition(case: str, batch: int) -> tuple[str]:
    return (DEFINED.format(case, batch),)


MUTANTS = (
    Mutant(
        "older-as-newest",
        "an older version that arrives late counts as the newest one",
        (Edit(INCREMENT, "version > self._newest.get(stream, 0)\n            and day", "day"),),
        _by_definition("an older version", 10),
    ),
    Mutant(
        "past-as-present",
        "an event of an earlier day counts from that day on as if nothing had happened since",
        (Edit(INCREMENT, "            and day >= self._last_day\n", ""),),
        _by_definition("an earlier day", 10),
    ),
    Mutant(
        "thawed-by-half",
        "an extension adds the difference of two states, and not of the figures that had been frozen",
        (Edit(INCREMENT, "            and over_before <= over\n", ""),),
        _by_definition("an extension after the end", 10),
    ),
    Mutant(
        "frozen-in-the-middle",
        "figures freeze in the middle of a day instead of at the end of the day before",
        (Edit(INCREMENT, "            and (day > self._last_day or over_before == over)\n", ""),),
        _by_definition("an extension that is taken back on the same day", 1),
    ),
    Mutant(
        "never-frozen",
        "the newest event counts although its campaign is over",
        (Edit(INCREMENT, "if change and not (over and cell[0] in over):", "if change:"),),
        _by_definition("a pupil who leaves after the end", 1),
    ),
    Mutant(
        "last-step-alone",
        "a batch with an event that changes an earlier step counts only what came before it",
        (Edit(FOLD, "if increment and increment.is_exact\n", "if increment\n"),),
        _by_definition("an earlier day", 10),
    ),
    Mutant(
        "counted-twice",
        "an event that comes again with a later day is counted on both",
        (Edit(FOLD, "(((replaced.day, -1),) if replaced else ())", "()"),),
        ("tests/properties/test_fold.py::test_the_control_totals_count_every_event_once_on_its_last_day",),
    ),
    Mutant(
        "numbers-without-end",
        "an event with a number that no store can keep is let in, to fail the batch with good events in it",
        (
            Edit(
                EVENT,
                "not 1 <= wire.version < BOUND or max(abs(wire.schema), abs(wire.at)) >= BOUND",
                "wire.version < 1",
            ),
        ),
        ("tests/unit/shared/test_event.py::test_an_event_with_a_field_of_another_kind_is_undecodable[wrong7]",),
    ),
    Mutant(
        "bottomless-nesting",
        "bytes that are nested too deeply stop their reader",
        (Edit(EVENT, "except (ValueError, RecursionError) as error:", "except ValueError as error:"),),
        tuple(
            f"tests/unit/shared/test_event.py::test_bytes_that_are_nested_without_end_are_undecodable[{name}]"
            for name in ("data", "state", "tomorrow")
        ),
    ),
    Mutant(
        "roughly-typed",
        "a 1 counts as a yes",
        (Edit(STATE, "msgspec.convert(state, shape)", "msgspec.convert(state, shape, strict=False)"),),
        ("tests/unit/stats/test_measures.py::test_a_state_outside_its_contract_is_refused_even_alone[bad4]",),
    ),
)
