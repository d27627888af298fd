"""Upload's HTTP process: `gunicorn services.upload.app:create_app()`."""
from __future__ import annotations

from dataclasses import replace

from flask import Flask

from services.upload.api.routes import routes
from services.upload.dependencies import Parts
from services.upload.photos.mongo import MongoPhotos
from services.upload.roster_view.mongo import MongoFacts
from services.upload.roster_view.view import RosterView
from services.upload.settings import Settings
from shared.infrastructure.config import load
from shared.infrastructure.objects import Objects
from shared.service import app as web
from shared.service.bootstrap import Kit, assemble
from shared.service.closing_api import publisher_routes


def create_app() -> Flask:
    """For gunicorn: everything from the environment."""
    kit = assemble("upload", load(Settings))
    return build(parts_of(kit), kit.shell)


def build(parts: Parts, shell: web.Shell) -> Flask:
    """The app over anything injected."""
    ready = {**shell.ready, "object-store": parts.objects.reachable}
    return web.create_app(replace(shell, ready=ready), [*routes(parts), *publisher_routes(parts.store, parts.clock)])


def parts_of(kit: Kit[Settings]) -> Parts:
    """What the use cases stand on, in production, with its indexes and its bucket."""
    settings, photos, facts = kit.settings, MongoPhotos(kit.db), MongoFacts(kit.db)
    photos.ensure_indexes()
    facts.ensure_indexes()
    objects = Objects(settings.s3_endpoint, settings.s3_access_key, settings.s3_secret_key, settings.s3_bucket, public_endpoint=settings.s3_public_endpoint)
    objects.create()
    return Parts(kit.store, photos, objects, RosterView(facts), kit.clock, settings.code_key)
