"""Docstrings begin with a noun or a verb, not with half a sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
BAD_START = re.compile(  # not followed by a colon: "to:" describes a parameter
    r"(as|by|for|from|in|of|to|until|while|with|without"
    r"|how|that|these|this|those|what|when|where|whether|which|who|whoever|whose|why)\b(?!:)",
    re.IGNORECASE,
)


def bad_docstrings(source: str) -> list[str]:
    found = (ast.get_docstring(node) or "" for node in ast.walk(ast.parse(source)) if isinstance(node, DOCUMENTED))
    return [text for text in found if BAD_START.match(text)]


@pytest.mark.parametrize("room", ["shared", "services"])
def test_no_docstring_begins_with_a_preposition_or_a_relative_word(room):
    wrong = {str(path.relative_to(REPO)): bad_docstrings(path.read_text()) for path in (REPO / room).rglob("*.py")}
    assert {name: texts for name, texts in wrong.items() if texts} == {}


def test_half_a_sentence_is_found():
    assert bad_docstrings('def f(to):\n    """With a name."""') == ["With a name."]
    assert bad_docstrings('def f(to):\n    """to: a name."""') == []
