"""`python -m deploy.k8s.build`: builds a real Kubernetes control plane from Go modules into .cache/k8s/, once.

It takes a while. Versions and hashes: tools/*/go.sum. Strimzi's definitions come from its own classes
(Maven), KEDA's from its Go module.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

TOOLS = Path(__file__).parent / "tools"
CACHE = Path(__file__).parents[2] / ".cache" / "k8s"
BINARIES, DEFINITIONS, STAGES = CACHE / "bin", CACHE / "definitions", CACHE / "stages.yaml"
# name -> the folder of its module, its package
PROGRAMS = {
    "kustomize": ("kustomize", "sigs.k8s.io/kustomize/kustomize/v5"),
    "etcd": ("etcd", "go.etcd.io/etcd/server/v3"),
    "kubectl": ("kubernetes", "k8s.io/kubernetes/cmd/kubectl"),
    "kube-scheduler": ("kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler"),
    "kube-apiserver": ("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
    "kube-controller-manager": ("kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    "kwok": ("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
}
KEDA = ("github.com/kedacore/keda/v2@v2.18.1", "h1:h6bRt/IOxxtZpJlHSqhdH/lcInH7Z9obxg/JvWOmGAw=")
# How kwok's nodes and pods come to be ready at once: kwok's own.
STAGE_FILES = ("node/fast/*.yaml", "node/heartbeat-with-lease/*.yaml", "pod/fast/*.yaml")
KEDA_DEFINITIONS = ("keda.sh_scaledobjects.yaml", "keda.sh_triggerauthentications.yaml")


class CannotBuild(RuntimeError):
    """A tool is missing or failed; the message says which."""


def missing_tools() -> str:
    """The reason why nothing can be built here, "" if it can."""
    missing = [tool for tool in ("go", "java", "mvn") if not shutil.which(tool)]
    return (
        f"A control plane needs {', '.join(missing)} (Debian: golang, openjdk-17-jdk-headless, maven)."
        if missing
        else ""
    )


def build() -> None:
    """Build what is missing. Raises CannotBuild."""
    if reason := missing_tools():
        raise CannotBuild(reason)
    for name, (folder, package) in PROGRAMS.items():
        if not (BINARIES / name).exists():
            print(f"Building {name} ...", flush=True)
            _program(BINARIES / name, folder, package)
    if not STAGES.exists():
        _stages()
    if not DEFINITIONS.exists():
        print("Fetching the definitions of Strimzi and KEDA ...", flush=True)
        _definitions()


def _program(to: Path, folder: str, package: str) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    fresh = to.with_suffix(".fresh")
    _run(["go", "build", "-mod=readonly", "-trimpath", "-o", str(fresh), package], TOOLS / folder, CGO_ENABLED="0")
    fresh.rename(to)


def _stages() -> None:
    module = Path(_run(["go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"], TOOLS / "kwok").strip())
    files = [path for pattern in STAGE_FILES for path in sorted((module / "kustomize" / "stage").glob(pattern))]
    stages = [path.read_text() for path in files if path.name != "kustomization.yaml"]
    STAGES.write_text("\n---\n".join(stages))


def _definitions() -> None:
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        made, jars = Path(scratch) / "definitions", Path(scratch) / "jars"
        made.mkdir()
        pom = str(TOOLS / "strimzi" / "pom.xml")
        _run(["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={jars}"], TOOLS)
        _run(["java", "-cp", f"{jars}/*", str(TOOLS / "strimzi" / "Definitions.java"), str(made)], TOOLS)
        for path in made.iterdir():
            path.write_text(yaml.safe_dump(_as_v1(yaml.safe_load(path.read_text()))))
        module, expected = KEDA
        found = json.loads(_run(["go", "mod", "download", "-json", module], TOOLS))
        if found["Sum"] != expected:
            raise CannotBuild(f"{module} has another hash than expected.")
        for name in KEDA_DEFINITIONS:
            shutil.copy(Path(found["Dir"]) / "config" / "crd" / "bases" / name, made / name)
        made.rename(DEFINITIONS)


def _as_v1(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition as v1. Classes name the version before first; where a field `type` chooses a shape, the
    generator knows only what they have in common."""
    for version in definition["spec"]["versions"]:
        version["name"] = "v1"
        _open_what_is_unknown(version["schema"]["openAPIV3Schema"])
    return definition


def _open_what_is_unknown(schema: dict[str, Any]) -> None:
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") == {"type": "object"}:  # a map of Java's Object: of anything
        del schema["additionalProperties"]
        schema["x-kubernetes-preserve-unknown-fields"] = True
    if "type" in properties:
        schema["x-kubernetes-preserve-unknown-fields"] = True
    for inner in (*properties.values(), schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            _open_what_is_unknown(inner)


def _run(command: Sequence[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBuild(f"{' '.join(command[:3])} failed: {(done.stdout + done.stderr).strip()[-800:]}")
    return done.stdout


if __name__ == "__main__":
    try:
        build()
    except CannotBuild as error:
        sys.exit(str(error))
