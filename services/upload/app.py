"""HTTP process of upload: `gunicorn services.upload.app:create_app()`."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from services.upload.api.routes import routes
from services.upload.dependencies import Dependencies
from services.upload.photos.mongo import MongoPhotos
from services.upload.roster_view.mongo import MongoRosterStates
from services.upload.roster_view.view import RosterView
from services.upload.settings import Settings
from shared.infrastructure.config import load
from shared.infrastructure.objects import Objects
from shared.service.app import AppContext
from shared.service.app import create_app as create_common_app
from shared.service.bootstrap import ServiceContext, bootstrap
from shared.service.closing_api import closing_routes


def create_app() -> Flask:
    """The app as gunicorn runs it, with settings from the environment."""
    service = bootstrap("upload", load(Settings))
    return build(dependencies_of(service), service.app_context)


def build(deps: Dependencies, app_context: AppContext) -> Flask:
    """The app over injected dependencies."""
    ready = {**app_context.ready, "object-store": deps.objects.reachable}
    return create_common_app(
        replace(app_context, ready=ready), [*routes(deps), *closing_routes(deps.store, deps.clock)]
    )


def dependencies_of(service: ServiceContext[Settings]) -> Dependencies:
    """The dependencies in production; creates indexes and bucket."""
    settings = service.settings
    photos, roster_states = MongoPhotos(service.db), MongoRosterStates(service.db)
    photos.ensure_indexes()
    roster_states.ensure_indexes()
    objects = Objects(
        settings.s3_endpoint,
        settings.s3_access_key,
        settings.s3_secret_key,
        settings.s3_bucket,
        public_endpoint=settings.s3_public_endpoint,
    )
    objects.create()
    return Dependencies(service.store, photos, objects, RosterView(roster_states), service.clock, settings.code_key)
