"""Roster's HTTP process: `gunicorn services.roster.app:create_app()`."""

from __future__ import annotations

from dataclasses import replace
from secrets import randbelow

from flask import Flask

from services.roster.api.arrival_routes import arrival_routes
from services.roster.api.campaign_routes import campaign_routes
from services.roster.api.code_routes import code_routes
from services.roster.api.correction_routes import correction_routes
from services.roster.api.import_routes import import_routes
from services.roster.api.internal_routes import internal_routes
from services.roster.api.print_routes import print_routes
from services.roster.api.region_routes import region_routes
from services.roster.api.routes import routes
from services.roster.dependencies import Dependencies
from services.roster.identity_client import DownloadCodes, HttpDownloadCodes, NotAsked
from services.roster.kept_files.mongo import MongoKeptFiles
from services.roster.personal_data import PersonalData
from services.roster.proofs.mongo import MongoProofs
from services.roster.roster_file.reader import FileReader, file_sandbox
from services.roster.settings import Settings
from services.roster.tables.mongo import mongo_tables
from services.roster.undo_records.mongo import MongoUndoRecords
from shared.infrastructure.config import load
from shared.sandbox.sandbox import Runner
from shared.service.access_api import access_routes
from shared.service.access_records import Views
from shared.service.access_records_mongo import MongoAccessRecords
from shared.service.app import AppContext
from shared.service.app import create_app as create_common_app
from shared.service.audit_trail.api import audit_routes
from shared.service.bootstrap import ServiceContext, bootstrap
from shared.service.closing_api import closing_routes
from shared.service.health_api import health_routes

FILES_AT_ONCE = 2  # an import is mostly writing; further files wait for a child


def make_app(app_context: AppContext, deps: Dependencies) -> Flask:
    """Everything is injected: tests run it on stores in memory."""
    return create_common_app(
        app_context,
        [
            *routes(deps),
            *import_routes(deps),
            *arrival_routes(deps),
            *correction_routes(deps),
            *campaign_routes(deps),
            *region_routes(deps),
            *code_routes(deps),
            *print_routes(deps),
            *internal_routes(deps),
            *access_routes(deps.views.records, deps.clock),
            *audit_routes(deps.trail),
            *closing_routes(deps.store, deps.clock),
            *health_routes(app_context.health),
        ],
    )


def dependencies_of(service: ServiceContext[Settings], sandbox: Runner | None = None) -> Dependencies:
    """The dependencies in production. sandbox: reads files; the default one starts with its first job."""
    settings = service.settings
    personal_data = PersonalData(settings.pii_key, settings.code_key, randbelow)
    access_records = MongoAccessRecords(service.db)
    access_records.ensure_indexes()
    kept_files = MongoKeptFiles(service.db)
    kept_files.ensure_indexes()
    undo_records = MongoUndoRecords(service.db)
    undo_records.ensure_indexes()
    proofs = MongoProofs(service.db)
    proofs.ensure_indexes()
    views = Views(access_records, service.clock)
    return Dependencies(
        service.store,
        mongo_tables(service.db),
        personal_data,
        service.clock,
        settings.portal_url,
        views,
        FileReader(sandbox or file_sandbox(1)),
        kept_files,
        undo_records,
        service.trail,
        _download_codes(service),
        proofs,
        settings.more_key_fields,
    )


def _download_codes(service: ServiceContext[Settings]) -> DownloadCodes:
    if not service.settings.download_codes:
        return NotAsked()
    return HttpDownloadCodes(service.internal("identity", service.settings.identity_url))


def create_app() -> Flask:
    service, sandbox = bootstrap("roster", load(Settings)), file_sandbox(FILES_AT_ONCE)
    sandbox.start()
    ready = {**service.app_context.ready, "sandbox": sandbox.fault}
    return make_app(replace(service.app_context, ready=ready), dependencies_of(service, sandbox))
