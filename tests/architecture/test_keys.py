"""The inventory of keys names every secret setting and the services that hold it, and every purpose of a subkey."""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path

from deploy.local.settings import KEYS_OF
from shared.language.services import SERVICES

REPO = Path(__file__).resolve().parents[2]
PAGE = (REPO / "docs" / "keys.md").read_text()
ROWS = {cells[0].strip("` "): cells for line in PAGE.splitlines() if len(cells := line.strip("|").split("|")) == 5}


def secrets_of(service):
    fields = dataclasses.fields(importlib.import_module(f"services.{service}.settings").Settings)
    return {field.metadata["env"] for field in fields if field.metadata["secret"]}


def holders_of(name):
    return {service for service in SERVICES if re.search(rf"\b{service}\b", ROWS[name][2])}


def test_every_secret_setting_is_in_the_inventory_with_those_who_hold_it():
    held = {service: secrets_of(service) for service in SERVICES}
    missing = set().union(*held.values()) - ROWS.keys()
    assert not missing, f"docs/keys.md says nothing of {missing}: purpose, holders, rotation, what a leak costs"
    for name in set().union(*held.values()):
        assert holders_of(name) == {service for service in SERVICES if name in held[service]}, name
        assert all(cell.strip() for cell in ROWS[name]), f"{name} has an empty cell"


def test_on_one_machine_each_service_gets_the_keys_that_it_reads_and_no_others():
    for service in SERVICES:
        assert set(KEYS_OF[service]) <= secrets_of(service), service


def test_every_purpose_of_a_subkey_is_in_the_inventory():
    used = {
        purpose
        for folder in ("shared", "services")
        for file in (REPO / folder).rglob("*.py")
        for purpose in re.findall(r"derive\([^()]*, \"([^\"]+)\"\)", file.read_text())
    }
    assert {"cookies", "form tokens", "sealed fields", "logins", "numbers", "refresh tokens", "device tokens"} <= used
    assert not [purpose for purpose in used if f"`{purpose}`" not in PAGE]


def test_no_key_serves_as_key_of_a_cipher_and_of_a_hash_at_once():
    """A key of the settings goes into a Sealer or a keyed hash through a subkey, unless it has that one purpose."""
    direct = [
        file.relative_to(REPO)
        for file in (REPO / "services").rglob("*.py")
        if re.search(r"Sealer\((?!derive\()", file.read_text())
    ]
    assert direct == []


def test_no_service_gives_one_key_of_the_settings_to_two_purposes():
    for file in (REPO / "services").glob("*/app.py"):
        given = re.findall(r"(?<!derive\()settings\.(\w+_key)\b", file.read_text())
        assert len(given) == len(set(given)), f"{file.relative_to(REPO)}: derive a subkey for each purpose"
