"""Rules of addresses compiled once per process: nearly every test makes an app, which would compile all of them anew.

Werkzeug parses each rule and generates Python code for it, which takes longer than most tests. What comes of it depends
on the rule alone, as long as no app has converters of its own.
"""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule

compile_rule = Rule.compile
compiled: dict[tuple[Any, ...], tuple[Any, ...]] = {}


def compile_once(rule: Rule) -> None:
    key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
    if key not in compiled:
        compile_rule(rule)
        builders = (rule._build.__func__, rule._build_unknown.__func__)  # type: ignore[attr-defined]
        compiled[key] = (rule._parts, rule._trace, rule._converters, frozenset(rule.arguments), *builders)
        return
    rule._parts, rule._trace, rule._converters, arguments, build, build_unknown = compiled[key]
    rule.arguments |= arguments
    rule._build, rule._build_unknown = build.__get__(rule), build_unknown.__get__(rule)


def install() -> None:
    Rule.compile = compile_once  # type: ignore[method-assign]
