"""Dates as people and programs write them. A text has one reading, several or none; several are a question.

Only days on which a pupil can have been born count as readings, so 17-05-31 has one and 17-05-01 two (2017, 2001).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone

from services.roster.roster_file.cells.text import Wrong, clean

YOUNGEST, OLDEST = 3, 30
CHINA = timezone(timedelta(hours=8))
EPOCHS = (date(1899, 12, 30), date(1904, 1, 1))  # of the two systems of spreadsheets; the first is the usual one
HAN = str.maketrans("〇零○一二三四五六七八九", "000123456789")
HAN_NUMBER = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
DAY_NAMES = re.compile(
    r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|\b(?:MON|TUE|WED|THU|FRI|SAT|SUN)[A-Z]*\b,?|\([A-Z ]+\)"
)
ENDS = re.compile(r"(?:出生|生)\Z")
CALENDAR = re.compile(r"\(?(?:公历|阳历|新历|西历)\)?[:：]?")  # the usual one; 农历 is another
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
CLOCK = re.compile(
    r"(?:(?<=\d)T|\b|(?<=日)|上午|下午|凌晨)\s*(\d{1,2})[:时](\d{2})(?:[:分](\d{2}))?(?:\.\d+)?[分秒]?\s*(?:[AP]\.?M\.?)?"
    r"\s*(Z|UTC|GMT|CST)?\s*([+-]\d{1,2}:?(?:\d{2})?)?"
)
ZONE = re.compile(r"([^:]*\d)(?:Z|[+-]\d{2}:\d{2})")  # behind a date without a time
ZONE_NAME = re.compile(r"(?<=GMT[+-]\d{4})\s*\(.*\)\Z")  # of a browser, in its language
ZERO_LOST = re.compile(r"(\d{4}|\d{2})\.1")  # 2023.10 and 2023.1 are one number to a spreadsheet
WHOLE = re.compile(r"(\d{6,14})\.0+")  # digits that were a fraction on their way
SIGNS = re.compile(r"[\s\-/.,:;_\\~、。·年月日号—–−]+")
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")


def birth_date(text: str, today: str, by_id: str = "") -> str:
    """ "2015-03-02". by_id: the birth date in the pupil's ID number, which decides between readings. Raises Wrong."""
    found, is_serial = readings(text), bool(SERIAL.fullmatch(_given(text)))
    likely = [day for day in found if YOUNGEST <= (date.fromisoformat(today) - day).days / 365.25 <= OLDEST]
    if by_id and by_id in {day.isoformat() for day in (*likely, *_of_the_other_system(text))}:
        return by_id
    if len(set(likely)) == 1:
        return likely[0].isoformat()
    if found and not likely and not is_serial:
        raise Wrong(
            "birth-date-range",
            f"按出生日期，年龄不在{YOUNGEST}至{OLDEST}岁之间",
            f"by the birth date the age is not between {YOUNGEST} and {OLDEST}",
        )
    if 1 < len(set(likely)) < 28:
        raise Wrong(
            "birth-date-ambiguous",
            "出生日期有几种读法（年、月、日的顺序不明，或年份只有两位），请写成 2015-03-02",
            "the birth date can be read as several days; write 2015-03-02",
        )
    raise Wrong(
        "birth-date-unreadable",
        "出生日期缺少“日”，请写全，如 2015-03-02" if likely else "出生日期不是有效日期，应为 20150302 或 2015-03-02",
        "the birth date is not a whole date; write 2015-03-02",
    )


def entry_month(text: str, today: str) -> str:
    """ "" or "2023-09"."""
    if not clean(text):
        return ""
    wanted = f"{int(today[:4]) + 1}-12"
    whole = re.fullmatch(r"([12][09]\d\d)(0[1-9]|1[0-2])", _given(text))  # 202309 is a month, never a day
    months = {f"{whole[1]}-{whole[2]}"} if whole else {day.isoformat()[:7] for day in readings(text)}
    likely = sorted(month for month in months if "1990-01" <= month <= wanted)
    if len(likely) > 1:
        raise Wrong(
            "entry-month-ambiguous",
            "入学年月有几种读法（如 2023.1 可能是 1 月，也可能是 10 月：表格软件会去掉末尾的 0），请写成 202309",
            "the entry month can be read in several ways (as a number, 2023.1 is January or October); write 202309",
        )
    if not likely:
        raise Wrong("entry-month-unreadable", "入学年月应为 202309", "the entry month must be like 202309")
    return likely[0]


