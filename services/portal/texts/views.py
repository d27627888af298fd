"""Texts of the pages that say who has looked."""

from __future__ import annotations

TEXTS = {
    "views.who": ("谁看过孩子的资料", "Who has seen this child's data"),
    "views.lead": (
        "每次有人打开孩子的照片、名单或资料，在显示之前都会记下来。记录不能修改，也不能删除。",
        "Every view of the photo, a list or the data is recorded before it is shown. Records cannot be changed or "
        "deleted.",
    ),
    "views.pupils": ("学生人数", "Pupils"),
    "views.alarm": ("异常多", "Unusually many"),
    "views.none": ("还没有人看过。", "Nobody has looked yet."),
    "views.region": ("查看记录", "Views"),
    "views.region.lead": (
        "本区域内谁看过学生资料：账号、时间、网络地址和人数。这里看不到学生是谁。",
        "Views of pupils' data in this region: account, time, network address and number. It does not say which "
        "pupils.",
    ),
    "views.newest": ("只列最近 {n} 条。", "The newest {n} only."),
    "views.photo": ("确认表照片", "Photo of the form"),
    "views.photo.hint": (
        "照片上有您的姓名和时间。每次查看都有记录，家长可以看到。",
        "Your name and the time lie over the photo. Every view is recorded, and the family can see it.",
    ),
    "seen.photo": ("照片", "Photo"),
    "seen.thumbnail": ("缩略图", "Small photo"),
    "seen.forms": ("确认表状态", "State of the form"),
    "seen.class-list": ("班级名单", "Class list"),
    "seen.pupil": ("学生资料（遮盖）", "Pupil's data, masked"),
    "seen.registry-data": ("学籍信息", "Registry data"),
    "seen.registry-copy": ("学籍信息（下载）", "Registry data, downloaded"),
    "seen.guardians": ("家长名单", "Guardians"),
    "seen.listed-guardians": ("名册里的监护人", "Guardians in the roster"),
    "seen.print": ("打印确认表", "Printed form"),
    "seen.proof": ("更正的证明材料", "Proof of a correction"),
}
