"""What a token's grants open: nothing wider than they say, on their days alone."""

from __future__ import annotations

import pytest

from docs.permissions import routes_by_service
from shared.infrastructure.clock import FixedClock, day_of
from shared.infrastructure.errors import Refused
from shared.language import roles
from shared.language.grants import Grant, as_claim, of_claim
from shared.language.permissions import CATALOGUE, PRINT_FORMS, VIEW_FIGURES, Permission
from shared.service.auth import require_path, require_permission
from tests.support.tokens import checker, token_for

PARENT, OWN = "/000000/110000/", "/000000/110000/110101/"
CHILD, SIBLING = f"{OWN}2111000001/", "/000000/110000/110102/"
PLACES = {"own": OWN, "child": CHILD, "sibling": SIBLING, "parent": PARENT}
TODAY = day_of(FixedClock().ms)


def day(shift: int) -> str:
    return day_of(FixedClock().ms + shift * 86_400_000)


CHECK = checker(FixedClock())


def caller(role: str, *grants: Grant):
    return CHECK(token_for(role, [OWN], grants=as_claim(grants)))


def opens(who, needs: Permission, path: str) -> bool:
    """As a route does: the permission first, then the scope in which it acts."""
    try:
        require_permission(who, needs)
        require_path(who.acting(needs), path)
    except Refused as refused:
        assert refused.status == 403
        return False
    return True


NEEDED = sorted(
    {
        route.needs.name
        for routes in routes_by_service().values()
        for route in routes
        if isinstance(route.needs, Permission)
    }
)


@pytest.mark.parametrize("needed", NEEDED)
def test_every_route_opens_where_role_and_grants_say_and_nowhere_else(needed):
    """Each permission that a route needs × role × grant at own, child, sibling and parent unit × place asked for."""
    needs, wrong = CATALOGUE[needed], []
    for role in roles.ROLES:
        for at in (None, *PLACES.values()):
            who = caller(role, *[Grant(needed, at, TODAY)] if at else [], Grant("of-tomorrow", PARENT, TODAY))
            for place in PLACES.values():
                by_role = roles.may(role, needs) and place.startswith(OWN)
                if opens(who, needs, place) != (by_role or bool(at and place.startswith(at))):
                    wrong.append((role, at, place))
    assert wrong == []


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(0, 0, True), (-5, 0, True), (0, None, True), (-5, -1, False), (1, 5, False), (1, None, False)],
)
def test_a_grant_holds_from_its_first_day_to_its_last(first, last, holds):
    grant = Grant("print-forms", CHILD, day(first), "" if last is None else day(last))
    who = caller("leader", grant)
    assert who.may(PRINT_FORMS) is holds and who.may(PRINT_FORMS, CHILD) is holds
    assert opens(who, PRINT_FORMS, CHILD) is holds


def test_a_grant_widens_what_it_names_and_nothing_else():
    who = caller("leader", Grant("view-figures", PARENT, TODAY))
    assert opens(who, VIEW_FIGURES, SIBLING) and who.may(VIEW_FIGURES, SIBLING)
    assert who.scope.paths == (OWN,)
    acting = who.acting(VIEW_FIGURES)
    assert acting.scope.paths == (PARENT,) and not acting.may(PRINT_FORMS)
    assert not acting.may(CATALOGUE["list-pupils"], SIBLING) and acting.may(CATALOGUE["list-pupils"], CHILD)
    assert acting.acting(CATALOGUE["list-pupils"]).scope.paths == (OWN,)


def test_a_claim_keeps_together_what_has_the_same_place_and_days():
    grants = (Grant("print-forms", OWN, TODAY), Grant("view-figures", OWN, TODAY), Grant("print-forms", CHILD, TODAY))
    claim = as_claim(grants)
    places = [["", TODAY, "", ["print-forms", "view-figures"]], ["2111000001/", TODAY, "", ["print-forms"]]]
    assert claim == [OWN, *places]
    assert (as_claim(()), of_claim([])) == ([], ())
    assert set(of_claim(claim)) == set(grants)


@pytest.mark.parametrize("path", ["", "/", "000000", "/000000"])
def test_a_broken_path_of_a_claim_opens_nothing(path):
    assert of_claim([path, ["", TODAY, "", ["print-forms"]]]) == ()
