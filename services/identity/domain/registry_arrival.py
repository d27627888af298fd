"""The rules for a person whom the registry sends: which account opens, or why none does.

The registry's word is enough for who somebody is and for which school; it does not tell which account was meant for
the person. So an account that nobody has used yet is taken over by its name, one in use only by its owner's own
sign-in, and a further person of a school waits for its yes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from shared.infrastructure.errors import Refused

REGISTRY = "registry"  # in place of the account that issues: the person arrived from the registry
DOTS = str.maketrans(dict.fromkeys("•・‧．.", "·"))


@dataclass(frozen=True, slots=True)
class Colleague:
    """An account of the school's registry admins that is not closed.

    is_unused: nobody has activated it. is_bound: the registry's id of its owner is known.
    """

    account: str
    name: str
    is_unused: bool
    is_bound: bool


@dataclass(frozen=True, slots=True)
class Bind:
    """Bind the person to this account; a code of its slip is void then. is_unused: only while nobody has used it."""

    account: str
    is_unused: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """Open an account for the person; it waits for a yes if the school has ever had one."""


def usual(name: str) -> str:
    """A name as it is compared: without spaces, with the one separator."""
    return "".join(unicodedata.normalize("NFKC", name).translate(DOTS).split())


def decide_arrival(name: str, own: str, colleagues: Sequence[Colleague]) -> Bind | Open:
    """The account for a person who arrives for the first time at a school that is open.

    own: the account, of this school, in whose session the person came; "" without one.
    Raises Refused("registry-another-person", "registry-account-bound", "registry-sign-in-first").
    """
    if signed_in := next((each for each in colleagues if each.account == own), None):
        return _own(name, signed_in)
    same = [each for each in colleagues if usual(each.name) == usual(name) and not each.is_bound]
    unused = [each for each in same if each.is_unused]
    if len(same) == len(unused) == 1:
        return Bind(unused[0].account, is_unused=True)
    if same:
        raise sign_in_first()
    return Open()


def sign_in_first() -> Refused:
    return Refused(
        "registry-sign-in-first",
        "Your school has an account in your name: sign in with its password, then connect it on the page of "
        "your account. Without the password, ask the bureau above for a reset.",
        kind="conflict",
    )


def _own(name: str, signed_in: Colleague) -> Bind:
    if signed_in.is_bound:
        raise Refused(
            "registry-account-bound",
            "Your account is connected to another person of the registry; sign out here and in the registry, and "
            "start again as yourself.",
            kind="conflict",
        )
    if usual(signed_in.name) != usual(name):
        raise Refused(
            "registry-another-person",
            "The registry names another person than your account does; sign out here to arrive as that person, or ask "
            "the bureau above for an account in your own name.",
            kind="conflict",
        )
    return Bind(signed_in.account)


def check_school(school: str, home: str) -> None:
    """Raise Refused unless the account's school, by its code, is the one that the registry names."""
    if school != home:
        raise Refused(
            "registry-other-school",
            "The registry names another school than your account belongs to; ask the bureau above your old school to "
            "close that account, then come again.",
            kind="conflict",
        )
