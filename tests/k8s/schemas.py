"""The shapes of all objects as validators that accept no unknown field, without an API server."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs
import yaml

from deploy.k8s.build import DEFINITIONS, OBJECTS

Schema = dict[str, Any]
QUANTITY = {"type": ["string", "number"], "pattern": r"^[0-9.]+([eE][0-9]+|[munkMGTPE]|[KMGTPE]i)?$"}
NUMBER_OR_WORD = {"type": ["string", "integer"]}
OPEN = "x-kubernetes-preserve-unknown-fields"


def errors(document: Schema) -> list[str]:
    """What the schema of its kind says against an object; no schema is an error, too."""
    kind = f"{document['apiVersion']} {document['kind']}"
    schema = _schemas().get(kind)
    if schema is None:
        return [f"{kind}: nobody has described this kind"]
    where = f"{document['kind']} {document['metadata']['name']}"
    found = _validator(kind).iter_errors(document)
    return [f"{where}: {'.'.join(map(str, each.instance_path))}: {each.message}" for each in found]


@lru_cache
def _validator(kind: str) -> jsonschema_rs.Draft4Validator:
    return jsonschema_rs.Draft4Validator(_schemas()[kind])


@lru_cache
def _schemas() -> dict[str, Schema]:
    """`apiVersion kind` -> its schema."""
    return dict(_of_kubernetes()) | dict(_of_definitions())


def _of_kubernetes() -> Iterator[tuple[str, Schema]]:
    described: dict[str, Schema] = json.loads(OBJECTS.read_text())["definitions"]
    for name, schema in described.items():
        schema.update(_strict(schema))
        if name.endswith(".resource.Quantity"):
            schema.clear()
            schema.update(QUANTITY)
    for name, schema in described.items():
        for each in schema.get("x-kubernetes-group-version-kind", ()):
            version = f"{each['group']}/{each['version']}".lstrip("/")
            yield f"{version} {each['kind']}", {"$ref": f"#/definitions/{name}", "definitions": described}


def _of_definitions() -> Iterator[tuple[str, Schema]]:
    for folder in DEFINITIONS:
        for path in sorted(folder.iterdir()):
            spec = yaml.safe_load(path.read_text())["spec"]
            for version in spec["versions"]:
                schema = copy.deepcopy(version["schema"]["openAPIV3Schema"])
                schema.setdefault("properties", {}).update(
                    apiVersion={"type": "string"}, kind={"type": "string"}, metadata={"type": "object", OPEN: True}
                )
                yield f"{spec['group']}/{version['name']} {spec['names']['kind']}", _strict(schema)


def _strict(schema: Schema) -> Schema:
    """The same without room for a field that nobody described, and with numbers where words may be numbers."""
    if schema.get("format") == "int-or-string" or schema.get("x-kubernetes-int-or-string"):
        return NUMBER_OR_WORD
    made = dict(schema)
    if "properties" in schema:
        made["properties"] = {name: _strict(inner) for name, inner in schema["properties"].items()}
        if not schema.get(OPEN) and "additionalProperties" not in schema:
            made["additionalProperties"] = False
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            made[name] = _strict(schema[name])
    return made
