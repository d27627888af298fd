from __future__ import annotations

import io
import logging
import sys

import orjson
import pytest

from shared.infrastructure.clock import FixedClock, iso
from shared.infrastructure.log_setup import NOISY, JsonFormatter, set_up


def line_of(record, clock=None):
    return orjson.loads(JsonFormatter("identity", clock or FixedClock()).format(record))


def record_of(message, *args, exc_info=None, **extra):
    return logging.getLogger("web").makeRecord("web", logging.INFO, "file.py", 7, message, args, exc_info, extra=extra)


def test_a_line_is_one_json_object_with_time_level_service_and_extras():
    clock = FixedClock()
    line = line_of(record_of("said %s", "so", account="0190", count=3), clock)
    assert line == {
        "time": iso(clock.now()),
        "level": "info",
        "service": "identity",
        "logger": "web",
        "message": "said so",
        "account": "0190",
        "count": 3,
    }


def test_an_error_shows_its_type_and_places_and_never_its_text():
    try:
        raise ValueError("phone 13812345678 of 张三 is wrong")
    except ValueError:
        line = JsonFormatter("identity", FixedClock()).format(record_of("unexpected error", exc_info=sys.exc_info()))
    assert orjson.loads(line)["error"] == "ValueError"
    assert "test_log_setup.py" in orjson.loads(line)["places"][0]
    assert "13812345678" not in line and "张三" not in line


def test_a_message_with_line_breaks_stays_one_line():
    assert "\n" not in JsonFormatter("identity", FixedClock()).format(record_of("one\ntwo", what="three\nfour"))


def test_values_unknown_to_json_are_written_as_text():
    assert line_of(record_of("x", what={1}))["what"] == "{1}"


@pytest.fixture
def restored_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    noisy = {name: logging.getLogger(name).level for name in NOISY}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in noisy.items():
        logging.getLogger(name).setLevel(before)


def test_libraries_that_write_addresses_are_quiet(restored_logging, capsys):
    set_up("identity", FixedClock())
    logging.getLogger("httpx").info("GET http://roster/internal?x=13812345678")
    logging.getLogger("web").info("ready")
    written = capsys.readouterr().out
    assert "13812345678" not in written and orjson.loads(written)["message"] == "ready"


def test_a_lost_connection_is_reported_by_the_bus_and_not_by_its_library_too(restored_logging, capsys):
    set_up("stats", FixedClock())
    logging.getLogger("kafka.net.connection").error("Connection lost")
    logging.getLogger("subscription").warning("bus unavailable")
    written = capsys.readouterr().out
    assert "Connection lost" not in written and "bus unavailable" in written


@pytest.mark.parametrize("name", ["kafka.producer.sender", "kafka.coordinator"])
def test_waiting_for_a_broker_is_reported_by_the_bus_and_not_at_every_attempt_of_its_library(
    restored_logging, capsys, name
):
    set_up("upload", FixedClock())
    logging.getLogger(name).warning("Got error produce response, retrying")
    logging.getLogger(name).error("Uncaught error")
    logging.getLogger("bus").warning("record not acknowledged")
    written = capsys.readouterr().out
    assert "retrying" not in written and "Uncaught error" in written and "record not acknowledged" in written


def test_logs_of_a_command_leave_stdout_to_its_result(restored_logging, capsys):
    set_up("stats", FixedClock(), to=sys.stderr)
    logging.getLogger("batches").warning("event stays parked")
    assert capsys.readouterr().out == ""
    set_up("stats", FixedClock())
    logging.getLogger("batches").warning("event stays parked")
    assert "event stays parked" in capsys.readouterr().out


@pytest.mark.parametrize("kept_as_files", [True, False])
def test_a_commands_terminal_shows_the_security_log_only_where_no_file_keeps_it(tmp_path, kept_as_files):
    terminal, security = io.StringIO(), logging.getLogger("security")
    before = security.handlers
    set_up("operator", FixedClock(), to=terminal, security_folder=str(tmp_path) if kept_as_files else "")
    try:
        security.info("a key was replaced")
        logging.getLogger("web").info("anything else")
    finally:
        security.handlers = before
    assert ("a key was replaced" in terminal.getvalue()) is not kept_as_files
    assert "anything else" in terminal.getvalue()
    assert [path.read_text().count("a key was replaced") for path in tmp_path.iterdir()] == [1] * kept_as_files
