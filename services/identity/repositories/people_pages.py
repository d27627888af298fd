"""Queries of the document store for pages of accounts: each is a range of one index, in the order of the list.

The index begins with what narrows most: search terms, else the stage of the validity, else the role, else the home. So
a store reads what it shows, whatever else lies under the unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.identity.domain import validity
from services.identity.domain.validity import ACTIVE, IDLE_MS, NEVER_SEALED, SEALED, UNACTIVATED
from services.identity.repositories.protocol import Position, Wanted
from shared.language.path import upper_bound

Query = Mapping[str, Any]
ENDS_AT = "initial_ends_at"  # in a person's document, as the release before activation codes named and reads it


def queries(wanted: Wanted, after: Position) -> Iterator[Query]:
    """One after another they give the accounts beyond the position, by home and account."""
    home, account = after
    others: dict[str, Any] = {**_term(wanted), **_state(wanted.state, wanted.now), **_roles(wanted)}
    for prefix in sorted(wanted.scope.paths):
        end = upper_bound(prefix)
        if home >= end:
            continue
        if home >= prefix:  # the rest of the accounts of one unit, then the units beyond it
            yield {**others, "home": home, "_id": {"$gt": account}}
            yield {**others, "home": {"$gt": home, "$lt": end}}
        else:
            yield {**others, "home": {"$gte": prefix, "$lt": end}}


def idle(now: int) -> dict[str, Any]:
    """Accounts that are idle too long and not recorded as sealed: a range of the index of stage and use."""
    used = {"$gt": 0, "$lte": now - IDLE_MS}
    return {"stage": ACTIVE, "used_at": used, "$nor": [{"role": {"$in": sorted(NEVER_SEALED)}}]}


def _term(wanted: Wanted) -> Query:
    return {"terms": wanted.term} if wanted.term else {}


def _roles(wanted: Wanted) -> Query:
    if len(wanted.roles) == 1:
        return {"role": next(iter(wanted.roles))}
    return {"role": {"$in": sorted(wanted.roles)}} if wanted.roles else {}


def _state(state: str, now: int) -> Query:
    """The same as `state_of`, as a condition of the store."""
    match state:
        case "":
            return {}
        case validity.UNACTIVATED:
            return {"stage": UNACTIVATED, f"validity.{ENDS_AT}": {"$gt": now}}
        case validity.ENDED:
            return {"stage": UNACTIVATED, f"validity.{ENDS_AT}": {"$lte": now}}
        case validity.SEALED:
            return {"$or": [{"stage": SEALED}, idle(now)]}
        case validity.ACTIVE:
            used = [{"used_at": 0}, {"used_at": {"$gt": now - IDLE_MS}}, {"role": {"$in": sorted(NEVER_SEALED)}}]
            return {"stage": ACTIVE, "$or": used}
        case _:
            return {"stage": state}
