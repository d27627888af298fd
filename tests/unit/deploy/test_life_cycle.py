"""The object store's life-cycle rule: what it deletes, and that no photo of anybody is deleted by it."""

from __future__ import annotations

import json
from pathlib import Path

from services.upload.photos.protocol import INCOMING, archive_name, waiting_name
from services.upload.use_cases.sweep import ORPHANS_KEPT_HOURS
from services.upload.use_cases.tickets import TICKET_SECONDS

RULES = {rule["ID"]: rule for rule in json.loads(Path("deploy/k8s/life-cycle.json").read_bytes())["Rules"]}


def test_only_originals_that_nobody_has_settled_end_by_their_age():
    ends = {rule["Filter"]["Prefix"] for rule in RULES.values() if "Expiration" in rule}
    assert ends == {INCOMING}
    assert not any(name("form-2026a-x", "0" * 64).startswith(INCOMING) for name in (archive_name, waiting_name))


def test_an_original_outlives_its_ticket_and_every_copy_of_the_store_that_may_come_back():
    kept = RULES["incoming-of-nobody"]["Expiration"]["Days"]
    restorable = RULES["older-versions"]["NoncurrentVersionExpiration"]["NoncurrentDays"]
    assert kept > restorable >= 30  # docs/how-to/restore.md: a month
    assert kept * 86_400 > TICKET_SECONDS
    assert kept * 24 == ORPHANS_KEPT_HOURS  # where no bucket has the rule, the sweep deletes them
