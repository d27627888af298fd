"""Requests made up from an OpenAPI document, alone or mixed with a good one, and the faults of their responses."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
NOBODY, BROKEN, SERVICE = "nobody", "broken", "service"
# Headers of the connection, which the HTTP server answers before a service sees the request.
HOP_BY_HOP = frozenset(
    {"connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)


@dataclass(frozen=True, slots=True)
class Good:
    """A request that succeeds. who: the person or service that sends it."""

    who: str = NOBODY
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request to send. who: its sender."""

    case: Any
    who: str


def operations(document: Mapping[str, Any]) -> list[Any]:
    """Every operation of a document."""
    return [found.ok() for found in schemathesis.openapi.from_dict(dict(document)).get_all_operations()]


def faults(case: Any, answer: Any) -> list[str]:
    """The faults of a response: a server error, or a status, media type or shape that the document does not name."""
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        return [
            f"{case.operation.label}: {answer.status_code} {failure.title}: {failure.message}{_said(answer)}"
            for failure in group.exceptions
        ]
    return []


def _said(answer: Any) -> str:
    """The body of a server error, which is the only trace that a made-up request leaves of it."""
    return f" {answer.content[:300]!r}" if answer.status_code >= 500 else ""


def valid_request(operation: Any, good: Good, key: str) -> SentRequest:
    """The good request as a case of the operation. key: of idempotency."""
    kind = next(iter(operation.body), None)
    headers = {**good.headers, **({"Idempotency-Key": key} if "Idempotency-Key" in operation.headers else {})}
    content = {} if good.body is None else {"body": dict(good.body), "media_type": kind.media_type}
    return SentRequest(
        operation.Case(path_parameters=dict(good.path), query=dict(good.query), headers=headers, **content), good.who
    )


@st.composite
def mixtures(draw: Any, operation: Any, good: Good, others: Sequence[str]) -> SentRequest:
    """A made-up request of valid or invalid data; two in three contain most values of the good one."""
    case = draw(st.one_of(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), _invalid(operation)))
    case.headers = _of_the_operation(case.headers)
    model = valid_request(
        operation, good, f"made-up-{draw(st.integers(0, 2**40)):x}" if "Idempotency-Key" in operation.headers else ""
    )
    if draw(st.integers(0, 2)) == 0:
        return SentRequest(case, draw(st.sampled_from((good.who, *others))))
    parts = {
        name: _mixed(draw, dict(getattr(case, name)), dict(getattr(model.case, name)))
        for name in ("path_parameters", "query", "headers")
    }
    body, ideal = case.body, model.case.body
    if isinstance(ideal, dict):
        body = _mixed(draw, body, ideal) if isinstance(body, dict) else draw(st.sampled_from((body, ideal)))
    mixed = operation.Case(**parts, body=body, media_type=model.case.media_type or case.media_type)
    return SentRequest(mixed, draw(st.sampled_from((*[good.who] * 12, *others))))


def _of_the_operation(headers: Mapping[str, Any]) -> dict[str, Any]:
    """Headers without those of the connection. Hypothesis draws every string that our modules contain."""
    return {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}


def _mixed(draw: Any, made_up: Mapping[str, Any], ideal: Mapping[str, Any]) -> dict[str, Any]:
    """Mix: three in four of the made-up values are replaced by good ones."""
    return {**made_up, **{name: value for name, value in ideal.items() if draw(st.integers(0, 3))}}


def _invalid(operation: Any) -> Any:
    """Invalid requests; valid ones for an operation without input."""
    has_input = any((operation.path_parameters, operation.query, operation.headers, operation.body))
    return operation.as_strategy(generation_mode=GenerationMode.NEGATIVE if has_input else GenerationMode.POSITIVE)


@dataclass
class Tally:
    """Counts of responses. answers: (service, operation, status) -> count."""

    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def note(self, service: str, case: Any, answer: Any) -> None:
        self.answers[service, case.operation.label, answer.status_code] += 1
        self.faults.update(faults(case, answer))

    def sent(self) -> int:
        return self.answers.total()

    def shown(self) -> str:
        """A line for each service: the number of responses of each status."""
        lines = []
        for service in sorted({service for service, _, _ in self.answers}):
            found = Counter[int]()
            for (name, _, status), count in self.answers.items():
                found.update({status: count} if name == service else {})
            good = sum(count for status, count in found.items() if status < 300)
            statuses = ", ".join(f"{status}: {count}" for status, count in sorted(found.items()))
            lines.append(f"{service}: {found.total()} requests, {good} answered well ({statuses})")
        return "\n".join(lines)


def make_up(
    operation: Any, good: Good, others: Sequence[str], count: int, chance: int, act: Callable[[SentRequest], object]
) -> None:
    """Call `act` with at most `count` made-up requests. chance: the seed."""

    @seed(chance)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(mixtures(operation, good, others))
    def each(asked: SentRequest) -> None:
        act(asked)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        each()
