"""The data of the faked services: one county, one school, one class, accounts of every role."""

from __future__ import annotations

from typing import Any

from shared.infrastructure.clock import FixedClock, day_of
from shared.language import codes
from shared.language.class_names import class_name, grade_name, grade_of
from shared.language.consent import CONSENT_VERSION
from shared.language.path import codes as codes_of

TODAY = day_of(FixedClock().ms)
PASSWORD = "correct horse battery"
SCHOOL, CLASS = "2111000001", "2111000001p202301"
PUPIL = "3f7.018f2ab47c9d01e5f6a0"
BIRTH_DATE = "2016-05-01"
SINCE = {
    "state": "in-school",
    "business": False,
    "school_name": "北京市东城区史家胡同小学(高年级部)",
    "class_name": class_name(CLASS, TODAY),
}
CHILD = {
    "masked_name": "欧***",
    "school_name": "北京市东城区史家胡同小学(高年级部)",
    "class_name": class_name(CLASS, TODAY),
    "state": "in-school",
    "business": False,
}
ENROLMENT_HISTORY = [
    {**SINCE, "day": "2026-09-08", "kind": "class-moved"},
    {**SINCE, "day": "2026-09-02", "kind": "state-changed"},
    {**SINCE, "day": "2026-08-28", "kind": "opened"},
]


def _code(start: int, kind: str) -> str:
    numbers = iter(range(start, start + 99))
    return codes.make(lambda n: next(numbers) % n, kind=kind)


UPLOAD_CODE, REGISTRATION_CODE = _code(3, codes.UPLOAD), _code(11, codes.REGISTRATION)
ACTIVATION_CODE = codes.grouped(_code(23, codes.ACTIVATION))
ANSWER_CODE = codes.grouped(_code(29, codes.ANSWER))
RESET_CODE, ENDS_AT = codes.grouped(_code(19, codes.RESET)), "2026-09-27T11:05:00.000Z"
SERIAL = "ABCD2345"
DOWNLOAD = {"download_code": codes.grouped(_code(31, codes.DOWNLOAD)), "ends_at": ENDS_AT}
PRINTER = {
    "account": "0190d6a0-0000-7000-8000-000000000041",
    "display_name": "王老师",
    "role": "school",
    "state": "used",
    "ends_at": ENDS_AT,
    "used_at": "2026-09-20T11:05:00.000Z",
}
PRINTS = [
    {
        "print": "p-2",
        "run": "p-1",
        "campaign": "2026a",
        "at": "2026-09-20T11:06:00.000Z",
        "by": PRINTER["account"],
        "code_by": "",
        "origin": "",
        "source": "10.20.0.7",
        "classes": [{"id": "2111000001p202302", "name": "四年级2班"}],
        "forms": 41,
        "void": 0,
    },
    {
        "print": "p-1",
        "run": "p-1",
        "campaign": "2026a",
        "at": "2026-09-20T11:05:00.000Z",
        "by": PRINTER["account"],
        "code_by": "0190d6a0-0000-7000-8000-000000000042",
        "origin": "leader",
        "source": "10.20.0.7",
        "classes": [{"id": "2111000001p202301", "name": "四年级1班"}],
        "forms": 45,
        "void": 3,
    },
]
WAITING = {
    "id": "0190d6a0-0000-7000-8000-000000000031",
    "role": "school",
    "paths": [f"/000000/110000/110101/{SCHOOL}/"],
    "login": "school.second",
    "display_name": "周老师",
    "state": "waiting",
    "reset_at": None,
    "reset_used_at": None,
}
HISTORY = [
    {"at": "2026-09-20T11:05:00.000Z", "event": "reset-code-used", "by_role": "", "by_name": "", "path": ""},
    {
        "at": "2026-09-20T10:05:00.000Z",
        "event": "password-reset",
        "by_role": "county",
        "by_name": "东城区管理员",
        "path": "",
    },
    {
        "at": "2026-09-01T10:05:00.000Z",
        "event": "path-granted",
        "by_role": "school",
        "by_name": "王老师",
        "path": f"/000000/110000/110101/{SCHOOL}/{CLASS}/",
    },
]

