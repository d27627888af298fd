"""Statistics over HTTP."""
from __future__ import annotations

from flask import Flask

from services.stats.api import routes as api
from services.stats.dependencies import Current, Outside, outside_of
from services.stats.settings import Settings
from shared.infrastructure.config import load
from shared.service import app as web
from shared.service.bootstrap import assemble


def create_app() -> Flask:
    """For gunicorn: everything from the environment."""
    kit = assemble("stats", load(Settings))
    return build(outside_of(kit), kit.shell)


def build(outside: Outside, shell: web.Shell) -> Flask:
    """The app over anything injected."""
    return web.create_app(shell, api.routes(Current(outside)))
