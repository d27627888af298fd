"""Lists of accounts of staff, page by page: all below a unit, or those of a role, a state, a login or a name.

Logins and names are sealed, so a text is looked for by its search terms (PersonalData.search_terms).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.repositories.protocol import BEGINNING, Person, Position, Wanted
from services.identity.use_cases.staff.staff_accounts import StaffAccount, staff_account
from shared.infrastructure.errors import Refused
from shared.language.scope import Scope
from shared.service.auth import Caller

AT_ONCE = 500  # accounts read in one go


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for accounts. under: path of a unit or class, "" for all of the caller's. Others "": any.

    text: a login or a name, whole or its beginning.
    """

    under: str = ""
    role: str = ""
    state: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """after: where the next page begins, "" on the last one."""

    items: Sequence[StaffAccount]
    after: str


def page(deps: Dependencies, caller: Caller, asked: Asked, after: str, limit: int) -> Page:
    """Accounts by path, at most `limit`, beyond `after`. Raises Refused("outside-scope")."""
    wanted = _wanted(deps, caller, asked)
    found = deps.records.people.page(wanted, _position(after), limit + 1)
    shown = found[:limit]
    return Page([staff_account(deps, person) for person in shown], _cursor(shown[-1]) if len(found) > limit else "")


def everybody(deps: Dependencies, caller: Caller, asked: Asked) -> Iterator[StaffAccount]:
    """All of them, read page by page. Raises Refused("outside-scope") at once."""
    wanted = _wanted(deps, caller, asked)

    def read() -> Iterator[StaffAccount]:
        after = BEGINNING
        while found := deps.records.people.page(wanted, after, AT_ONCE):
            yield from (staff_account(deps, person) for person in found)
            after = found[-1].home, found[-1].account

    return read()


def _wanted(deps: Dependencies, caller: Caller, asked: Asked) -> Wanted:
    if asked.under and not caller.scope.allows(asked.under):
        raise Refused("outside-scope", "This path is neither one of yours nor below one of yours.", where="under")
    return Wanted(
        Scope.of([asked.under]) if asked.under else caller.scope,
        frozenset({asked.role} - {""}),
        asked.state,
        deps.personal_data.search_term(asked.text) if asked.text.strip() else "",
        deps.clock.now(),
    )


def _cursor(person: Person) -> str:
    """The position of an account in lists: its home and its id; neither is secret."""
    return f"{person.home}{person.account}"


def _position(cursor: str) -> Position:
    home, slash, account = cursor.rpartition("/")
    return (home + slash, account) if account else BEGINNING


def complete(deps: Dependencies, stop: threading.Event) -> int:
    """Give search terms to the accounts that a release without them has stored; the number of accounts."""
    done = 0
    while not stop.is_set() and (old := deps.records.people.without_terms(AT_ONCE)):
        for person in old:
            terms = deps.personal_data.search_terms(deps.personal_data.open(person))
            deps.records.people.set_terms(person.account, terms)
        done += len(old)
    return done
