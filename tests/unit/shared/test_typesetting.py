"""PDFs are made by a process of their own, whose errors are reported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from shared.infrastructure import typesetting
from shared.infrastructure.typesetting import TypesettingError, typeset

FONTS = [Path(__file__).parent]  # no fonts: typst falls back on the ones it carries


def template(folder: Path, text: str) -> Path:
    path = folder / "page.typ"
    path.write_text(text)
    return path


def test_template_and_data_give_a_pdf_and_the_same_one_twice(tmp_path):
    page = template(tmp_path, "#let data = json(bytes(sys.inputs.data))\n#set document(date: none)\n#data.name")
    first, second = (typeset(page, {"name": "Rollcall"}, FONTS) for _ in range(2))
    assert first.startswith(b"%PDF-")
    assert first == second


def test_other_data_gives_another_pdf(tmp_path):
    page = template(tmp_path, "#let data = json(bytes(sys.inputs.data))\n#set document(date: none)\n#data.name")
    assert typeset(page, {"name": "a"}, FONTS) != typeset(page, {"name": "b"}, FONTS)


def test_an_error_of_the_template_is_reported_in_the_words_of_typst(tmp_path):
    with pytest.raises(TypesettingError, match="unknown variable"):
        typeset(template(tmp_path, "#nothing"), {}, FONTS)


def test_an_endless_page_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS", 0.01)
    with pytest.raises(TypesettingError, match=r"no PDF after 0\.01 s"):
        typeset(template(tmp_path, "x"), {}, FONTS)


def test_the_calling_process_never_loads_typst(tmp_path):
    typeset(template(tmp_path, "x"), {}, FONTS)
    assert "typst" not in sys.modules
