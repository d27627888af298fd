"""`make engines` and the second Procfile: a missing tool is reported, and never a failure."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.local import engines, procfile


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A machine with both tools and nothing built; `build` replaces the tools."""
    shop = SimpleNamespace(bin=tmp_path / "bin", built=[], tools={"go", "cargo"}, status=0)

    def build(command, **options):
        program = "minio" if command[0] == "go" else "secantusd-rs"
        shop.built.append(program)
        if not shop.status:
            (shop.bin / program).touch()
        return subprocess.CompletedProcess(command, shop.status, "", "the compiler complains")

    monkeypatch.setattr(engines, "BIN", shop.bin)
    monkeypatch.setattr(engines, "REPO", tmp_path)
    monkeypatch.setattr(engines.shutil, "which", lambda tool: tool if tool in shop.tools else None)
    monkeypatch.setattr(engines.subprocess, "run", build)
    return shop


def test_both_engines_are_built_once(workshop, capsys):
    assert engines.main() == engines.main() == 0
    assert workshop.built == ["minio", "secantusd-rs"]
    assert engines.built() == ("objects", "store") and engines.missing() == []
    assert capsys.readouterr().out.count("Building") == 2


def test_a_missing_tool_is_reported_and_the_rest_is_built(workshop, capsys):
    workshop.tools.remove("go")
    assert engines.main() == 0
    assert workshop.built == ["secantusd-rs"] and engines.built() == ("store",)
    assert "MinIO (a second S3) cannot be built: it needs go (" in capsys.readouterr().out
    assert len(engines.missing()) == 1


def test_a_build_that_fails_says_why_and_is_tried_again_next_time(workshop, capsys):
    workshop.status = 1
    assert engines.main() == 0
    assert engines.built() == () and capsys.readouterr().out.count("could not be built: the compiler complains") == 2
    workshop.status = 0
    engines.main()
    assert engines.built() == ("objects", "store")


def test_a_second_implementation_replaces_the_first_and_nothing_else():
    first, mixed = procfile.commands(), procfile.commands(["store"])
    assert {name for name in first if first[name] != mixed[name]} == {"store"}
    assert list(first) == list(mixed)


@pytest.mark.parametrize("engine", ["store", "objects"])
def test_both_implementations_are_configured_with_the_same_port_and_folder(engine):
    settings = [set(re.findall(r"\$(\w+)", procfile.commands(second)[engine])) for second in ((), (engine,))]
    assert settings[0] == settings[1] == {"DATA", f"{engine.upper()}_PORT"}


def test_the_second_procfile_starts_what_make_engines_builds():
    lines = procfile.commands([engine.name for engine in engines.SECOND])
    for engine in engines.SECOND:
        assert f".cache/engines/bin/{engine.program} " in lines[engine.name]
