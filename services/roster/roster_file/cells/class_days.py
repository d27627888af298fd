"""Names of classes that a spreadsheet took for days: it makes 1 March of 3-1, of the year in which it is typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from services.roster.roster_file.cells.class_grammar import Reading
from services.roster.roster_file.cells.dates import EPOCHS, MONTHS
from services.roster.roster_file.cells.text import clean

DAY = re.compile(r"(20\d\d)[-/年](\d\d?)[-/月](\d\d?)日?(?:[ T]0?0:00(?::00)?(?:\.0+)?)?")
DAY_OF_A_YEAR = re.compile(r"(\d\d?)月(\d\d?)[日号]")
ENGLISH = re.compile(rf"(\d\d?)-({'|'.join(MONTHS)})", re.IGNORECASE)
# Days and months whose class is open: Mar-01 may be of 2001, 01-Mar-26 of 2001 or 2026.
OPEN = re.compile(
    rf"(?:(?:\d\d?[-/ ])?(?:{'|'.join(MONTHS)})[a-z]*[-/ ](?:20)?\d\d?|(?:20\d\d年)?\d\d?月)", re.IGNORECASE
)
SERIAL = re.compile(r"(\d{5})(?:\.0+)?")
YEARS = 1  # before the year of today in which a list may have been typed


def day_readings(text: str, today: str) -> set[Reading]:
    """Grade 3, class 1 behind the day that was made of 3-1; 2024级1班 behind the first of January made of 2024-1."""
    found = set()
    for year, month, number in _days(unicodedata.normalize("NFKC", clean(text))):
        if not year or 0 <= int(today[:4]) - year <= YEARS:
            found.add(Reading(grade=month, number=number))
        if year and number == 1:
            found.add(Reading(cohort=year, number=month))
    return found


def is_day(text: str) -> bool:
    given = unicodedata.normalize("NFKC", clean(text))
    return bool(OPEN.fullmatch(given)) or any(True for _ in _days(given))


def _days(text: str) -> Iterator[tuple[int, int, int]]:
    """Year (0 where none is shown), month and day of a text as spreadsheets show days."""
    if day := DAY.fullmatch(text):
        year, month, number = (int(part) for part in day.groups())
    elif day := DAY_OF_A_YEAR.fullmatch(text):
        year, month, number = 0, int(day[1]), int(day[2])
    elif day := ENGLISH.fullmatch(text):
        year, month, number = 0, MONTHS.index(day[2].upper()) + 1, int(day[1])
    elif serial := SERIAL.fullmatch(text):
        of = date.fromordinal(EPOCHS[0].toordinal() + int(serial[1]))
        year, month, number = of.year, of.month, of.day
    else:
        return
    if 1 <= month <= 12 and 1 <= number <= 31 and (year == 0 or 2000 <= year < 2100):
        yield year, month, number