NAMES = (
    "欧阳小红",
    "张伟",
    "阿依古丽·买买提江·吐尔逊",
    "李𬭎",
    "王芳",
    "古丽",
    "陈思远",
    "诸葛明月",
    "赵敏",
    "Maria Fernanda Gonçalves",
    "孙悦",
    "周子涵",
)
PUPILS = [
    {
        "pupil": f"3f7.018f2ab47c9d01e5f6a{n:x}",
        "name": name,
        "number_masked": "G1***************" + str(n % 10),
        "state": "in-school",
        "expected": n != 11,
        "serial": SERIAL,
    }
    for n, name in enumerate(NAMES)
]


def forms() -> dict[str, dict[str, Any]]:
    """pupil -> the form in 2026a, as upload returns it; pupils without one are missing."""
    at = "2026-09-20T11:05:00.000Z"
    ids = [p["pupil"] for p in PUPILS]
    return {
        ids[0]: {"state": "waiting", "by": "guardian", "reason": "unreadable-qr", "photo": "ph-0", "received_at": at},
        ids[1]: {"state": "waiting", "by": "code", "reason": "void-sheet", "photo": "ph-1", "received_at": at},
        ids[2]: {"state": "archived", "by": "guardian", "reason": None, "photo": "ph-2", "received_at": at},
        ids[3]: {"state": "archived", "by": "teacher", "reason": None, "photo": "ph-3", "received_at": at},
        ids[4]: {"state": "accepted", "by": "code", "reason": None, "photo": "ph-4", "received_at": at},
        ids[5]: {"state": "returned", "by": "guardian", "reason": "unsigned", "photo": "ph-5", "received_at": at},
        ids[6]: {"state": "paper", "reason": "refused"},
    }


def own_child(pupil: str, state: str, reason: str = "") -> dict[str, Any]:
    return {
        "pupil": pupil,
        "state": state,
        "teacher_decides": state == "waiting",
        "consent": CONSENT_VERSION,
        "consented_at": FixedClock().ms,
        "reason": reason,
        "ended_at": FixedClock().ms if reason else 0,
        "corrected_at": 0,
    }


def registry(full: bool) -> dict[str, Any]:
    number = "11010120160501002X" if full else "1****************X"
    fields = (("姓名", "欧阳小红"), ("身份证件号", number), ("现住址", "北京市东城区建设大街1号"), ("电子信箱", ""))
    return {
        "full": full,
        "school_name": CHILD["school_name"],
        "class_name": CHILD["class_name"],
        "fields": [{"name": title, "title": title, "value": value} for title, value in fields],
        "guardians": [{"name": "欧阳建国", "relation": "父亲", "phone_masked": "138****0000"}],
    }


BINDINGS = [
    {
        "pupil": PUPILS[0]["pupil"],
        "account": "0190d6a0-0000-7000-8000-000000000009",
        "login": "13800000000",
        "display_name": "欧阳建国",
        "relation": "father",
        "known": False,
        "state": "waiting",
        "teacher_decides": False,
    },
    {
        "pupil": PUPILS[2]["pupil"],
        "account": "0190d6a0-0000-7000-8000-000000000008",
        "login": "gulnar",
        "display_name": "古丽娜尔",
        "relation": "mother",
        "known": True,
        "state": "bound",
        "teacher_decides": False,
    },
]


MISUSE_COUNTS = [{"school": f"/000000/110000/110101/{SCHOOL}/", "open": 2, "closed": 5}]


def misuse_line(pupil: str, state: str) -> dict[str, Any]:
    return {"pupil": pupil, "number": 1, "state": state, "at": FixedClock().ms}


def misuse_case(pupil: str, state: str) -> dict[str, Any]:
    opened, at = state != "reported", FixedClock().ms
    return {
        "pupil": pupil,
        "number": 1,
        "state": state,
        "outcome": "settled" if state == "closed" else "",
        "photos": int(opened),
        "reported_at": at,
        "opened_at": at if opened else 0,
        "closed_at": at if state == "closed" else 0,
        "accused": [{"account": "0190d6a0-0000-7000-8000-000000000009", "display_name": "欧阳建国"}] if opened else [],
        "registered": False,
    }


LISTED = [{"name": "古丽娜尔", "relation": "母亲"}, {"name": "欧阳建军", "relation": "父亲"}]  # by the roster


def _unit(code: str, name: str, level: str, parent: str, path: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "level": level,
        "parent": parent,
        "path": path,
        "kind": code[:2] if level == "school" else "",
        "open": True,
    }


