"""The school whose file is read: its classes and the names by which a file may mean it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from services.roster.dependencies import Dependencies
from services.roster.roster_file.cells.place_words import Country
from services.roster.roster_file.own_school import SchoolNames
from services.roster.roster_file.pupil_line import School
from services.roster.use_cases.regions import regions
from shared.language.contracts.roster import LEVELS

COUNTY = LEVELS[3]
CITIES = LEVELS[1:3]


@cache
def region_codes() -> frozenset[str]:
    return frozenset(code for code, _ in regions())


@cache
def county_names() -> Mapping[str, str]:
    return {code: region.name for code, region in regions() if region.level == COUNTY}


@cache
def city_names() -> frozenset[str]:
    """Names of the provinces and prefectures."""
    return frozenset(region.name for _, region in regions() if region.level in CITIES)


@cache
def country() -> Country:
    return Country(county_names(), city_names())


def school_context(deps: Dependencies, school: str) -> School:
    """Raises Refused("not-found")."""
    unit = deps.tree.unit(school)
    above = [deps.tree.unit(code) for code in deps.tree.path(school).strip("/").split("/")[:-1]]
    county = next((each.code for each in above if each.level == COUNTY), "")
    names = SchoolNames(school, unit.name, tuple(each.name for each in above), county, country())
    return School(school, deps.tree.classes(school), region_codes(), deps.today(), names)
