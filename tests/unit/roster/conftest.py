"""A county of tests, before and after its campaign has opened."""

from __future__ import annotations

import pytest

from tests.unit.roster import county as county_of
from tests.unit.roster.county import County


@pytest.fixture
def county() -> County:
    return county_of.county()


@pytest.fixture
def campaign() -> County:
    return county_of.campaign()
