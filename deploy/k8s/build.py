"""`python -m deploy.k8s.build PART`: builds what deploy/k8s is tried with into .cache/k8s/, once for each version.

manifests: Kustomize and the definitions of all objects (half a minute). cluster: a real control plane beside it.
scaling: KEDA, too. Versions and hashes: tools/*/go.sum.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.k8s import definitions, go
from deploy.k8s.go import CannotBuild

TOOLS = Path(__file__).parent / "tools"
CACHE = Path(__file__).parents[2] / ".cache" / "k8s"
BINARIES, STAGES, OBJECTS = CACHE / "bin", CACHE / "stages.yaml", CACHE / "kubernetes.json"
KEDA_DEFINITIONS, STRIMZI_DEFINITIONS = CACHE / "keda", CACHE / "strimzi"
DEFINITIONS = (KEDA_DEFINITIONS, STRIMZI_DEFINITIONS)
Program = tuple[str, str, str]  # its name, the folder of its module, its package
KUSTOMIZE: Program = ("kustomize", "kustomize", "sigs.k8s.io/kustomize/kustomize/v5")
CONTROL_PLANE: Sequence[Program] = (
    ("etcd", "etcd", "go.etcd.io/etcd/server/v3"),
    ("kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
    ("kube-controller-manager", "kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    ("kube-scheduler", "kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler"),
    ("kubectl", "kubernetes", "k8s.io/kubernetes/cmd/kubectl"),
    ("kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok"),
)
KEDA = {"keda-operator": "./cmd/operator", "keda-adapter": "./cmd/adapter"}
# KEDA's adapter serves its own metrics on every address of the machine: here on loopback, as everything else.
ADAPTER, EVERYWHERE, LOOPBACK = "cmd/adapter/main.go", 'Sprintf(":%v"', 'Sprintf("127.0.0.1:%v"'
# How kwok's nodes and pods come to be ready at once: kwok's own.
STAGE_FILES = ("node/fast/*.yaml", "node/heartbeat-with-lease/*.yaml", "pod/fast/*.yaml")


def manifests() -> None:
    """Build what renders the overlays and knows the shape of their objects; Strimzi's only where Java is."""
    _need("go")
    _program(*KUSTOMIZE, "Kustomize")
    if not OBJECTS.exists():
        print("Fetching the description of Kubernetes' objects ...", flush=True)
        definitions.of_kubernetes(TOOLS, OBJECTS)
    if not KEDA_DEFINITIONS.exists():
        definitions.of_keda(TOOLS, KEDA_DEFINITIONS)
    if not STRIMZI_DEFINITIONS.exists() and not go.missing("javac", "mvn"):
        print("Fetching Strimzi's classes ...", flush=True)
        definitions.of_strimzi(TOOLS, STRIMZI_DEFINITIONS)


def cluster() -> None:
    """Build a control plane."""
    _need("go", "javac", "mvn")
    manifests()
    for number, program in enumerate(CONTROL_PLANE, 1):
        _program(*program, f"{program[0]}, {number} of {len(CONTROL_PLANE)}")
    if not STAGES.exists():
        _stages()


def scaling() -> None:
    """Build a control plane, and KEDA."""
    _need("go", "javac", "mvn", "prometheus")
    cluster()
    _keda()


def _need(*tools: str) -> None:
    if reason := go.missing(*tools):
        raise CannotBuild(reason)


def _program(name: str, folder: str, package: str, label: str) -> None:
    go.build(BINARIES / name, TOOLS / folder, package, label)


def _stages() -> None:
    stages = go.folder_of("sigs.k8s.io/kwok", TOOLS / "kwok") / "kustomize" / "stage"
    files = [path for pattern in STAGE_FILES for path in sorted(stages.glob(pattern))]
    STAGES.write_text("\n---\n".join(path.read_text() for path in files if path.name != "kustomization.yaml"))


def _keda() -> None:
    """Operator and adapter, from a copy of KEDA's module in which one line is another."""
    module = go.download(*definitions.KEDA, TOOLS)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        copy = Path(scratch) / "keda"
        shutil.copytree(module, copy, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("tests"))
        for folder in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
            folder.chmod(0o755)  # a module's folders are read-only
        text = (copy / ADAPTER).read_text()
        if text.count(EVERYWHERE) != 1:
            raise CannotBuild(f"{ADAPTER} of KEDA is not as expected.")
        (copy / ADAPTER).write_text(text.replace(EVERYWHERE, LOOPBACK))
        for number, (name, package) in enumerate(KEDA.items(), 1):
            go.build(BINARIES / name, copy, package, f"{name}, {number} of {len(KEDA)}")


def main() -> int:
    parts = {"manifests": manifests, "cluster": cluster, "scaling": scaling}
    parser = argparse.ArgumentParser(prog="python -m deploy.k8s.build")
    parser.add_argument("part", choices=parts)
    parser.add_argument(
        "--where-possible",
        action="store_true",
        help="exit status 0 also if it cannot be built here, with a sentence: tests say what they leave out",
    )
    given = parser.parse_args()
    try:
        parts[given.part]()
    except CannotBuild as error:
        instead = "" if given.part == "manifests" else " `make k8s-build` checks what can be checked without."
        print(f"Left out: {error}" if given.where_possible else f"{error}{instead}", file=sys.stderr)
        return int(not given.where_possible)
    return 0


if __name__ == "__main__":
    sys.exit(main())
