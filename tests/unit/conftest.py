"""URL builders compiled once per rule: nearly every test makes an app of its own, which would compile all of them anew.

Werkzeug generates Python code for each rule, which takes longer than most tests. The code depends on the rule alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

compile_builder: Callable[[Rule, bool], Any] = Rule._compile_builder
compiled: dict[tuple[Any, ...], Any] = {}


def builder(rule: Rule, append_unknown: bool = True) -> Any:
    """The function that builds an address for this rule, compiled at its first use."""
    key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown)
    if key not in compiled:
        compiled[key] = compile_builder(rule, append_unknown)
    return compiled[key]


Rule._compile_builder = builder  # type: ignore[method-assign]
