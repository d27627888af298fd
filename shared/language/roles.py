"""Roles: each a default set of permissions, the level where it has its place, and the roles that it issues.

To add one, add an entry to ROLES_IN_ORDER and its name to `issues` of those that issue it; nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.language import permissions as p
from shared.language.permissions import Permission

NATION, PROVINCE, CITY, COUNTY, SCHOOL, CLASS = "nation", "province", "city", "county", "school", "class"
ALWAYS, BEFORE_ACTS = "always", "before-acts"  # when a role needs a second factor
BUREAUS = (NATION, PROVINCE, CITY, COUNTY)  # levels; between the nation and a school any of them may be absent


@dataclass(frozen=True, slots=True)
class Role:
    """zh, en: its name. levels: of the units that have accounts of it; none for families. issues: names of roles.

    second_factor: ALWAYS, so that without one nothing works; BEFORE_ACTS, for printing, exporting, resetting; "" never.
    """

    name: str
    zh: str
    en: str
    permissions: frozenset[Permission]
    levels: tuple[str, ...] = ()
    issues: frozenset[str] = frozenset()
    second_factor: str = ""

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


_READER = (
    p.KEEP_OWN_ACCOUNT,
    p.KEEP_SECOND_FACTOR,
    p.VIEW_FIGURES,
    p.EXPORT_FIGURES,
)  # figures and reports name nobody
_SUPPORT = (*_READER, p.TRACE_PHOTOS, p.VIEW_OPERATIONS)
_ISSUER = (p.ISSUE_ACCOUNTS, p.ACCEPT_ACCOUNTS, p.RESET_ACCOUNTS, p.GRANT_PERMISSIONS)
_BUREAU = (
    *_READER,
    *_ISSUER,
    p.OPEN_UNITS,
    p.OPEN_CLASSES,
    p.CORRECT_PUPILS,
    p.ANSWER_REQUESTS,
    p.VIEW_CORRECTIONS,
    p.CONFIRM_CORRECTIONS,
    p.VIEW_CODE_ALONE,
    p.DRAFT_REPORTS,
    p.PUBLISH_REPORTS,
)
_REGION = (*_BUREAU, p.DECIDE_CODE_ALONE)
_ABOVE_COUNTIES = (*_REGION, p.APPLY_FOR_UNITS, p.DECIDE_APPLICATIONS)
_SENDER = (p.VIEW_PUPIL, p.SEND_PHOTOS, p.VIEW_PHOTOS, p.CHOOSE_PHOTO, p.WITHDRAW_PHOTOS, p.ACCEPT_GUARDIANS)
_REVIEWER = (*_READER, *_SENDER, p.LIST_PUPILS, p.REVIEW_FORMS, p.CHECK_GUARDIANS, p.RENEW_CODES)

ROLES_IN_ORDER = (
    Role(
        "ministry",
        "教育部",
        "Ministry",
        frozenset(
            (
                *_BUREAU,
                p.DECIDE_APPLICATIONS,
                p.KICK_OFF,
                p.RUN_CAMPAIGNS,
                p.CLOSE_DAYS,
                p.CHECK_FIGURES,
                p.VIEW_OPERATIONS,
            )
        ),
        (NATION,),
        frozenset({"province", "city", "county", "support", "auditor"}),
        ALWAYS,
    ),
    Role(
        "province",
        "省级管理员",
        "Province admin",
        frozenset(_ABOVE_COUNTIES),
        (PROVINCE,),
        frozenset({"province", "city", "county", "school"}),
        ALWAYS,
    ),
    Role(
        "city",
        "市级管理员",
        "City admin",
        frozenset(_ABOVE_COUNTIES),
        (CITY,),
        frozenset({"city", "county", "school"}),
        ALWAYS,
    ),
    Role(
        "county", "区县管理员", "County admin", frozenset(_REGION), (COUNTY,), frozenset({"county", "school"}), ALWAYS
    ),
    Role(
        "school",
        "学籍管理员",
        "School registry admin",
        frozenset(
            (
                *_REVIEWER,
                *_ISSUER,
                p.ASSIGN_CLASSES,
                p.MAINTAIN_ROSTER,
                p.OPEN_CLASSES,
                p.CORRECT_PUPILS,
                p.PRINT_FORMS,
                p.VIEW_PRINTS,
                p.VIEW_SCHOOL_REQUESTS,
                p.ANSWER_REQUESTS,
                p.ENTER_CORRECTIONS,
                p.VIEW_CORRECTIONS,
            )
        ),
        (SCHOOL,),
        frozenset({"school", "leader", "teacher"}),
        BEFORE_ACTS,
    ),
    Role(
        "leader",
        "学校领导",
        "School leader",
        frozenset(
            (
                *_READER,
                p.LIST_PUPILS,
                p.VIEW_PUPIL,
                p.ACCEPT_ACCOUNTS,
                p.VIEW_SCHOOL_REQUESTS,
                p.ANSWER_REQUESTS,
                p.VIEW_CORRECTIONS,
                p.APPROVE_CORRECTIONS,
                p.MAKE_DOWNLOAD_CODES,
                p.VIEW_PRINTS,
            )
        ),
        (SCHOOL,),
    ),
    Role(
        "teacher",
        "班主任",
        "Class teacher",
        frozenset((*_REVIEWER, p.ENTER_CORRECTIONS, p.REVEAL_NAMES, p.HELP_GUARDIANS, p.RESET_ACCOUNTS)),
        (CLASS,),
    ),
    Role(
        "guardian",
        "家长",
        "Parent or guardian",
        frozenset(
            (
                p.KEEP_OWN_ACCOUNT,
                p.CHANGE_OWN_DETAILS,
                *_SENDER,
                p.MANAGE_CHILDREN,
                p.READ_OWN_REGISTRY,
                p.VIEW_ACCESS_RECORDS,
            )
        ),
    ),
    Role("support", "技术支持", "Technical support", frozenset(_SUPPORT), BUREAUS, second_factor=ALWAYS),
    Role(
        "auditor",
        "审计员",
        "Auditor",
        frozenset((*_READER, p.VIEW_ACCESS_RECORDS, p.READ_AUDIT)),
        BUREAUS,
        second_factor=ALWAYS,
    ),
)
# In place of a role, and without scope, until the initial password is changed.
NEWCOMER_ROLE = Role("newcomer", "尚未设置密码", "Password not chosen yet", frozenset({p.KEEP_OWN_ACCOUNT}))
NEWCOMER = NEWCOMER_ROLE.name
# The same, until a second factor is set up.
UNENROLLED_ROLE = Role(
    "unenrolled",
    "尚未绑定动态口令",
    "Second factor not set up yet",
    frozenset({p.KEEP_OWN_ACCOUNT, p.KEEP_SECOND_FACTOR}),
)
UNENROLLED = UNENROLLED_ROLE.name

ROLES = tuple(role.name for role in ROLES_IN_ORDER)
BY_NAME: Mapping[str, Role] = {role.name: role for role in (*ROLES_IN_ORDER, NEWCOMER_ROLE, UNENROLLED_ROLE)}
SECOND_FACTOR_ROLES = frozenset(role.name for role in ROLES_IN_ORDER if role.second_factor)
ISSUED = frozenset(name for role in ROLES_IN_ORDER for name in role.issues)


def may(role: str, permission: Permission) -> bool:
    """True if accounts of the role hold the permission by default; False for a role that does not exist."""
    return role in BY_NAME and BY_NAME[role].may(permission)


def holders(permission: Permission) -> list[str]:
    """The roles that hold it, in their order, those in place of a role last."""
    return [role.name for role in BY_NAME.values() if role.may(permission)]


def in_order(names: Iterable[str]) -> list[str]:
    """The roles of these names, in their order."""
    wanted = set(names)
    return [role for role in ROLES if role in wanted]
