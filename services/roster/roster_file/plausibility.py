"""Plausibility of a good row: contradictions that a person should look at, though the pupil is accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from services.roster.roster_file.cells.names import has_private
from services.roster.roster_file.code_lists import RESIDENT

PHONES = ("phone", "guardian1_phone", "guardian2_phone")
PHONE_SIGNS = set("0123456789+-()/ ,;、，；（）转")
SENTENCES: Mapping[tuple[str, str], tuple[str, str]] = {  # (field, code): (Chinese, English)
    ("name", "name-private-character"): (
        "姓名含有专用字库的字符，其他电脑可能无法显示",
        "a character of the name exists only in a private font",
    ),
    ("id_number", "region-unknown"): (
        "身份证号的地区码不在现行代码表中",
        "the region code of the ID number is not in use today",
    ),
    ("birth_date", "birth-date-differs"): ("出生日期与身份证号不一致", "the birth date differs from the ID number's"),
    ("sex", "sex-differs"): ("性别与身份证号不一致", "the sex differs from the ID number's"),
    ("pupil_number", "region-unknown"): (
        "学籍号的地区码不在现行代码表中",
        "the region code of the pupil number is not in use today",
    ),
    **{
        (phone, "phone-unusual"): (
            "电话号码含有数字以外的字符",
            "the phone number contains characters other than digits",
        )
        for phone in PHONES
    },
}


def contradictions(fields: Mapping[str, str], regions: Collection[str]) -> Iterator[tuple[str, str]]:
    """(field, code), keys of SENTENCES. regions: six-digit codes in use."""
    if has_private(fields["name"]):
        yield "name", "name-private-character"
    if fields.get("id_type") == RESIDENT and (resident := fields.get("id_number")):
        if resident[:6] not in regions:
            yield "id_number", "region-unknown"
        if resident[6:14] != fields["birth_date"].replace("-", ""):
            yield "birth_date", "birth-date-differs"
        if ("2", "1")[int(resident[16]) % 2] != fields["sex"]:
            yield "sex", "sex-differs"
    number = fields.get("pupil_number", "")
    if number[:1] == "G" and number[1:7] not in regions:
        yield "pupil_number", "region-unknown"
    for phone in PHONES:
        if not set(fields.get(phone, "")) <= PHONE_SIGNS:
            yield phone, "phone-unusual"
