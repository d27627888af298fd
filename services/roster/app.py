"""Roster's HTTP process: `gunicorn services.roster.app:create_app()`."""
from __future__ import annotations

import secrets as randomness

from flask import Flask

from services.roster.api import routes
from services.roster.internal_api import internal_routes
from services.roster.pupils import Secrets
from services.roster.roster import Roster
from services.roster.settings import Settings
from services.roster.tables_mongo import mongo_tables
from shared.assembly import Kit, assemble
from shared.config import load
from shared.publisher_api import publisher_routes
from shared.web import Shell
from shared.web import create_app as create_shell


def make_app(shell: Shell, roster: Roster) -> Flask:
    """Everything injected: tests run it on stores in memory."""
    return create_shell(shell, [*routes(roster), *internal_routes(roster), *publisher_routes(roster.store, roster.clock)])


def roster_of(kit: Kit[Settings]) -> Roster:
    keys = Secrets(kit.settings.pii_key, kit.settings.code_key, randomness.randbelow)
    return Roster(kit.store, mongo_tables(kit.db), keys, kit.clock, kit.settings.portal_url)


def create_app() -> Flask:
    kit = assemble("roster", load(Settings))
    return make_app(kit.shell, roster_of(kit))
