"""The fields of the change column, in the groups of the form; the same as roster's (tests compare them)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

CLASS = "class"
KEYS: Sequence[str] = ("name", "sex", "birth_date", "pupil_number", "id_type", "id_number")
CONTACT: Sequence[str] = ("address", "post_address", "home_address", "phone", "postcode", "email")
OTHERS: Sequence[str] = (
    "former_name", "name_pinyin", "birth_place", "native_place", "ethnic_group", "country", "overseas",
    "political_status", "health", "household_place", "household_kind", "entry_month", "entry_way", "boarding", "source",
    "only_child", "preschool", "left_behind", "migrant", "orphan", "martyr", "special_class", "disability", "aid",
    "distance", "transport", "school_bus",
)  # fmt: skip
OF_GUARDIAN: Sequence[str] = (
    "name", "relation", "ethnic_group", "work", "address", "phone", "is_guardian", "id_type", "id_number",
)  # fmt: skip
GUARDIANS: Sequence[str] = ("guardian1", "guardian2")
GROUPS: Mapping[str, Sequence[str]] = {
    "keys": KEYS,
    "contact": CONTACT,
    "others": OTHERS,
    **{guardian: [f"{guardian}_{name}" for name in OF_GUARDIAN] for guardian in GUARDIANS},
}
NAMES: Sequence[str] = [name for names in GROUPS.values() for name in names]
YES_OR_NO = ("1", "0")
OPTIONS: Mapping[str, Sequence[str]] = {  # the registry's codes, of the fields that have a few
    "sex": ("1", "2"),
    "id_type": ("1", "6", "7", "8", "9", "A", "B", "C", "Z"),
    **dict.fromkeys(
        (
            "only_child", "preschool", "migrant", "orphan", "martyr", "aid", "school_bus",
            "guardian1_is_guardian", "guardian2_is_guardian",
        ),
        YES_OR_NO,
    ),
}  # fmt: skip
