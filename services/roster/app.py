"""Roster's HTTP process: `gunicorn services.roster.app:create_app()`."""
from __future__ import annotations

import secrets as randomness

from flask import Flask

from services.roster.api.internal_routes import internal_routes
from services.roster.api.routes import routes
from services.roster.dependencies import Roster
from services.roster.personal_data import Secrets
from services.roster.settings import Settings
from services.roster.tables.mongo import mongo_tables
from shared.infrastructure.config import load
from shared.service.app import Shell
from shared.service.app import create_app as create_shell
from shared.service.bootstrap import Kit, assemble
from shared.service.closing_api import publisher_routes


def make_app(shell: Shell, roster: Roster) -> Flask:
    """Everything injected: tests run it on stores in memory."""
    return create_shell(shell, [*routes(roster), *internal_routes(roster), *publisher_routes(roster.store, roster.clock)])


def roster_of(kit: Kit[Settings]) -> Roster:
    keys = Secrets(kit.settings.pii_key, kit.settings.code_key, randomness.randbelow)
    return Roster(kit.store, mongo_tables(kit.db), keys, kit.clock, kit.settings.portal_url)


def create_app() -> Flask:
    kit = assemble("roster", load(Settings))
    return make_app(kit.shell, roster_of(kit))
