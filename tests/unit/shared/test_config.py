from __future__ import annotations

from dataclasses import dataclass

import pytest

from shared.infrastructure import config
from shared.infrastructure.config import BadSetting, ServiceSettings, key_bytes, read, setting, url, whole

GOOD = {
    "MONGO_URL": "mongodb://127.0.0.1:27017/",
    "SERVICE_KEY": "ab" * 32,
    "SERVICE_KEYS": "roster:" + "cd" * 32,
    "FRONT_KEY": "01" * 32,
    "FORWARDING_KEY": "02" * 32,
    "IDENTITY_URL": "http://127.0.0.1:8001/",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    size: int = setting("SIZE", parse=whole(1, 9), default=3, help="how large")
    key: bytes = setting("KEY", parse=key_bytes(2), secret=True, help="a key")


def test_settings_are_typed_and_addresses_lose_their_final_slash():
    settings = read(ServiceSettings, GOOD | {"BUS_PARTITIONS": "64"})
    assert (settings.mongo_url, settings.identity_url, settings.bus_partitions) == (
        "mongodb://127.0.0.1:27017",
        "http://127.0.0.1:8001",
        64,
    )
    assert settings.service_key == b"\xab" * 32 and settings.kafka == "" and settings.bus_generation == 1


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_missing_setting_is_named(missing):
    with pytest.raises(BadSetting, match=f"^{missing} is not set"):
        read(ServiceSettings, {name: value for name, value in GOOD.items() if name != missing})


def test_all_that_is_missing_is_named_at_once_with_the_place_where_it_is_set():
    with pytest.raises(BadSetting) as bad:
        read(ServiceSettings, {name: GOOD[name] for name in GOOD if name not in ("MONGO_URL", "IDENTITY_URL")})
    lines = str(bad.value).splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["MONGO_URL", "IDENTITY_URL"]
    assert "settings.env" in lines[2] and "docs/settings.md" in lines[2]


def test_an_empty_value_counts_as_not_set():
    assert read(Small, {"SIZE": "", "KEY": "0102"}).size == 3


@pytest.mark.parametrize(("name", "value"), [("SIZE", "0"), ("SIZE", "10"), ("SIZE", "many"), ("SIZE", "1.5")])
def test_a_bad_value_is_reported_with_name_and_reason(name, value):
    with pytest.raises(BadSetting) as bad:
        read(Small, {"KEY": "0102", name: value})
    assert str(bad.value).startswith(f"{name}: '{value}' cannot be used (how large)")


@pytest.mark.parametrize("value", ["0102ff", "zz", "01"])
def test_a_bad_secret_is_never_repeated(value):
    with pytest.raises(BadSetting) as bad:
        read(Small, {"KEY": value})
    assert f"'{value}'" not in str(bad.value) and "its value cannot be used" in str(bad.value)


def test_secrets_are_not_in_the_repr_of_settings():
    assert "key" not in repr(read(Small, {"KEY": "0102"}))


def test_the_password_in_the_store_address_is_never_shown():
    assert "sesame" not in repr(
        read(ServiceSettings, GOOD | {"MONGO_URL": "mongodb://roster:sesame@db1.example.cn/?replicaSet=rollcall"})
    )
    with pytest.raises(BadSetting) as bad:
        read(ServiceSettings, GOOD | {"MONGO_URL": "roster:sesame@db1.example.cn"})
    assert "sesame" not in str(bad.value)


def test_an_address_needs_a_scheme():
    with pytest.raises(ValueError, match="scheme"):
        url("127.0.0.1:8000")


def test_a_process_with_a_bad_setting_exits_with_a_sentence_and_status_2(monkeypatch, capsys):
    monkeypatch.setattr(config.os, "environ", {"SIZE": "0", "KEY": "0102"})
    with pytest.raises(SystemExit) as end:
        config.load(Small)
    assert end.value.code == 2 and capsys.readouterr().err.startswith("SIZE: '0' cannot be used")


def test_a_service_may_have_several_public_keys_while_one_changes():
    keys = read(ServiceSettings, GOOD | {"SERVICE_KEYS": f"roster:{'cd' * 32}, stats:{'01' * 32},stats:{'02' * 32}"})
    assert keys.service_keys == {"roster": (b"\xcd" * 32,), "stats": (b"\x01" * 32, b"\x02" * 32)}
    with pytest.raises(BadSetting):
        read(ServiceSettings, GOOD | {"SERVICE_KEYS": "roster:cd"})
