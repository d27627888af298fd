"""Texts of grants: what a colleague may do beyond the role."""

from __future__ import annotations

TEXTS = {
    "grants.title": ("权限", "Permissions"),
    "grants.lead": (
        "除了角色本来的权限，您可以把自己有的权限再给本单位的同事，限定范围和日期，例如代班期间。收回后几秒钟就不能再用。",
        "Beyond what the role allows, you can give a colleague of your unit a permission that you hold, for a part of "
        "the unit and for some days, for example for a substitute. Once taken away, it stops working within seconds.",
    ),
    "grants.none": ("没有另外授予的权限。", "Nothing has been granted beyond the role."),
    "grants.give": ("授予权限", "Grant a permission"),
    "grants.take": ("收回", "Take away"),
    "grants.permission": ("权限", "Permission"),
    "grants.place": ("范围", "Where"),
    "grants.place.hint": ("在这个单位或班级及其以下有效。", "It holds in this unit or class and below."),
    "grants.first-day": ("开始日期", "First day"),
    "grants.last-day": ("结束日期", "Last day"),
    "grants.last-day.hint": (
        "这一天还有效；不填就一直有效，直到收回。",
        "The permission still holds on this day; empty: until it is taken away.",
    ),
    "grants.days": ("{first}至{last}", "{first} to {last}"),
    "grants.from": ("自{first}起", "from {first}"),
    "grants.own": ("另外授予您的权限", "What you were granted beyond your role"),
    "grants.print": ("去打印", "Print forms"),
    "done.granted": ("权限已授予，对方下一步操作起就能用。", "Granted; your colleague can use it at once."),
    "done.revoked": ("权限已收回。", "The permission has been taken away."),
    "history.permission-granted": ("授予权限", "Permission granted"),
    "history.permission-revoked": ("收回权限", "Permission taken away"),
    "wrong.permission": ("请选择一项权限。", "Choose a permission."),
    "problem.not-grantable": (
        "这项权限属于角色本身，不能单独授予。",
        "This permission belongs to roles; it cannot be granted.",
    ),
    "problem.own-permissions": (
        "不能给自己授予或收回权限，请同事办理。",
        "You cannot change your own permissions; a colleague does it.",
    ),
    "problem.grant-wider": (
        "您自己没有这项权限，不能授予别人。",
        "You do not hold this permission yourself, so you cannot grant it.",
    ),
    "problem.days-reversed": (
        "结束日期早于开始日期，或者已经过去。",
        "The last day lies before the first one, or is already over.",
    ),
    "problem.too-many-grants": (
        "这个账号另外授予的权限已满，请先收回一项。",
        "This account has as many grants as it can carry; take one away first.",
    ),
    "problem.approves-and-audits": ("同一个账号不能既审批又审计。", "No account both approves and audits."),
    "problem.last-admin": (
        "这是本单位最后一个在用的管理员账号，不能停用。请先发放新账号，等对方登录并设好密码。",
        "This is the last working admin account of the unit. Issue another one first and wait until its owner has set "
        "a password.",
    ),
}
