"""Every visible sentence in Chinese and in English: key -> (zh, en). Values are put in by name, {like} this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.portal.texts import (
    account_files,
    accounts,
    applications,
    arrivals,
    audit_trail,
    campaigns,
    common,
    corrections,
    download_codes,
    families,
    fields,
    figures,
    granting,
    import_parts,
    import_runs,
    importing,
    misuse,
    operations,
    photo_results,
    printing,
    problems,
    pupils,
    regions,
    registry,
    registry_fields,
    second_factor,
    sheets,
    staff,
    support,
    units,
    uploading,
    views,
)

Texts = Mapping[str, tuple[str, str]]
MODULES: tuple[Texts, ...] = (
    common.TEXTS,
    families.TEXTS,
    misuse.TEXTS,
    uploading.TEXTS,
    photo_results.TEXTS,
    staff.TEXTS,
    support.TEXTS,
    accounts.TEXTS,
    account_files.TEXTS,
    applications.TEXTS,
    granting.TEXTS,
    arrivals.TEXTS,
    corrections.TEXTS,
    campaigns.TEXTS,
    figures.TEXTS,
    importing.TEXTS,
    import_runs.TEXTS,
    import_parts.TEXTS,
    printing.TEXTS,
    problems.TEXTS,
    units.TEXTS,
    pupils.TEXTS,
    fields.TEXTS,
    views.TEXTS,
    audit_trail.TEXTS,
    regions.TEXTS,
    second_factor.TEXTS,
    sheets.TEXTS,
    download_codes.TEXTS,
    registry.TEXTS,
    registry_fields.TEXTS,
    operations.TEXTS,
)
ALL: Texts = {key: pair for texts in MODULES for key, pair in texts.items()}


def has(key: str) -> bool:
    return key in ALL


def text(lang: str, key: str, **values: Any) -> str:
    """Raises KeyError for a key without a text: a test looks for those before anybody else does."""
    chosen = ALL[key][1 if lang == "en" else 0]
    return chosen.format(**values) if values else chosen
