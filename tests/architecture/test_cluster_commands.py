"""Commands for a cluster: nobody can enter them here, so each is read against the manifests that it is about.

Every command of the runbooks, of operations and of the cluster's own page that begins with kubectl: the objects,
containers, modules and options that it names exist.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy.k8s.secrets import GIVEN, secrets_of_an_installation
from shared.language.services import BACKENDS

REPO = Path(__file__).resolve().parents[2]
K8S = REPO / "deploy" / "k8s"
PAGES = [REPO / "docs" / "operations.md", *sorted((REPO / "docs" / "how-to").glob("*.md")), K8S / "README.md"]
LINE = re.compile(r"(?:^ *|`|\| )(kubectl [^`\n|]+?)(?: {3,}\(.*)?(?:`|\||$)", re.M)
KINDS = {"deploy": "Deployment", "cronjob": "CronJob", "hpa": "HorizontalPodAutoscaler"}
NAME = "app.kubernetes.io/name"
OBJECT = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
# Made by the installation itself, not by a manifest: the secret of a certificate, the namespace of an ingress.
FROM_ELSEWHERE = {("Namespace", "ingress-nginx")}


def _objects() -> Iterator[dict]:
    for path in sorted(K8S.rglob("*.yaml")):
        if path.parent.name != "pods":  # patches
            yield from (found for found in yaml.safe_load_all(path.read_text()) if found and "kind" in found)
    yield from secrets_of_an_installation(dict.fromkeys(GIVEN, "x"))


OBJECTS = {(each["kind"], each["metadata"]["name"]): each for each in _objects() if "name" in each.get("metadata", {})}
KNOWN = {kind.lower(): kind for kind, _ in OBJECTS} | KINDS | {"ns": "Namespace"}


def lines(text: str) -> list[str]:
    """Commands with what they are about; a verb alone is only spoken of."""
    return [found.strip() for found in LINE.findall(text) if len(found.split()) > 2]


COMMANDS = sorted({(str(page.relative_to(REPO)), line) for page in PAGES for line in lines(page.read_text())})


def complaints(line: str) -> Iterator[str]:
    """What a command names and no manifest has. <service>: each of ours; other <values> are the operator's own."""
    if "<service>" in line:
        for service in BACKENDS:
            yield from complaints(line.replace("<service>", service))
        return
    words = shlex.split(line)[1:]
    if words[:1] == ["-n"]:
        yield from _missing("Namespace", words[1])
        words = words[2:]
    verb, *rest = words
    yield from VERBS[verb](rest) if verb in VERBS else [f"this test knows no {verb}: teach it"]


def _missing(kind: str, name: str) -> Iterator[str]:
    own = name.startswith("<") and name.endswith(">")
    if not own and (kind, name) not in OBJECTS and (kind, name) not in FROM_ELSEWHERE:
        yield f"there is no {kind} {name}"


def _kind(word: str) -> Iterator[str]:
    if word not in KNOWN:
        yield f"the manifests have no {word}"


def _named(word: str) -> Iterator[str]:
    """Of "deploy/stats-audit"."""
    kind, _, name = word.partition("/")
    yield from _kind(kind) if kind not in KNOWN else _missing(KNOWN[kind], name)


def _exec(rest: list[str]) -> Iterator[str]:
    where, option, container, separator, *command = rest
    if (option, separator) != ("-c", "--"):
        yield "exec names its container, then the command after --"
    found = OBJECTS.get(("Deployment", where.removeprefix("deploy/")))
    if not where.startswith("<"):
        yield from _named(where)
    if found and container not in [each["name"] for each in found["spec"]["template"]["spec"]["containers"]]:
        yield f"{where} has no container {container}"
    if command[:2] == ["python", "-m"]:
        yield from _module(command[2], command[3:])
        if found and command[2].split(".")[1] != found["metadata"]["labels"][NAME]:
            yield f"{where} has not the settings of {command[2]}"


def _module(module: str, arguments: list[str]) -> Iterator[str]:
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.origin:
        yield f"there is no module {module}"
        return
    text = Path(spec.origin).read_text()
    for other in re.findall(r"^from (shared[.\w]+) import", text, re.M):  # where services share a command's options
        text += Path(importlib.util.find_spec(other).origin).read_text()
    yield from (f"{module} has no {word}" for word in arguments if word.startswith("--") and f'"{word}"' not in text)


def _create(rest: list[str]) -> Iterator[str]:
    what, name, *options = rest
    if what == "job":
        if not OBJECT.fullmatch(re.sub(r"<[a-z]+>", "1", name)):
            yield f"{name} is no name of a job"
        yield from _named(options[0].removeprefix("--from="))
    elif what != "secret":
        yield f"this test knows no create {what}: teach it"


