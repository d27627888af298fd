"""Accounts from a spreadsheet by an operator: thousands at once, in the name of a unit that may issue them.

    python -m services.identity.operator.open_accounts FILE.csv --role ROLE --path PATH [--check] [--errors FILE.csv]

FILE: CSV in UTF-8 or GB 18030, as a spreadsheet saves it; headings: role, path, login, name (角色, 路径, 账号名, 姓名).
ROLE, PATH: of the unit that issues, such as county /000000/110000/110101/. --check: opens nothing. --errors: the lines
that open nothing, with the reason. What was cut off goes on when it is entered again: nobody gets a second account.
The codes are printed afterwards, as activation sheets of each unit.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from services.identity.api.requests import IssueAccount
from services.identity.app import dependencies_of
from services.identity.dependencies import Dependencies
from services.identity.settings import Settings
from services.identity.use_cases.staff import account_file
from services.identity.use_cases.staff.account_file import AccountLine, judge, open_batch
from shared.infrastructure.chunks import chunks
from shared.infrastructure.config import fail, load
from shared.infrastructure.errors import Refused
from shared.infrastructure.sheets import csv_table
from shared.language.scope import Scope
from shared.service.auth import Caller
from shared.service.bootstrap import bootstrap

HEADINGS = {"角色": "role", "路径": "path", "账号名": "login", "姓名": "display_name", "name": "display_name"}
FIELDS = ("role", "path", "login", "display_name")
SAY_EVERY = 1000  # lines
Wrong = tuple[int, str, str]  # number of the line, field, reason


def run(deps: Dependencies, caller: Caller, file: Path, *, check: bool, errors: Path | None) -> int:
    """Open the accounts of the file, or check its lines; the number of lines that open nothing. Raises ValueError."""
    wrong: list[Wrong] = []
    work = judge if check else open_batch
    if not check:
        deps.trail.record("account-issued", caller, target=caller.scope.paths[0], issued="file")
    lines = opened = had_one = told = 0
    for some in chunks(_lines(file, wrong), account_file.PER_TRANSACTION):
        done = work(deps, caller, [line for line in some if isinstance(line, AccountLine)])
        wrong += [(each.number, each.where, each.detail) for each in done.wrong]
        lines, opened, had_one = lines + len(some), opened + len(done.missing), had_one + done.had_one
        if not check and lines - told >= SAY_EVERY:
            told = lines
            _say(f"{lines} lines: {opened} opened, {had_one} had one")
    for number, where, reason in wrong[:20]:
        _say(f"line {number}: {where}: {reason}")
    if errors and wrong:
        _write(errors, wrong)
    _say(
        f"{len(wrong)} lines open nothing"
        if wrong
        else "every line is right"
        if check
        else "every line has its account"
    )
    return len(wrong)


def _lines(file: Path, wrong: list[Wrong]) -> Iterator[AccountLine]:
    """The good lines one by one, so that the file is never held as a whole; others are added to `wrong`."""
    schema = IssueAccount()
    with file.open(encoding=_encoding(file), newline="") as text:
        reader = csv.reader(text)
        names = [HEADINGS.get(heading.strip(), heading.strip()) for heading in next(reader, [])]
        if missing := [name for name in FIELDS if name not in names]:
            raise ValueError(f"The first line lacks the headings {', '.join(missing)}.")
        for cells in reader:
            if not any(cells):
                continue
            given = {name: text.strip() for name, text in zip(names, cells, strict=False) if name in FIELDS}
            if found := schema.validate(given):
                wrong += [
                    (reader.line_num, str(name), " ".join(map(str, told))) for name, told in sorted(found.items())
                ][:1]
                continue
            yield AccountLine(reader.line_num, **given)


def _encoding(file: Path) -> str:
    """UTF-8 as far as its beginning says, else GB 18030, in which Chinese spreadsheets save CSV."""
    with file.open("rb") as raw:
        beginning = raw.read(1 << 16)
    try:
        beginning[: beginning.rfind(b"\n") + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _write(file: Path, wrong: list[Wrong]) -> None:
    with file.open("x", encoding="utf-8", newline="") as out:
        out.write(csv_table([("line", "field", "reason"), *wrong]))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Exit status 0, or 1 where lines open nothing."""
    parser = argparse.ArgumentParser(prog="open_accounts", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument("--role", required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--errors", type=Path, metavar="FILE.csv")
    asked = parser.parse_args(arguments)
    deps = dependencies_of(bootstrap("identity", load(Settings), logs=sys.stderr))
    caller = Caller("operator", asked.role, Scope.of([asked.path]))
    if not caller.scope.paths:
        fail(f"{asked.path} is no path of a unit, such as /000000/110000/110101/.")
    try:
        return int(bool(run(deps, caller, asked.file, check=asked.check, errors=asked.errors)))
    except Refused as error:
        fail(error.detail)
    except (ValueError, OSError) as error:
        fail(f"{asked.file}: {error}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
