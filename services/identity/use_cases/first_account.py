"""The ministry's first account: opened once, however many processes start and however often."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from uuid import uuid5

from services.identity.credentials.passwords import initial_password
from services.identity.dependencies import Dependencies
from services.identity.domain.account import OpenStaff, account_decider
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Person
from services.identity.settings import FIRST_LOGIN
from services.identity.use_cases.steps import ACCOUNTS, account_stream
from shared.eventsourcing.commands import handle
from shared.eventsourcing.store import CommandContext
from shared.language.path import ROOT

ACCOUNT_ID = str(uuid5(ACCOUNTS, "first-account"))
COMMAND = CommandContext("service:identity:first-account", "service:identity")
log = logging.getLogger("first-account")


def ensure(deps: Dependencies, password: str, file: Path) -> None:
    """Open the account unless it exists. password: "" to make one and write it to `file`, readable by its owner only.

    A later start deletes a file whose password is no longer valid, because it would mislead.
    """
    if deps.records.people.get(ACCOUNT_ID) is not None:
        if file.exists() and not _is_valid(deps, _password_in(file)):
            file.unlink(missing_ok=True)
        return
    written = not password
    password = password or _agreed_password(file)
    person = Person(
        ACCOUNT_ID,
        deps.personal_data.login_hash(FIRST_LOGIN),
        "ministry",
        deps.personal_data.seal(ACCOUNT_ID, Details(FIRST_LOGIN, "教育部 Ministry")),
        deps.hasher.hash(password),
        True,
        (ROOT,),
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
    elif written and not _is_valid(deps, password):
        file.unlink(missing_ok=True)  # a process on another machine was faster, with a password of its own


def _is_valid(deps: Dependencies, password: str) -> bool:
    person = deps.records.people.get(ACCOUNT_ID)
    return person is not None and deps.hasher.verify(person.password, password)


def _agreed_password(file: Path) -> str:
    """The password in the file. Processes that start together link a complete file into place, so all read the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    mine = file.with_name(f"{file.name}.{os.getpid()}.{id(file)}")
    mine.touch(mode=0o600, exist_ok=False)
    try:
        mine.write_text(f"login: {FIRST_LOGIN}\npassword: {initial_password()}\n")
        os.link(mine, file)
    except FileExistsError:
        log.info("another process has written the first account's file")
    finally:
        mine.unlink()
    return _password_in(file)


def _password_in(file: Path) -> str:
    return dict(line.split(": ", 1) for line in file.read_text().splitlines() if ": " in line).get("password", "")
