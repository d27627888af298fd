"""identity over HTTP."""
from __future__ import annotations

from dataclasses import replace

from flask import Flask

from services.identity.api import routes as api
from services.identity.credentials.passwords import Hasher
from services.identity.credentials.tokens import Issuer, RefreshTokens
from services.identity.dependencies import Parts
from services.identity.personal_data import Directory
from services.identity.repositories.mongo import mongo_records
from services.identity.roster_client import HttpRoster
from services.identity.settings import Settings
from shared.infrastructure.config import load
from shared.service import app as web
from shared.service.auth import KeySet, TokenChecker
from shared.service.bootstrap import Kit, assemble
from shared.service.closing_api import publisher_routes


def create_app() -> Flask:
    """For gunicorn: everything from the environment."""
    kit = assemble("identity", load(Settings))
    return build(parts_of(kit), kit.shell)


def parts_of(kit: Kit[Settings]) -> Parts:
    """What the use cases stand on, in production."""
    settings = kit.settings
    hasher = Hasher(settings.password_memory_kib, settings.password_passes, settings.password_at_once)
    return Parts(kit.store, mongo_records(kit.db), kit.clock, Directory(settings.pii_key), hasher, Issuer(settings.signing_key, kit.clock),
                 RefreshTokens(settings.signing_key), HttpRoster(kit.internal("roster", settings.roster_url)), settings.code_key)


def build(parts: Parts, shell: web.Shell) -> Flask:
    """The app over anything injected. Identity checks tokens by its own keys instead of asking itself over HTTP."""
    own = replace(shell, tokens=TokenChecker(KeySet(parts.issuer.jwks, parts.clock), parts.clock))
    return web.create_app(own, [*api.routes(parts), *publisher_routes(parts.store, parts.clock)])