def _apply(rest: list[str]) -> Iterator[str]:
    option, path = rest
    at = K8S / path.replace("<yours>", "pilot")
    if path not in ("-", ".") and not (at.is_file() if option == "-f" else (at / "kustomization.yaml").is_file()):
        yield f"there is no {path}"


def _get(rest: list[str]) -> Iterator[str]:
    what, *name = [word for word in rest if not word.startswith("-") and "{" not in word][:2]
    for kind in what.split(","):
        yield from _kind(kind)
    if name and what != "secret" and name[0] not in ("json", "jsonpath"):
        yield from _missing(KNOWN.get(what, what), name[0])


def _rollout(rest: list[str]) -> Iterator[str]:
    how, what, *options = rest
    if how not in ("restart", "status", "undo"):
        yield f"there is no rollout {how}"
    yield from _selected(what, options)


def _set(rest: list[str]) -> Iterator[str]:
    """Of an image."""
    part, what, *options = rest
    if part != "image":
        yield f"this test knows no set {part}: teach it"
    yield from _selected(what, options)


def _selected(what: str, options: list[str]) -> Iterator[str]:
    """By their labels, or one of that name."""
    if options[:1] != ["-l"]:
        yield from _named(what)
        return
    kind, wanted = KNOWN.get(what, what), dict(each.split("=", 1) for each in options[1].split(","))
    labels = [each["metadata"].get("labels", {}) for (of, _), each in OBJECTS.items() if of == kind]
    if not any(wanted.items() <= found.items() for found in labels):
        yield f"no {what} has the labels {options[1]}"


def _logs(rest: list[str]) -> Iterator[str]:
    """Of a job, whose name the operator has given it."""
    kind, _, name = rest[-1].partition("/")
    if kind != "job" or not name:
        yield f"{rest[-1]} is no job"


def _of_kind_and_name(rest: list[str]) -> Iterator[str]:
    yield from _kind(rest[0])
    yield from _missing(KNOWN.get(rest[0], rest[0]), rest[1])


VERBS = {
    "apply": _apply,
    "create": _create,
    "debug": lambda rest: iter(()),  # of a pod that the operator names
    "edit": _of_kind_and_name,
    "exec": _exec,
    "get": _get,
    "logs": _logs,
    "label": _of_kind_and_name,
    "patch": _of_kind_and_name,
    "rollout": _rollout,
    "set": _set,
}


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_what_a_command_for_a_cluster_names_exists_in_the_manifests(page, line):
    assert list(complaints(line)) == [], page


def test_the_commands_of_runbooks_and_of_the_cluster_s_own_page_are_found():
    pages = {page for page, _ in COMMANDS}
    assert {"docs/how-to/replay-a-parked-event.md", "docs/how-to/lose-kafka.md", "deploy/k8s/README.md"} <= pages
    assert len(COMMANDS) > 30


@pytest.mark.parametrize(
    "line",
    [
        "kubectl -n rollcal get deployment",
        "kubectl -n rollcall get deploymint,hpa",
        "kubectl -n rollcall exec deploy/stats-audits -c main -- python -m services.stats.operator.audit",
        "kubectl -n rollcall exec deploy/stats-audit -c app -- python -m services.stats.operator.audit",
        "kubectl -n rollcall exec deploy/stats-audit -c main -- python -m services.stats.operator.audits",
        "kubectl -n rollcall exec deploy/stats-audit -c main -- python -m services.stats.operator.audit --fix",
        "kubectl -n rollcall exec deploy/stats-audit -c main -- python -m services.upload.operator.parked",
        "kubectl -n rollcall create job close-1 --from=cronjob/stats-close-days",
        "kubectl -n rollcall create job Close_1 --from=cronjob/stats-close-day",
        "kubectl apply -k overlay/<yours>",
        "kubectl apply -f base/namespaces.yaml",
        "kubectl -n rollcall edit secret <service>-key",
        "kubectl -n rollcall rollout restart deployment -l app.kubernetes.io/name=statistics",
        "kubectl -n rollcall rollout status deployment/upload-views",
        "kubectl -n rollcall set image deployment -l app.kubernetes.io/component=projectors '*=<image>'",
        "kubectl -n rollcall patch hpa uploads --patch '{}'",
        "kubectl -n rollcall delete deployment stats",
    ],
)
def test_a_command_that_would_fail_is_found(line):
    assert list(complaints(line))
