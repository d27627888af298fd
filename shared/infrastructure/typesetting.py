"""PDFs by typst, each in a process of its own: typst keeps its layouts, so the memory of a server would only grow.

Services call `typeset`; run as a program, this file is the child process. Data goes through pipes, never into arguments
or files, because it is personal.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

SECONDS = 120
# The forms of a class take a core and some 300 MB.
PROCESSES = max(1, min(4, os.cpu_count() or 1))
AT_ONCE = threading.BoundedSemaphore(PROCESSES)


class TypesettingError(RuntimeError):
    """The PDF could not be made. The message is typst's, which names lines of the template."""


def typeset(
    template: Path, data: Mapping[str, Any], fonts: Sequence[Path], *, timestamp: int | None = None, tagged: bool = True
) -> bytes:
    """The PDF of a template that reads `sys.inputs.data` (JSON).

    fonts: the only folders of fonts that are used. timestamp: the date in the file, seconds since 1970. tagged: with
    the structure for screen readers, which sheets for paper do not need. Waits while as many processes run as there
    are processors, at most 4. Raises TypesettingError, also after SECONDS.
    """
    request = orjson.dumps(
        {
            "template": str(template),
            "data": orjson.dumps(data).decode(),
            "fonts": [str(folder) for folder in fonts],
            "timestamp": timestamp,
            "tagged": tagged,
        }
    )
    with AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", __file__], input=request, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise TypesettingError(f"no PDF after {SECONDS} s") from error
    if done.returncode:
        raise TypesettingError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def _child(request: Mapping[str, Any]) -> bytes:
    import typst  # never loaded by the services themselves

    made = typst.compile(
        request["template"],
        sys_inputs={"data": request["data"]},
        font_paths=request["fonts"],
        ignore_system_fonts=True,
        timestamp=request["timestamp"],
        pdf_tags=request["tagged"],
    )
    assert isinstance(made, bytes)
    return made


if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(_child(orjson.loads(sys.stdin.buffer.read())))
    except Exception as error:  # the parent reports it
        sys.exit(str(error))
