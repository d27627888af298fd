"""The ministry's first account: opened once, however many processes start and however often."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from uuid import uuid5

from services.identity.credentials.passwords import initial_password
from services.identity.dependencies import Dependencies
from services.identity.domain.account import OpenStaff, account_decider
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Person
from services.identity.use_cases.steps import ACCOUNTS, account_stream
from shared.eventsourcing.commands import handle
from shared.eventsourcing.store import CommandContext
from shared.language.codes import ALPHABET
from shared.language.path import ROOT

ACCOUNT_ID = str(uuid5(ACCOUNTS, "first-account"))
COMMAND = CommandContext("service:identity:first-account", "service:identity")
log = logging.getLogger("first-account")


def ensure(deps: Dependencies, login: str, password: str, file: Path) -> None:
    """Open the account unless it exists. login, password: "" to make one.

    The file holds the login, and a password that was made; only its owner may read it. A later start deletes a file
    whose password is no longer valid, because it would mislead.
    """
    if deps.records.people.get(ACCOUNT_ID) is not None:
        if (kept := _read(file).get("password")) and not _is_valid(deps, kept):
            file.unlink(missing_ok=True)
        return
    agreed = _agreed(file, login, password)
    login, password = agreed["login"], agreed["password"]
    details = Details(login, "教育部 Ministry")
    person = Person(
        ACCOUNT_ID,
        deps.personal_data.login_hash(login),
        "ministry",
        deps.personal_data.seal(ACCOUNT_ID, details),
        deps.hasher.hash(password),
        True,
        (ROOT,),
        terms=deps.personal_data.search_terms(details),
    )
    handled = handle(
        deps.store,
        account_decider,
        account_stream(ACCOUNT_ID),
        OpenStaff("ministry", ROOT),
        COMMAND,
        lambda session: deps.records.people.add(person, session),
    )
    if not handled.repeated:
        log.info("first account opened", extra={"account": ACCOUNT_ID})
    elif not _is_valid(deps, password):
        file.unlink(missing_ok=True)  # a process on another machine was faster, with a password of its own


def _is_valid(deps: Dependencies, password: str) -> bool:
    person = deps.records.people.get(ACCOUNT_ID)
    return person is not None and deps.hasher.verify(person.password, password)


def _agreed(file: Path, login: str, password: str) -> dict[str, str]:
    """Login and password. Processes that start together link a complete file into place, so all read the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    mine = file.with_name(f"{file.name}.{os.getpid()}.{id(file)}")
    mine.touch(mode=0o600, exist_ok=False)
    try:
        made = f"login: {login or first_login()}\n" + ("" if password else f"password: {initial_password()}\n")
        mine.write_text(made)
        os.link(mine, file)
    except FileExistsError:
        log.info("another process has written the first account's file")
    finally:
        mine.unlink()
    return _read(file) | ({"password": password} if password else {})


def first_login() -> str:
    """A login that nobody guesses, so that nobody can lock the ministry out before its first sign-in."""
    return "ministry-" + "".join(secrets.choice(ALPHABET.lower()) for _ in range(6))


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    return dict(line.split(": ", 1) for line in file.read_text().splitlines() if ": " in line)
