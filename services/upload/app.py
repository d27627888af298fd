"""HTTP process of upload: `gunicorn services.upload.app:create_app()`."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from services.upload.api.internal_routes import internal_routes
from services.upload.api.routes import routes
from services.upload.dependencies import Dependencies, dependencies_of
from services.upload.image.decoder import photo_sandbox
from services.upload.roster_view.mongo import parked_count
from services.upload.settings import Settings
from services.upload.use_cases.intake_worker import MOST_COUNTED, unchecked_seconds
from shared.infrastructure.config import load
from shared.service.access_api import access_routes
from shared.service.app import AppContext
from shared.service.app import create_app as create_common_app
from shared.service.audit_trail.api import audit_routes
from shared.service.bootstrap import bootstrap
from shared.service.closing_api import closing_routes
from shared.service.health_api import health_routes

THUMBNAILS_AT_ONCE = 2  # each takes some 10 ms


def create_app() -> Flask:
    """The app as gunicorn runs it, with settings from the environment."""
    service, sandbox = bootstrap("upload", load(Settings)), photo_sandbox(THUMBNAILS_AT_ONCE)
    sandbox.start()
    ready, deps = {**service.app_context.ready, "sandbox": sandbox.fault}, dependencies_of(service, sandbox)
    health = service.app_context.health.knows(
        ("lag_records", "age_seconds"),
        parked_events=lambda: parked_count(service.db),
        unchecked_photos=lambda: deps.photos.unchecked(MOST_COUNTED),
        unchecked_seconds=lambda: unchecked_seconds(deps),
    )
    return build(deps, replace(service.app_context, ready=ready, health=health))


def build(deps: Dependencies, app_context: AppContext) -> Flask:
    """The app over injected dependencies."""
    ready = {**app_context.ready, "object-store": deps.objects.reachable, "key-store": deps.keys.reachable}
    return create_common_app(
        replace(app_context, ready=ready),
        [
            *routes(deps),
            *internal_routes(deps),
            *access_routes(deps.views.records, deps.clock),
            *audit_routes(deps.trail),
            *closing_routes(deps.store, deps.clock),
            *health_routes(app_context.health),
        ],
    )
