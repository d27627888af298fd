"""Texts of the auditor's page. What acts are called stands in shared/infrastructure/acts.py."""

from __future__ import annotations

TEXTS = {
    "menu.audit-trail": ("审计记录", "Audit trail"),
    "trail.lead": (
        "本区域内谁在什么时候、从哪里做了什么。记录只能增加，不能修改，也不能删除。这里看不到学生是谁。",
        "Who did what in this region, when and from where. Entries are only ever added, never changed or deleted. "
        "It does not say which pupils.",
    ),
    "trail.unit": ("单位", "Unit"),
    "trail.act": ("操作", "Act"),
    "trail.every-act": ("全部操作", "Every act"),
    "trail.day": ("日期", "Day"),
    "trail.account": ("账号", "Account"),
    "trail.account.hint": (
        "账号编号：做这件事的人，或者被处理的账号",
        "The number of an account that did it or to which it was done",
    ),
    "trail.search": ("查找", "Search"),
    "trail.upon": ("对账号", "to account"),
    "trail.of-account": ("只看这个账号", "This account only"),
    "trail.every-account": ("看所有账号", "All accounts"),
    "trail.number": ("第 {n} 条", "No. {n}"),
    "trail.forms": ("{n} 份", "{n} forms"),
    "trail.accounts": ("{n}个账号", "{n} accounts"),
    "trail.pupils": ("{n} 名学生", "{n} pupils"),
    "trail.accepted.1": ("同意", "accepted"),
    "trail.accepted.0": ("拒绝", "rejected"),
    "trail.given.1": ("给予", "given"),
    "trail.given.0": ("收回", "taken away"),
    "trail.dry_run.1": ("试导入，没有保存", "tried, not saved"),
    "trail.dry_run.0": ("已保存", "saved"),
    "trail.none": ("没有符合的记录。", "No entry fits."),
    "trail.older": ("更早的记录", "Older entries"),
}
