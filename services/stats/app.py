"""Statistics over HTTP."""

from __future__ import annotations

from flask import Flask

from services.stats.api import routes as api
from services.stats.dependencies import ActiveDependencies, Resources, resources_of
from services.stats.settings import Settings
from shared.infrastructure.config import load
from shared.service.app import AppContext
from shared.service.app import create_app as create_common_app
from shared.service.audit_trail.api import audit_routes
from shared.service.bootstrap import bootstrap
from shared.service.health_api import health_routes


def create_app() -> Flask:
    """The app for gunicorn, from the environment."""
    service = bootstrap("stats", load(Settings))
    return build(resources_of(service), service.app_context)


def build(resources: Resources, app_context: AppContext) -> Flask:
    """The app over injected resources."""
    deps = ActiveDependencies(resources)
    health = app_context.health.knows(
        ("lag_records", "age_seconds", "drift_slots"), parked_events=lambda: deps().queries.parked_count()
    )
    return create_common_app(app_context, [*api.routes(deps), *audit_routes(resources.trail), *health_routes(health)])
