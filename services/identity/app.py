"""identity over HTTP."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from services.identity.api import routes as api
from services.identity.credentials.challenges import Challenges
from services.identity.credentials.devices import DeviceTokens
from services.identity.credentials.download_codes import DownloadCodeMaker
from services.identity.credentials.password_policy import PasswordPolicy
from services.identity.credentials.passwords import Hasher
from services.identity.credentials.tokens import Issuer, RefreshTokens
from services.identity.dependencies import Dependencies
from services.identity.personal_data import PersonalData
from services.identity.registry.provider import CALLBACK, NoRegistry, OpenIdRegistry, Registry
from services.identity.repositories.mongo import mongo_records
from services.identity.roster_client import HttpRoster
from services.identity.settings import Settings
from services.identity.upload_client import HttpUpload
from services.identity.use_cases.steps import OwnEndings
from shared.infrastructure.clock import Clock
from shared.infrastructure.config import fail, load
from shared.infrastructure.derived_keys import derive
from shared.service.access_api import access_routes
from shared.service.access_records import Views
from shared.service.access_records_mongo import MongoAccessRecords
from shared.service.app import AppContext
from shared.service.app import create_app as create_common_app
from shared.service.audit_trail.api import audit_routes
from shared.service.auth import TokenChecker
from shared.service.bootstrap import ServiceContext, bootstrap
from shared.service.closing_api import closing_routes
from shared.service.health_api import health_routes
from shared.service.key_set import KeySet


def create_app() -> Flask:
    """The app for gunicorn, configured by the environment."""
    service = bootstrap("identity", load(Settings))
    deps = replace(dependencies_of(service), registry=_registry(service.settings, service.clock))
    return build(deps, service.app_context)


def dependencies_of(service: ServiceContext[Settings]) -> Dependencies:
    """The dependencies of the use cases in production."""
    settings = service.settings
    hasher = Hasher(settings.password_memory_kib, settings.password_passes, settings.password_at_once)
    access_records = MongoAccessRecords(service.db)
    access_records.ensure_indexes()
    return Dependencies(
        service.store,
        mongo_records(service.db, service.clock),
        service.clock,
        PersonalData(settings.pii_key),
        hasher,
        Issuer(settings.signing_key, service.clock, settings.verifying_keys),
        RefreshTokens(derive(settings.refresh_key, "refresh tokens")),
        HttpRoster(service.internal("roster", settings.roster_url)),
        HttpUpload(service.internal("upload", settings.upload_url)),
        settings.code_key,
        settings.portal_url,
        Views(access_records, service.clock),
        DeviceTokens(derive(settings.refresh_key, "device tokens"), service.clock),
        service.trail,
        Challenges(derive(settings.refresh_key, "challenges"), service.clock),
        DownloadCodeMaker(derive(settings.refresh_key, "download codes")),
        settings.session_limits(),
        PasswordPolicy(settings.password_min_staff, settings.password_min_guardian),
        most_guardians=settings.most_guardians,
        applications=settings.application_limits(),
        second_factor_roles=service.app_context.second_factor_roles,
        registry_key=derive(settings.pii_key, "registry sign-ins"),
    )


def _registry(settings: Settings, clock: Clock) -> Registry:
    if not settings.registry_issuer:
        return NoRegistry()
    if not (settings.registry_client_id and settings.registry_client_secret):
        fail("REGISTRY_CLIENT_ID and REGISTRY_CLIENT_SECRET are not set, which REGISTRY_ISSUER needs.")
    return OpenIdRegistry(
        settings.registry_issuer,
        settings.registry_client_id,
        settings.registry_client_secret,
        f"{settings.portal_url}{CALLBACK}",
        clock,
    )


def build(deps: Dependencies, app_context: AppContext) -> Flask:
    """The app over injected dependencies. Identity checks tokens by its own keys, not by an HTTP request to itself."""
    own = replace(app_context, tokens=TokenChecker(KeySet(deps.issuer.jwks, deps.clock), deps.clock, OwnEndings(deps)))
    routes = [
        *api.routes(deps),
        *access_routes(deps.views.records, deps.clock),
        *audit_routes(deps.trail),
        *closing_routes(deps.store, deps.clock),
        *health_routes(app_context.health),
    ]
    return create_common_app(own, routes)
