"""The generations of a copy's buses: kept with its data, never used twice."""

from __future__ import annotations

import pytest

from deploy.local.settings import Local


@pytest.fixture
def told(tmp_path):
    """Generation and partitions that processes are told, on the embedded bus or on Kafka."""

    def ask(kafka=False):
        environment = Local(tmp_path, kafka=kafka).environment()
        return environment["BUS_GENERATION"], environment["BUS_PARTITIONS"]

    return ask


def test_two_buses_begin_as_two_generations(told):
    assert (told(), told(kafka=True)) == (("1", "4"), ("2", "4"))


def test_a_raised_generation_is_one_that_neither_bus_has_had(tmp_path, told):
    Local(tmp_path).raise_generation()
    assert (told(), told(kafka=True)) == (("3", "4"), ("2", "4"))
    Local(tmp_path, kafka=True).raise_generation(8)
    assert (told(), told(kafka=True)) == (("3", "4"), ("4", "8"))


def test_a_later_generation_has_as_many_partitions_as_the_one_before(tmp_path, told):
    Local(tmp_path).raise_generation(7)
    Local(tmp_path).raise_generation()
    assert told() == ("4", "7")
