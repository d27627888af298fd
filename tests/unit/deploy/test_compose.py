"""deploy/compose.yaml: its schema, settings that processes can load, the Procfile's processes, rights, ports, secrets.

Nothing of it starts here: there is no docker and no image of an engine.
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from deploy.compose import __main__ as secrets
from deploy.local.settings import KEYS
from deploy.local.store import OPERATOR, USERS, roles_of
from shared.infrastructure.config import BusSettings, read
from shared.language.services import BACKENDS, SERVICES

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES_OF = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES_OF.items() if "ROLLCALL_IMAGE" in each["image"]}
JOBS = {"topics", "close-day", "users", "buckets"}
SCHEMA = Path(__file__).parent / "compose_schema" / "compose-spec.json"
FRONT_ALONE = re.compile(r"FRONT_LISTEN(_INSIDE)?|\w+_PUBLIC_URL|\w+_INSIDE_PORT|TRUSTED_PROXIES|DATA|SOCKETS|COMMIT")
SECRET = re.compile(r"PASSWORD|SECRET|_KEYS?$|^KEY|TOKEN")


def filled(text):
    """A value as compose fills it in: HOST is given, defaults are taken."""
    text = re.sub(r"\$\{HOST[^}]*\}", "rollcall.example.cn", str(text))
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


@pytest.fixture(scope="module")
def made():
    return secrets.files()


def env_of(content):
    return dict(line.split("=", 1) for line in content.splitlines())


def given_to(name, made):
    """The environment of a process of ours, with fresh secrets."""
    each = SERVICES_OF[name]
    found = {key: filled(value) for key, value in each["environment"].items()}
    for file in each["env_file"]:
        found |= env_of(made[Path(file["path"]).name])
    return found


def settings_of(name):
    return importlib.import_module(f"services.{name.removesuffix('-worker')}.settings").Settings


def known_settings():
    return {field.metadata["env"] for name in SERVICES for field in settings_of(name).__dataclass_fields__.values()}


def test_it_is_a_compose_file():
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    assert [str(error) for error in validator.iter_errors(COMPOSE)] == []
    spoilt = {**COMPOSE, "services": {"front": {"imgae": "x"}}}
    assert list(validator.iter_errors(spoilt))


@pytest.mark.parametrize("name", [name for name in OURS if name not in ("front", "topics", "close-day")])
def test_every_process_gets_settings_that_it_can_load(name, made):
    loaded = read(settings_of(name), given_to(name, made))
    assert not hasattr(loaded, "kafka_user") or (loaded.kafka_user, bool(loaded.kafka_password)) == (
        name.removesuffix("-worker"),
        True,
    )


def test_jobs_get_settings_that_they_can_load(made):
    assert read(BusSettings, given_to("topics", made)).kafka_user == "topics"
    read(settings_of("stats"), given_to("close-day", made))


def test_no_setting_is_unknown():
    for name, each in OURS.items():
        unknown = {key for key in each["environment"] if key not in known_settings() and not FRONT_ALONE.fullmatch(key)}
        assert unknown == set(), name


def test_the_processes_are_those_of_the_procfile():
    procfile = dict(
        line.split(": ", 1) for line in (DEPLOY.parent / "Procfile").read_text().splitlines() if line.strip()
    )
    engines = {"store", "objects", "reports", "kafka", "registry"}  # the last: a stand-in for one machine alone
    wanted = {
        name: command.replace("$SOCKETS", "/run/rollcall/sockets")
        for name, command in procfile.items()
        if name not in engines
    }
    assert {
        name: " ".join(each["command"]).replace(",", "") for name, each in OURS.items() if name not in JOBS
    } == wanted


def test_only_tls_is_published_and_grafana_on_loopback():
    published = {name: each["ports"] for name, each in SERVICES_OF.items() if "ports" in each}
    doors = published.pop("tls")
    assert published == {"grafana": ["127.0.0.1:3000:3000"]}
    front = SERVICES_OF["front"]["environment"]
    urls = [filled(value) for key, value in front.items() if key.endswith(("_PUBLIC_URL", "_PUBLIC_ENDPOINT"))]
    ports = sorted(url.rsplit(":", 1)[1] for url in urls)
    conf = (DEPLOY / "compose" / "tls.conf").read_text()
    assert sorted(door.split(":")[0] for door in doors) == ports
    assert sorted(re.findall(r"listen (\d+) ssl; location / \{ proxy_pass http://front:\1;", conf)) == ports


def test_engines_are_reached_by_those_who_need_them_alone():
    networks = COMPOSE["networks"]
    assert networks["engines"].get("internal") and networks["inside"].get("internal")
    for name in ("mongo", "kafka", "objects"):
        assert SERVICES_OF[name]["networks"] == ["engines"]
    for name in ("tls", "portal", "prometheus", "grafana"):
        assert "engines" not in SERVICES_OF[name]["networks"]
    (people,) = networks["people"]["ipam"]["config"]
    assert SERVICES_OF["front"]["environment"]["TRUSTED_PROXIES"] == people["subnet"]


@pytest.mark.parametrize("name", SERVICES_OF)
def test_a_container_has_no_right_that_it_does_not_need(name):
    each = SERVICES_OF[name]
    assert each["cap_drop"] == ["ALL"] and "no-new-privileges:true" in each["security_opt"] and each["mem_limit"]
    assert not {"privileged", "pid", "network_mode", "devices"} & each.keys()
    assert set(each.get("cap_add", ())) <= (
        {"NET_BIND_SERVICE", "CHOWN", "SETGID", "SETUID"} if name == "tls" else set()
    )
    assert name in JOBS or each["healthcheck"]["test"]
    if name in OURS:
        assert each["user"] == "10001:10001" and each["read_only"]
    for volume in each.get("volumes", ()):
        assert volume.split(":")[0] in COMPOSE["volumes"] or volume.endswith(":ro"), volume


def test_images_are_named_by_digest_in_one_file():
    lines = (DEPLOY / "compose" / "example.env").read_text().splitlines()
    listed = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    asked = {
        match[1] for each in SERVICES_OF.values() if (match := re.fullmatch(r"\$\{(\w+)(:\?[^}]*)?\}", each["image"]))
    }
    assert len(asked) == 8 and asked | {"HOST"} == listed.keys()
    assert all(value.endswith("@sha256:") for key, value in listed.items() if key in asked)


def test_no_secret_is_inline_and_every_file_of_secrets_is_made(made):
    for name, each in SERVICES_OF.items():
        assert not [key for key in each.get("environment", {}) if SECRET.search(key) or key in KEYS], name
        for file in each.get("env_file", ()):
            assert file["path"].startswith("compose/secrets/") and Path(file["path"]).name in made
    assert Path(COMPOSE["secrets"]["mongo-key"]["file"]).name in made
    ignored = (DEPLOY.parent / ".gitignore").read_text().splitlines()
    assert {"deploy/.env", "deploy/compose/secrets/"} <= set(ignored)


def test_nginx_owns_its_certificate_for_it_may_not_read_what_another_owns():
    tls = SERVICES_OF["tls"]
    assert "user" not in tls and "DAC_OVERRIDE" not in tls["cap_add"]
    (source,) = (each.split(":")[0] for each in tls["volumes"] if "secrets" in each)
    folder = f"deploy/{source.removeprefix('./')}"
    lines = [line.strip() for line in (DEPLOY.parent / "docs" / "how-to" / "compose.md").read_text().splitlines()]
    made = next(number for number, line in enumerate(lines) if line.startswith(f"mkdir -m 700 {folder} "))
    assert f"sudo chown -R root {folder}" in lines[made:]


def test_no_secret_of_the_object_store_is_an_argument_of_a_process(made, tmp_path):
    """Arguments are read by every process of the server; `mc` is a double that writes down what it is given."""
    seen, double = tmp_path / "seen", tmp_path / "mc"
    double.write_text(
        "#!/bin/sh\n"
        'echo "arguments $*" >> "$SEEN"\n'
        'echo "host $MC_HOST_store" >> "$SEEN"\n'
        'case "$*" in *"user add"*) sed "s/^/typed /" >> "$SEEN";; esac\n'
    )
    double.chmod(0o700)
    given = env_of(made["objects.env"])
    own = {"PATH": f"{tmp_path}:/usr/bin:/bin", "SEEN": str(seen), "TMPDIR": str(tmp_path)}
    subprocess.run(["/bin/sh", DEPLOY / "compose" / "buckets.sh"], env=given | own, check=True, timeout=30)
    lines = seen.read_text().splitlines()
    arguments = [line for line in lines if line.startswith("arguments ")]
    hidden = [value for key, value in given.items() if SECRET.search(key) and "ACCESS" not in key]
    assert len(hidden) == 3 and not [line for line in arguments if any(value in line for value in hidden)]
    root = f"{given['MINIO_ROOT_USER']}:{given['MINIO_ROOT_PASSWORD']}"
    assert {line for line in lines if line.startswith("host ")} == {f"host http://{root}@objects:9000"}
    keys = ("S3_ACCESS_KEY", "S3_SECRET_KEY", "REPORTS_ACCESS_KEY", "REPORTS_SECRET_KEY")
    assert [line for line in lines if line.startswith("typed ")] == [f"typed {given[key]}" for key in keys]


def test_no_process_gets_a_key_of_another():
    for name, each in OURS.items():
        service = {"close-day": "stats"}.get(name, name.removesuffix("-worker"))
        files = {Path(file["path"]).stem for file in each["env_file"]}
        assert files <= {"entrance", f"{service}-keys", "first-account"}, name
        assert ("first-account" in files) == (name == "identity-worker")


def test_every_user_has_one_password_on_both_sides(made):
    at_store = env_of(made["mongo-users.env"])
    for service in BACKENDS:
        own = env_of(made[f"{service}-keys.env"])
        assert at_store[f"{service.upper()}_MONGO_PASSWORD"] == own["MONGO_PASSWORD"]
        assert f'user_{service}="{own["KAFKA_PASSWORD"]}"' in made["kafka.env"]
    assert env_of(made["objects.env"])["S3_SECRET_KEY"] == env_of(made["upload-keys.env"])["S3_SECRET_KEY"]


def test_users_of_mongodb_have_the_rights_that_they_have_on_one_machine():
    text = (DEPLOY / "compose" / "users.js").read_text()
    listed = dict(re.findall(r"^  '([\w-]+)': \[(.*)\],$", text, re.M))
    assert listed.keys() == set(USERS) - {OPERATOR}
    for user, roles in listed.items():
        own = [
            f"own('{role['db'].removeprefix('rollcall_')}')" for role in roles_of(user) if role["role"] == "readWrite"
        ]
        bus = {"bus": "onBus", "read": "{role: 'read', db: 'rollcall_bus'}"}
        assert roles == ", ".join(own + [bus[role["role"]] for role in roles_of(user) if role["role"] in bus]), user


def test_prometheus_asks_every_process():
    asked = yaml.safe_load((DEPLOY / "compose" / "prometheus.yaml").read_text())["scrape_configs"][0]["static_configs"]
    assert {each["labels"]["process"] for each in asked} == set(OURS) - JOBS - {"front"}
    inside = {filled(v) for k, v in SERVICES_OF["front"]["environment"].items() if k.endswith("_INSIDE_PORT")}
    assert {each["targets"][0].split(":")[1] for each in asked if "front" in each["targets"][0]} == inside


def test_files_that_are_mounted_exist():
    for each in SERVICES_OF.values():
        for volume in each.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("./") and "secrets" not in source:
                assert (DEPLOY / source).exists(), source


def test_secrets_are_made_once(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["compose", "--folder", str(tmp_path / "secrets")])
    assert secrets.main() == 0
    kept = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "secrets").iterdir())
    assert secrets.main() == 1 and "secrets already" in capsys.readouterr().err
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == kept