UNITS = {
    u["code"]: u
    for u in (
        _unit("000000", "全国", "nation", "", "/000000/"),
        _unit("110000", "北京市", "province", "000000", "/000000/110000/"),
        _unit("130000", "河北省", "province", "000000", "/000000/130000/"),
        _unit("650000", "新疆维吾尔自治区", "province", "000000", "/000000/650000/"),
        _unit("110101", "东城区", "county", "110000", "/000000/110000/110101/"),
        _unit("110102", "西城区", "county", "110000", "/000000/110000/110102/"),
        _unit(SCHOOL, "北京市东城区史家胡同小学(高年级部)", "school", "110101", f"/000000/110000/110101/{SCHOOL}/"),
        _unit("2111000002", "北京市东城区府学胡同小学", "school", "110101", "/000000/110000/110101/2111000002/"),
    )
}
CLASSES = [
    {
        "id": f"{SCHOOL}p{year}{number:02d}",
        "name": class_name(f"{SCHOOL}p{year}{number:02d}", TODAY),
        "grade": grade_name("p", grade_of(year, TODAY)),
        "stage": "p",
        "entry_year": year,
        "number": number,
        "open": True,
    }
    for year in (2023, 2022)
    for number in (1, 2)
]
PATHS = {
    "ministry": ["/000000/"],
    "province": ["/000000/110000/"],
    "county": ["/000000/110000/110101/"],
    "school": [UNITS[SCHOOL]["path"]],
    "leader": [UNITS[SCHOOL]["path"]],
    "teacher": [f"{UNITS[SCHOOL]['path']}{CLASS}/"],
    "guardian": [],
    "auditor": ["/000000/110000/"],
    "support": ["/000000/110000/"],
}
PEOPLE = {
    "ministry": "部级管理员",
    "province": "王省级",
    "county": "李区县",
    "school": "赵学籍",
    "leader": "吴校长",
    "teacher": "钱班主任",
    "guardian": "欧阳锋",
    "auditor": "郑审计",
    "support": "冯支持",
}


def account(
    role: str,
    login: str,
    display_name: str,
    paths: list[str] | None = None,
    pupils: list[str] | None = None,
    password: str = PASSWORD,
) -> dict[str, Any]:
    return {
        "id": f"0190d6a0-0000-7000-8000-{login.encode().hex()[:12]:0>12}",
        "role": role,
        "login": login,
        "display_name": display_name,
        "paths": paths or [],
        "pupils": pupils or [],
        "password": password,
        "must_change_password": False,
        "held_children": 0,
        "has_second_factor": False,
        "must_set_up_second_factor": False,
        "grants": [],
    }


def accounts() -> dict[str, dict[str, Any]]:
    """An account for each role, its login is the role; "newcomer" must change the password."""
    made = {role: account(role, role, PEOPLE[role], list(paths)) for role, paths in PATHS.items()}
    made["guardian"]["pupils"] = [PUPILS[0]["pupil"], PUPILS[2]["pupil"]]
    made["newcomer"] = account("teacher", "newcomer", "孙新来", list(PATHS["teacher"])) | {"must_change_password": True}
    made["two-classes"] = account(
        "teacher", "two-classes", "周两班", [*PATHS["teacher"], f"{UNITS[SCHOOL]['path']}{CLASSES[1]['id']}/"]
    )
    return made


def public(account: dict[str, Any]) -> dict[str, Any]:
    shown = ("id", "role", "paths", "pupils", "display_name", "must_change_password", "held_children", "grants")
    more = {name: account.get(name, False) for name in ("has_second_factor", "must_set_up_second_factor")}
    return {key: account[key] for key in shown} | more


REGIONS = {
    "000000": (("110000", "北京市", "province"), ("320000", "江苏省", "province")),
    "320000": (("320100", "南京市", "city"), ("320500", "苏州市", "city")),
}


def application(id: str, now: int, **given: Any) -> dict[str, Any]:
    """An application that waits at the province. given: as it was sent."""
    parent = "/000000/110000/"
    steps = [{"event": "started", "at": now, "path": parent, "by_name": "", "reason": ""}]
    empty = {"code": "", "note": "", "contact_name": "", "contact": "", "answer": ""}
    line = {"id": id, "state": "waiting", "at": now, "since": now, "is_mine": True, "holder": parent}
    return {**empty, **given, **line, "parent": parent, "steps": steps}


