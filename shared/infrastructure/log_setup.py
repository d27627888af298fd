"""JSON logs on stdout: one object per line, nothing personal, nothing secret."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import TextIO

import orjson

from shared.infrastructure.clock import Clock, SystemClock, iso
from shared.infrastructure.correlation import request_id
from shared.infrastructure.security_log_files import DailyFiles

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Libraries whose messages hold addresses and values that must not be logged. While a broker is unavailable, those at
# the critical level report a lost connection hundreds of times (the bus reports it once per attempt), and those at the
# error level warn ten times a second, for each waiting partition and each group; their errors are few.
NOISY = {
    **dict.fromkeys(("kafka", "httpx", "urllib3", "pymongo", "werkzeug"), logging.WARNING),
    **dict.fromkeys(("kafka.net", "kafka.consumer.fetcher"), logging.CRITICAL),
    **dict.fromkeys(("kafka.producer.sender", "kafka.coordinator", "opentelemetry"), logging.ERROR),
}


class JsonFormatter(logging.Formatter):
    """time, level, logger, message, the request's id within one, and the members of `extra`.

    Of an error: type and places, never its text.
    """

    def __init__(self, service: str, clock: Clock) -> None:
        super().__init__()
        self._service, self._clock = service, clock

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": iso(self._clock.now()),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
            **({"request_id": known} if (known := request_id.get()) else {}),
            **{k: v for k, v in vars(record).items() if k not in STANDARD},
        }
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            line["places"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
        return orjson.dumps(line, default=str).decode()


def set_up(
    service: str,
    clock: Clock | None = None,
    level: int = logging.INFO,
    *,
    to: TextIO | None = None,
    security_folder: str = "",
) -> None:
    """Log to stdout, or to another stream for commands that print their result to stdout.

    security_folder: where the security log is kept as files too; "" where stdout is shipped. A command's stream is a
    terminal, where a line of JSON looks like an error: where files keep the security log, it is not written there.
    """
    formatter = JsonFormatter(service, clock or SystemClock())
    handler = logging.StreamHandler(to or sys.stdout)
    handler.setFormatter(formatter)
    if to and security_folder:
        handler.addFilter(lambda record: record.name != "security")
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, least in NOISY.items():
        logging.getLogger(name).setLevel(least)
    if security_folder:
        files = DailyFiles(Path(security_folder), clock or SystemClock())
        files.setFormatter(formatter)
        logging.getLogger("security").handlers = [files]
