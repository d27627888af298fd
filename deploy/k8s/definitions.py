"""What Kubernetes, Strimzi and KEDA say about the shape of their objects, from their own modules."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from deploy.k8s import go

KEDA = ("github.com/kedacore/keda/v2@v2.18.1", "h1:h6bRt/IOxxtZpJlHSqhdH/lcInH7Z9obxg/JvWOmGAw=")
KUBERNETES = "k8s.io/kubernetes"
Definition = dict[str, Any]


def of_kubernetes(tools: Path, to: Path) -> None:
    """Write the API server's own description of all its objects."""
    shutil.copyfile(go.folder_of(KUBERNETES, tools / "kubernetes") / "api" / "openapi-spec" / "swagger.json", _room(to))


def of_keda(tools: Path, to: Path) -> None:
    """Write KEDA's definitions into a folder."""
    module = go.download(*KEDA, tools)
    with tempfile.TemporaryDirectory(dir=_room(to).parent) as scratch:
        made = Path(scratch) / "definitions"
        made.mkdir()
        for path in (module / "config" / "crd" / "bases").glob("*.yaml"):
            shutil.copyfile(path, made / path.name)
        made.rename(to)


def of_strimzi(tools: Path, to: Path) -> None:
    """Write Strimzi's definitions, generated from its own classes (Maven), into a folder."""
    with tempfile.TemporaryDirectory(dir=_room(to).parent) as scratch:
        made, jars = Path(scratch) / "definitions", Path(scratch) / "jars"
        made.mkdir()
        pom = str(tools / "strimzi" / "pom.xml")
        go.run(["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={jars}"], tools)
        go.run(["java", "-cp", f"{jars}/*", str(tools / "strimzi" / "Definitions.java"), str(made)], tools)
        for path in made.iterdir():
            path.write_text(yaml.safe_dump(_as_v1(yaml.safe_load(path.read_text()))))
        made.rename(to)


def _room(to: Path) -> Path:
    to.parent.mkdir(parents=True, exist_ok=True)
    return to


def _as_v1(definition: Definition) -> Definition:
    """The definition as v1. Classes name the version before first; where a field `type` chooses a shape, the
    generator knows only what they have in common."""
    for version in definition["spec"]["versions"]:
        version["name"] = "v1"
        _open_what_is_unknown(version["schema"]["openAPIV3Schema"])
    return definition


def _open_what_is_unknown(schema: Definition) -> None:
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") == {"type": "object"}:  # a map of Java's Object: of anything
        del schema["additionalProperties"]
        schema["x-kubernetes-preserve-unknown-fields"] = True
    if "type" in properties:
        schema["x-kubernetes-preserve-unknown-fields"] = True
    for inner in (*properties.values(), schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            _open_what_is_unknown(inner)