PROVINCES = (("110000", "北京市", 17), ("130000", "河北省", 179), *((f"{n}0000", f"第{n}省", 3) for n in range(50, 54)))


def province(code: str, name: str, units: int, has_accounts: bool) -> dict[str, Any]:
    """A line of the kick-off's progress."""
    accounts = units if has_accounts else 0
    path = f"/000000/{code}/"
    return {"code": code, "name": name, "path": path, "units": units, "accounts": accounts, "activated": accounts // 10}


ACCOUNT_FILE = "7b1c9d60-0c9e-5a55-8a1c-3d2f1e0a9b8c"
WRONG_LINES = [
    {"number": 7, "where": "login", "code": "login-taken", "detail": "Somebody else has this login."},
    {"number": 12, "where": "unit", "code": "unknown-unit", "detail": "No open unit has this code."},
    {"number": 31, "where": "display_name", "code": "bad-display-name", "detail": "A name without < or >."},
]


def account_file(state: str) -> dict[str, Any]:
    """A file of accounts in a state: 1,200 lines, three of them wrong."""
    counts = {"lines": 1200, "done": 1200, "opened": 1150, "had_one": 47, "wrong": 3}
    if state in ("received", "running"):
        counts |= {"done": 450, "opened": 447, "had_one": 0}
    units = [{"path": f"/000000/110000/1101{n:02}/", "accounts": 240} for n in (1, 2, 3)]
    prints = [{"path": "/000000/110000/", "accounts": 480}, units[2]]
    at = {"at": "2026-11-20T08:00:00Z", "changed_at": "2026-11-20T08:01:00Z"}
    return {
        "id": ACCOUNT_FILE,
        "state": state,
        **at,
        "size": 88_000,
        **counts,
        "reason": "",
        "units": units,
        "prints": prints,
    }


def campaigns() -> list[dict[str, Any]]:
    return [
        {
            "id": "2026a",
            "name": "2026年秋季学籍核查",
            "opens": "2026-09-01",
            "cutoff": "2026-09-30",
            "last_day": "2026-12-31",
            "population": {"stages": ["p", "j"]},
            "open": True,
            "ready": True,
        }
    ]


_ARRIVAL = {
    "school": "2111000003",
    "school_name": "北京市东城区史家小学",
    "class_name": "三年级1班",
    "name": "王*",
    "number_masked": "G*****************3",
    "asked": "2026-09-20",
    "status": "waiting",
}
WAITING_ARRIVALS = [
    {
        **_ARRIVAL,
        "arrival": f"{number:032x}",
        "kind": kind,
        "pupil": "3f7.018f2ab47c9d01e5f6a7" if kind == "transfer" else "",
        "from_school_name": "北京市东城区府学胡同小学" if kind == "transfer" else "",
        "left": left,
        "agrees": agrees,
    }
    for number, (kind, left, agrees) in enumerate(
        (("transfer", False, True), ("transfer", True, False), ("new", False, True), ("new", False, True)), 1
    )
]
ASKED_ARRIVALS = [
    {**_ARRIVAL, "arrival": "a" * 32, "answered": "", "reason": ""},
    {**_ARRIVAL, "arrival": "b" * 32, "status": "objected", "answered": "2026-09-21", "reason": "学生仍在本校就读"},
]
PROPOSALS = [
    {
        "pupil": "3f7.018f2ab47c9d01e5f6a7",
        "name": "王一",
        "class_name": "三年级1班",
        "changes": [
            {"field": "name", "title": "姓名", "before": "王一", "after": "王依"},
            {"field": "id_number", "title": "身份证件号", "before": "", "after": "110101201705010011"},
        ],
    }
]
CORRECTION = "0123456789abcdef0123456789abcdef"
CORRECTIONS = [
    {
        "correction": CORRECTION,
        "entered": "2026-11-20T08:00:00.000Z",
        "ended": "",
        "status": "leader",
        "refused_by": "",
        "why": "",
        "reason": "",
        "proof": "pdf",
        "changes": [{"field": "name", "title": "姓名", "before": "王*", "after": "王*"}],
    },
    {
        "correction": "1123456789abcdef0123456789abcdef",
        "entered": "2026-11-18T08:00:00.000Z",
        "ended": "2026-11-19T08:00:00.000Z",
        "status": "refused",
        "refused_by": "leader",
        "why": "",
        "reason": "户口本看不清",
        "proof": "jpeg",
        "changes": [{"field": "sex", "title": "性别", "before": "男", "after": "女"}],
    },
]
WAITING_CORRECTIONS = [
    {
        "pupil": "3f7.018f2ab47c9d01e5f6a7",
        "correction": CORRECTION,
        "school": SCHOOL,
        "school_name": "史家小学",
        "class_name": "三年级1班",
        "name": "王*",
        "number_masked": "G1***************X",
        "titles": ["姓名", "身份证件号"],
        "status": status,
        "entered": "2026-11-20T08:00:00.000Z",
    }
    for status in ("leader", "bureau")
]
CORRECTED_FORMS = [
    {
        "pupil": "3f7.018f2ab47c9d01e5f6a7",
        "name": "王*",
        "class": f"{SCHOOL}p202401",
        "class_name": "三年级1班",
        "corrected": "2026-11-20T08:00:00.000Z",
    }
]
CLASS_CHANGES = {
    "class": f"{SCHOOL}p202401",
    "class_name": "三年级1班",
    **dict.fromkeys(("new", "changed", "moved", "rejoined", "left_out"), 0),
}
IMPORT = {
    "import": "im-1",
    "school": SCHOOL,
    "dry_run": False,
    "kept_until": 1_790_000_000_000,
    "rows": 49,
    "added": 39,
    "rejoined": 1,
    "moved": 1,
    "changed": 1,
    "unchanged": 1,
    "waiting": 2,
    "proposed": 1,
    "asked": 1,
    "refused": 2,
    "left_out": 0,
    "take": {"classes": [], "kinds": []},
    "classes": [
        {**CLASS_CHANGES, "new": 40, "changed": 2, "rejoined": 1},
        {**CLASS_CHANGES, "class": f"{SCHOOL}p202402", "class_name": "三年级2班", "new": 1, "moved": 1},
    ],
    "errors_total": 2,
    "warnings": [],
    "warnings_total": 0,
    "moves": [{"from": CLASS, "from_name": "三年级1班", "to": f"{SCHOOL}p202402", "to_name": "三年级2班", "pupils": 1}],
    "missing": 1,
    "missing_pupils": [
        {
            "pupil": "3f7.018f2ab47c9d01e5f6a7",
            "waiting": False,
            "class_name": "三年级1班",
            "name": "赵**",
            "number_masked": "G*****************1",
        }
    ],
    "rejoined_pupils": [
        {
            "pupil": "3f7.018f2ab47c9d01e5f6a9",
            "waiting": False,
            "class_name": "三年级1班",
            "name": "孙**",
            "number_masked": "G*****************7",
        }
    ],
    "large": [],
    "confirm": "",
    "answers": {},
    "questions": [
        {
            "question": "0123456789abcdef0123456789abcdef",
            "sheet": "",
            "row": 12,
            "may_be_new": True,
            "more": False,
            "candidates": [
                {
                    "pupil": "3f7.018f2ab47c9d01e5f6a8",
                    "waiting": False,
                    "class_name": "三年级2班",
                    "name": "李**",
                    "number_masked": "L*****************4",
                    "differs": ["class", "name"],
                }
            ],
        }
    ],
    "errors": [
        {
            "sheet": "",
            "row": 7,
            "column": "身份证件号",
            "code": "id-number-check",
            "message_zh": "身份证号位数或校验位不对",
            "message_en": "the ID number has not 18 digits or a wrong check digit",
        },
        {
            "sheet": "",
            "row": 19,
            "column": "出生日期",
            "code": "birth-date-unreadable",
            "message_zh": "出生日期不是有效日期，应为 20150302 或 2015-03-02",
            "message_en": "the birth date is no date; write 2015-03-02",
        },
    ],
}
LARGE_IMPORT = {
    **IMPORT,
    "import": "im-2",
    "dry_run": True,
    "rows": 5,
    **dict.fromkeys(("added", "rejoined", "changed", "unchanged", "waiting", "proposed", "asked", "refused"), 0),
    "moved": 5,
    "missing": 0,
    "moves": [{"from": CLASS, "from_name": "三年级1班", "to": f"{SCHOOL}p202501", "to_name": "二年级1班", "pupils": 5}],
    "missing_pupils": [],
    "rejoined_pupils": [],
    "large": [
        {
            "class": CLASS,
            "class_name": "三年级1班",
            "pupils": 5,
            "moving": 5,
            "missing": 0,
            "rejoining": 0,
            "moved_lately": 0,
            "rejoined_lately": 0,
        }
    ],
    "confirm": "fedcba9876543210fedcba9876543210",
    "errors": [],
    "errors_total": 0,
    "questions": [],
}

TRIAL_IMPORT = {**IMPORT, "import": "im-6", "dry_run": True}
# Of a file with four changes in two classes one class was taken.
PART_IMPORT = {
    **IMPORT,
    "import": "im-5",
    "rows": 48,
    **dict.fromkeys(("added", "rejoined", "changed", "waiting", "proposed", "asked", "refused", "missing"), 0),
    "unchanged": 44,
    "moved": 1,
    "left_out": 3,
    "take": {"classes": [f"{SCHOOL}p202402"], "kinds": []},
    "classes": [
        {**CLASS_CHANGES, "left_out": 3},
        {**CLASS_CHANGES, "class": f"{SCHOOL}p202402", "class_name": "三年级2班", "moved": 1},
    ],
    **{name: [] for name in ("errors", "questions", "missing_pupils", "rejoined_pupils")},
    "errors_total": 0,
}

RUN = {
    **{name: IMPORT[name] for name in ("import", "rows", "added", "rejoined", "moved", "changed", "unchanged")},
    **{name: IMPORT[name] for name in ("waiting", "proposed", "asked", "refused", "left_out")},
    "at": "2026-09-10T08:00:00+08:00",
    "by": "018f0000-0000-7000-8000-0000000000b7",
    "status": "finished",
    "undo_until": 1_790_000_000_000,
}
UNDO = {
    **RUN,
    "taken_back": {"added": 39, "changed": 3, "proposals": 1, "arrivals": 2, "stayed": 0},
    "standing": 0,
    "standing_pupils": [],
    "confirm": "a1" * 16,
}
STANDING = {"pupil": "3f7.018f2ab47c9d01e5f6a9", "name": "孙**", "number_masked": "G*****************7"}
UNDO_STANDS = {**UNDO, "import": "im-3", "standing": 2, "standing_pupils": [{**STANDING, "class_name": "三年级1班"}]}
CHANGES = [
    {
        "row": 3,
        "pupil": "3f7.018f2ab47c9d01e5f6a9",
        "name": "孙**",
        "number_masked": "G*****************7",
        "class_name": "三年级1班",
        "changed": [
            {"field": "class", "title": "班级", "before": "三年级1班", "after": "三年级2班"},
            {"field": "post_address", "title": "通信地址", "before": "", "after": "长******"},
        ],
    }
]


def measures(n: int) -> dict[str, int]:
    """Figures that add up, growing with n."""
    uploaded = 7 * n
    return {
        "expected": 10 * n,
        "printed": 10 * n,
        "registered": 8 * n,
        "received": 9 * n,
        "uploaded": uploaded,
        "by_guardian": 5 * n,
        "by_code": n,
        "by_teacher": n,
        "by_school": 0,
        "how_single": uploaded,
        "how_stack": 0,
        "accepted": 3 * n,
        "flagged": n,
        "returned": n,
        "paper": n,
        "late": 0,
        "orphans": 2,
    }


def _rates(m: dict[str, int]) -> dict[str, float]:
    return {name: m[name] / m["expected"] for name in ("uploaded", "registered", "printed")}


def figures(code: str, day: str, scope: str = "/000000/") -> dict[str, Any]:
    """The response of GET /v1/figures for a unit or a class. scope: the caller's path."""
    below = [u for u in UNITS.values() if u["parent"] == code]
    if code == SCHOOL:
        below = [{"code": c["id"], "name": c["name"], "level": "class"} for c in CLASSES]
    unit = UNITS.get(code) or {
        "code": code,
        "name": class_name(code, day),
        "level": "class",
        "path": f"{UNITS[SCHOOL]['path']}{code}/",
    }
    rows = [
        {
            "code": u["code"],
            "name": u["name"],
            "level": u["level"],
            "measures": measures(n + 1) | {"uploaded": 7 * (n + 1) + n % 3},
        }
        for n, u in enumerate(below)
    ]
    whole = measures(123)
    trail = [*(UNITS[each] for each in codes_of(unit["path"])[:-1]), unit]
    return {
        "campaign": "2026a",
        "trail": [
            {k: step[k] for k in ("code", "name", "level")} | {"in_scope": step["path"].startswith(scope)}
            for step in trail
        ],
        "unit": {k: unit[k] for k in ("code", "name", "level", "path")},
        "day": day,
        "tree_day": day,
        "measures": whole,
        "rates": _rates(whole),
        "children": [row | {"rates": _rates(row["measures"])} for row in rows],
        "closed_through": "2026-09-20",
        "unsettled": day > "2026-09-20",
        "read_at": FixedClock().ms,
    }


def series(code: str, day: str) -> dict[str, Any]:
    """The response of GET /v1/figures/series: of the 1,230 expected 41 more are uploaded on each day of September."""
    days = [f"2026-09-{n:02}" for n in range(1, 31) if f"2026-09-{n:02}" <= day]
    return {
        "campaign": "2026a",
        "unit": code,
        "tree_day": day,
        "days": [
            {"day": on, "measures": measures(123) | {"uploaded": 41 * n, "registered": 50 * n}}
            for n, on in enumerate(days)
        ],
        "closed_through": "2026-09-20",
    }


def reports() -> list[dict[str, Any]]:
    return [report("r-1", "000000", "2026-09-10", published=True)]


def report(id: str, unit: str, day: str, *, published: bool) -> dict[str, Any]:
    known = UNITS[unit]
    names = {"unit": unit, "unit_name": known["name"], "path": known["path"]}
    return {"id": id, "version": 1, **names, "day": day, "sha256": "0f" * 32, "published": published}


def _row(code: str, name: str, rank: int | None, n: int) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "measures": measures(n),
        "rank": rank,
        "rate": "70.00",
        "missing": 3 * n,
        "by_parents": "85.71",
        "by_proxy": "14.29",
        "change": "+2.50",
        "rank_change": 1 if rank else None,
    }


