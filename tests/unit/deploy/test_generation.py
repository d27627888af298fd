"""The generations of a copy's buses: kept with its data, never used twice."""

from __future__ import annotations

import pytest

from deploy.local.settings import Local


@pytest.fixture
def configured(tmp_path):
    """Generation and partitions in the settings of processes, on the embedded bus or on Kafka."""

    def ask(kafka=False):
        environment = Local(tmp_path, kafka=kafka).environment()
        return environment["BUS_GENERATION"], environment["BUS_PARTITIONS"]

    return ask


def test_two_buses_begin_as_two_generations(configured):
    assert (configured(), configured(kafka=True)) == (("1", "4"), ("2", "4"))


def test_a_raised_generation_is_one_that_neither_bus_has_had(tmp_path, configured):
    Local(tmp_path).raise_generation()
    assert (configured(), configured(kafka=True)) == (("3", "4"), ("2", "4"))
    Local(tmp_path, kafka=True).raise_generation(8)
    assert (configured(), configured(kafka=True)) == (("3", "4"), ("4", "8"))


def test_a_later_generation_has_as_many_partitions_as_the_one_before(tmp_path, configured):
    Local(tmp_path).raise_generation(7)
    Local(tmp_path).raise_generation()
    assert configured() == ("4", "7")