def readings(text: str) -> Sequence[date]:
    """The days that a text may mean; all days of the month where no day is given."""
    given = _given(text)
    if serial := SERIAL.fullmatch(given):
        return [EPOCHS[0] + timedelta(days=int(serial[1]))]
    if year := ZERO_LOST.fullmatch(given):
        return [*_month(year[1], "1"), *_month(year[1], "10")]
    given = ENDS.sub("", _arabic(CALENDAR.sub(" ", DAY_NAMES.sub(" ", ZONE_NAME.sub("", given)))).strip()).strip()
    given = zoned[1] if (zoned := ZONE.fullmatch(given)) else given
    clock = CLOCK.search(given)
    written = f"{given[: clock.start()]} {given[clock.end() :]}" if clock else given
    parts = [part for part in SIGNS.sub(" ", re.sub(r"([A-Z]{3})[A-Z]*", r" \1 ", written)).split() if part]
    is_ordered = "年" in written and "月" in written
    days = list(_days(parts, is_ordered))
    return [day for each in days for day in _in_china(each, clock)] if clock else days


def in_usual_system(text: str) -> str:
    """The serial number of the same day in the usual system, any other text unchanged."""
    serial = SERIAL.fullmatch(_given(text))
    return str(int(serial[1]) + (EPOCHS[1] - EPOCHS[0]).days) if serial else text


def _of_the_other_system(text: str) -> Sequence[date]:
    serial = SERIAL.fullmatch(_given(text))
    return [EPOCHS[1] + timedelta(days=int(serial[1]))] if serial else []


def _given(text: str) -> str:
    given = unicodedata.normalize("NFKC", clean(text)).upper().strip()
    return whole[1] if (whole := WHOLE.fullmatch(given)) else given


def _arabic(text: str) -> str:
    """二〇一七年十月二十一日 -> 2017年10月21日."""
    tens = HAN_NUMBER.sub(lambda found: f"{found[1] or '一'}{found[2] or '〇'}", text)
    return tens.translate(HAN)


def _days(parts: Sequence[str], is_ordered: bool) -> Iterator[date]:
    if len(parts) == 1 and len(parts[0]) in (8, 12, 14):  # the last two with a time
        digits = parts[0]
        fields: Sequence[tuple[str, str, str]] = (
            (digits[:4], digits[4:6], digits[6:8]),
            (digits[4:8], digits[:2], digits[2:4]),
            (digits[4:8], digits[2:4], digits[:2]),
        )
        yield from _valid(fields)
    elif len(parts) == 1 and len(parts[0]) == 6:
        a, b, c = (parts[0][at : at + 2] for at in (0, 2, 4))
        yield from _valid([(a, b, c), (c, a, b), (c, b, a)])
        yield from _month(parts[0][:4], parts[0][4:])
    elif len(parts) == 3 and (month := next((part for part in parts if not part.isdecimal()), "")):
        place = parts.index(month)
        one, other = (*parts[:place], *parts[place + 1 :])
        yield from _valid([(one, month, other), (other, month, one)])
    elif len(parts) == 3:
        first, second, third = parts
        if len(first) == 4 or is_ordered:
            yield from _valid([(first, second, third)])
        elif len(third) == 4:
            yield from _valid([(third, first, second), (third, second, first)])
        else:
            yield from _valid([(first, second, third), (third, first, second), (third, second, first)])
    elif len(parts) == 2:
        is_year_first = parts[0].isdecimal() and (len(parts[0]) == 4 or is_ordered or len(parts[1]) < 3)
        year, month = parts if is_year_first else reversed(parts)
        yield from _month(year, month)


def _valid(fields: Sequence[tuple[str, str, str]]) -> Iterator[date]:
    """Each day once. fields: year, month, day."""
    seen = set()
    for year, month, day in fields:
        with suppress(ValueError):
            found = date(_year(year), _month_number(month), int(day))
            if found not in seen:
                seen.add(found)
                yield found


def _month(year: str, month: str) -> Iterator[date]:
    yield from _valid([(year, month, str(day)) for day in range(1, 32)])


def _year(text: str) -> int:
    """Two digits are a year from 1990."""
    if len(text) not in (2, 4):
        raise ValueError("no year")
    return int(text) + (0 if len(text) == 4 else 2000 if int(text) < 90 else 1900)


def _month_number(text: str) -> int:
    return MONTHS.index(text[:3]) + 1 if text[:3] in MONTHS else int(text)


def _in_china(day: date, clock: re.Match[str]) -> Iterator[date]:
    """A birth date is a midnight: the writer's own, or that of China, whichever the time of day shows."""
    offset = _offset(clock)
    if offset is None:
        yield day
        return
    moment = datetime.combine(day, time(int(clock[1]) % 24, int(clock[2]) % 60, int(clock[3] or 0) % 60), offset)
    here = moment.astimezone(CHINA)
    midnights = [each.date() for each in (moment, here) if each.time() == time()]
    yield from midnights[:1] or {moment.date(), here.date()}


def _offset(clock: re.Match[str]) -> timezone | None:
    """The zone that a time names; CST is China's."""
    if clock[5]:
        sign, digits = clock[5][0], clock[5][1:].replace(":", "")
        hours, minutes = int(digits[:2]), int(digits[2:] or 0)
        return timezone((-1 if sign == "-" else 1) * timedelta(hours=min(hours, 23), minutes=min(minutes, 59)))
    return UTC if clock[4] in ("Z", "UTC", "GMT") else None
