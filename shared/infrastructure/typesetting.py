"""PDFs by typst, each made in a process of its own: typst keeps what it has laid out, so a server that compiled would only grow.

`typeset` is called by the services; run as a program, this file is the child. What is printed goes through pipes, never into arguments
or files, because it is personal.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

SECONDS = 120
AT_ONCE = threading.BoundedSemaphore(
    max(1, min(4, os.cpu_count() or 1))
)  # a class in typst takes a core and some 300 MB


class TypesettingError(RuntimeError):
    """The template and the data did not become a PDF; the text is typst's, which names lines of the template."""


def typeset(
    template: Path, data: Mapping[str, Any], fonts: Path, *, timestamp: int | None = None, tagged: bool = True
) -> bytes:
    """The PDF of a template that reads `sys.inputs.data` (JSON).

    fonts: the only folder of fonts that is used. timestamp: seconds since 1970 that the file names as its date. tagged: with the structure
    that screen readers follow; sheets for paper do without. Waits while as many are at work as there are processors (4 at most). Raises
    TypesettingError, also after SECONDS.
    """
    order = orjson.dumps(
        {
            "template": str(template),
            "data": orjson.dumps(data).decode(),
            "fonts": str(fonts),
            "timestamp": timestamp,
            "tagged": tagged,
        }
    )
    with AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", __file__], input=order, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise TypesettingError(f"no PDF after {SECONDS} s") from error
    if done.returncode:
        raise TypesettingError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def _child(order: Mapping[str, Any]) -> bytes:
    import typst  # the services themselves never load it

    made = typst.compile(
        order["template"],
        sys_inputs={"data": order["data"]},
        font_paths=[order["fonts"]],
        ignore_system_fonts=True,
        timestamp=order["timestamp"],
        pdf_tags=order["tagged"],
    )
    assert isinstance(made, bytes)
    return made


if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(_child(orjson.loads(sys.stdin.buffer.read())))
    except Exception as error:  # whatever typst says, the parent reports it
        sys.exit(str(error))
