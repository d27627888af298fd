"""Permissions: the one catalogue of what an account may do. Routes, pages and menus ask for a permission, never a role.

A permission says what; where, says the account's scope. Which role holds which of them stands in roles.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """name: verb and noun. zh, en: what it allows, in words that complete "Your account may ...".

    approves: it decides on what somebody else has asked for or prepared. audits: it reads what others have done.
    grantable: an admin who holds it may give it to a colleague of the own unit; the scope alone limits what it opens.
    """

    name: str
    zh: str
    en: str
    approves: bool = False
    audits: bool = False
    grantable: bool = False


# ---- everybody
KEEP_OWN_ACCOUNT = Permission(
    "keep-own-account", "查看自己的账号、修改密码、退出登录", "see the own account, change its password and sign out"
)
KEEP_SECOND_FACTOR = Permission(
    "keep-second-factor", "绑定和更换自己的动态口令", "set up and change the own second factor"
)

# ---- families
CHANGE_OWN_DETAILS = Permission(
    "change-own-details",
    "修改自己的姓名和账号名，注销账号",
    "change the own name and account name, and erase the own account",
)
MANAGE_CHILDREN = Permission(
    "manage-children",
    "关联自己的孩子，同意或撤回同意",
    "connect the own children, and give or withdraw the consent for them",
)
READ_OWN_REGISTRY = Permission(
    "read-own-registry", "查看和复制自己孩子的学籍信息", "read and copy the registry's data of the own children"
)

# ---- pupils and their photos
LIST_PUPILS = Permission("list-pupils", "查看班级的学生名单", "list the pupils of a class")
VIEW_PUPIL = Permission("view-pupil", "查看一名学生（信息已遮盖）", "see a pupil, masked")
REVEAL_NAMES = Permission("reveal-names", "看到本班学生的全名", "see the full names of the pupils of the own class")
SEND_PHOTOS = Permission(
    "send-photos", "用账号上传确认表照片", "send photos of the forms of pupils in scope by the account"
)
VIEW_PHOTOS = Permission("view-photos", "查看确认表和照片", "see the forms of a pupil and their photos")
CHOOSE_PHOTO = Permission(
    "choose-photo", "决定归档哪一张照片", "decide which photo of a form is archived", approves=True
)
WITHDRAW_PHOTOS = Permission("withdraw-photos", "撤回确认表照片", "withdraw the photos of a form")
REVIEW_FORMS = Permission(
    "review-forms",
    "审核本班、本校的确认表",
    "review the forms of a class: accept or return photos, keep a form on paper, find a receipt number",
    approves=True,
)
ACCEPT_GUARDIANS = Permission(
    "accept-guardians", "同意或拒绝等待关联的家长", "accept or refuse a guardian who waits for a child", approves=True
)
CHECK_GUARDIANS = Permission(
    "check-guardians",
    "核对学生的家长，解除关联",
    "compare the guardians of pupils with the roster, and end a binding",
    approves=True,
)
HELP_GUARDIANS = Permission(
    "help-guardians", "帮本班家长找回账号和密码", "help the guardians of the own class to get their account back"
)
RENEW_CODES = Permission("renew-codes", "重设学生的注册码", "make new registration codes for pupils")

# ---- a school's roster and paper
MAINTAIN_ROSTER = Permission(
    "maintain-roster", "维护本校的班级和名册", "maintain the classes and the roster of the own school"
)
PRINT_FORMS = Permission("print-forms", "打印确认表", "print forms", grantable=True)
VIEW_PRINTS = Permission("view-prints", "查看本校的打印记录", "see the record of the own school's prints")
MAKE_DOWNLOAD_CODES = Permission(
    "make-download-codes",
    "为本校负责打印的同事生成下载码",
    "make download codes for those of the own school who print",
    approves=True,
)
OPEN_UNITS = Permission("open-units", "登记单位和学校", "register units and schools")
OPEN_CLASSES = Permission("open-classes", "新建班级", "open classes")
CORRECT_PUPILS = Permission(
    "correct-pupils", "更正学生的班级和状态", "move pupils and correct their state", grantable=True
)
VIEW_SCHOOL_REQUESTS = Permission(
    "view-school-requests",
    "查看本校提出的转入、新增和更改",
    "see the arrivals and the changes of key fields that the own school has asked for",
)
ANSWER_REQUESTS = Permission(
    "answer-requests",
    "答复转入和新增学生",
    "answer requests for arriving and new pupils",
    approves=True,
    grantable=True,
)
ENTER_CORRECTIONS = Permission(
    "enter-corrections",
    "录入和撤回家长在变更栏里写的更正",
    "enter and withdraw the corrections that families wrote on their forms",
    grantable=True,
)
VIEW_CORRECTIONS = Permission(
    "view-corrections",
    "查看等待审批的更正和证明材料",
    "see the corrections that wait for a decision, in full and with their proofs",
)
CONFIRM_CORRECTIONS = Permission(
    "confirm-corrections",
    "审批学校上报的关键信息更正",
    "decide on corrections of key fields that a school's leader has approved",
    approves=True,
    grantable=True,
)
APPROVE_CORRECTIONS = Permission(
    "approve-corrections", "批准关键信息的更改", "approve changes of key fields", approves=True
)

# ---- accounts
ISSUE_ACCOUNTS = Permission("issue-accounts", "发放、查看和停用账号", "issue, list and close accounts")
KICK_OFF = Permission(
    "kick-off", "为各省市县统一发放管理员账号", "open the accounts of all provinces, cities and counties in one run"
)
APPLY_FOR_UNITS = Permission(
    "apply-for-units", "申请补设缺失的区县", "apply for a county that is missing below the own unit"
)
DECIDE_APPLICATIONS = Permission(
    "decide-applications",
    "查看和答复补设区县的申请",
    "see the applications for missing counties and answer those that wait at the own level",
    approves=True,
)
ACCEPT_ACCOUNTS = Permission(
    "accept-accounts", "同意或拒绝等待的学校账号", "accept or refuse accounts of schools that wait", approves=True
)
RESET_ACCOUNTS = Permission(
    "reset-accounts",
    "重设账号密码、解除锁定、查看账号经过",
    "reset the accounts of the level below, lift their locks and read their histories",
)
GRANT_PERMISSIONS = Permission(
    "grant-permissions", "给本单位同事授予权限", "grant permissions to colleagues of the own unit"
)
ASSIGN_CLASSES = Permission("assign-classes", "给班主任分配班级", "give classes to teachers and take them away")

# ---- figures and reports
VIEW_FIGURES = Permission(
    "view-figures", "查看执行统计和月度通报", "see figures and reports of the own unit and those below", grantable=True
)
EXPORT_FIGURES = Permission(
    "export-figures", "导出执行统计和月度通报", "take figures and reports out as files", grantable=True
)
DRAFT_REPORTS = Permission(
    "draft-reports", "起草月度通报", "draft the report of a closed day and read drafts", grantable=True
)
PUBLISH_REPORTS = Permission("publish-reports", "下发月度通报", "publish a report", approves=True, grantable=True)
CLOSE_DAYS = Permission("close-days", "日终结账", "close a day")
CHECK_FIGURES = Permission(
    "check-figures", "核对统计与来源数据", "check that figures, histories and stores agree with each other"
)

# ---- the running of the check
RUN_CAMPAIGNS = Permission("run-campaigns", "制定、启动、延长和结束核查批次", "plan, open, extend and close campaigns")
VIEW_CODE_ALONE = Permission(
    "view-code-alone", "查看凭码上传开关", "see whether the upload code alone is enough in a region"
)
DECIDE_CODE_ALONE = Permission(
    "decide-code-alone", "决定本地区能否凭码上传", "decide whether the upload code alone is enough in the own region"
)
VIEW_OPERATIONS = Permission("view-operations", "查看运行状态", "see whether the platform runs well")
TRACE_PHOTOS = Permission(
    "trace-photos",
    "按受理号查照片到了哪一步（不含学生信息）",
    "look up by its receipt number where a photo stands, without the pupil",
)

# ---- who has looked
VIEW_ACCESS_RECORDS = Permission(
    "view-access-records", "查看谁看过学生资料", "see who has looked at the data of a child or of a region's pupils"
)
READ_AUDIT = Permission(
    "read-audit",
    "审计本地区的查看记录",
    "audit who has seen, printed, exported and reset what in the own region",
    audits=True,
)

CATALOGUE: Mapping[str, Permission] = {
    each.name: each for each in tuple(vars().values()) if isinstance(each, Permission)
}