def edition(report: str) -> dict[str, Any]:
    """The response of GET /v1/reports/{id}.json."""
    total = _row("000000", "全国", None, 123)
    return {
        "kind": "rollcall.report",
        "id": report,
        "version": 1,
        "number": 2,
        "replaces": None,
        "campaign": {"id": "2026a", "name": "2026年秋季学籍核查", "state": "open"},
        "unit": UNITS["000000"],
        "day": "2026-09-10",
        "ranked": True,
        "nobody_expected": [_row("660000", "新疆生产建设兵团", None, 0)],
        "folded": "另有1个单位没有应上传学生，不列入上表：新疆生产建设兵团。",
        "title": "全国学籍系统建设应用月度通报",
        "text": [
            "截至2026年9月10日24时，2026年秋季学籍核查中全国应上传学生电子档案1,230人，已上传861人，上传率70.00%。",
            "上传率居前的是：北京市（70.00%）、河北省（70.00%）。",
        ],
        "notes": ["统计截止时间为北京时间2026年9月10日24时。"],
        "measures": total["measures"],
        "total": total,
        "children": [
            _row("110000", "北京市", 1, 3),
            _row("650000", "新疆维吾尔自治区", 2, 2),
            _row("130000", "河北省", None, 1),
        ],
    }


# What each service tells the ministry while all is well: numbers, and processes of each role of its workers.
HEALTH: dict[str, dict[str, Any]] = {
    "identity": {
        "numbers": {"unpublished_seconds": 0.2},
        "workers": {"relay": 1, "first-account": 1, "account-files": 1},
        "silent": {},
    },
    "roster": {
        "numbers": {"unpublished_seconds": 0.0},
        "workers": {"relay": 2, "openings": 1, "files": 1},
        "silent": {},
    },
    "upload": {
        "numbers": {
            "unpublished_seconds": 0.0,
            "lag_records": 0.0,
            "age_seconds": 0.0,
            "parked_events": 0.0,
            "unchecked_photos": 2.0,
            "unchecked_seconds": 1.5,
        },
        "workers": {"relay": 2, "view": 2, "intake": 8},
        "silent": {},
    },
    "stats": {
        "numbers": {"lag_records": 0.0, "age_seconds": 0.0, "drift_slots": 0.0, "parked_events": 0.0},
        "workers": {"projector": 4, "audit": 1},
        "silent": {},
    },
}

ACTED = "018f0000-0000-7000-8000-0000000000a1"  # the account in acts and views of the audit trail
