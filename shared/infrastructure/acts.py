"""Acts that somebody has to answer for: each goes into the audit trail and into the security log.

One table: what pages call an act, in Chinese and English, and what its target is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ACCOUNT, PUPIL, UNIT, THING = "account", "pupil", "unit", "thing"  # kinds of target; "": the act has none


@dataclass(frozen=True, slots=True)
class ActName:
    zh: str
    en: str
    target: str = ""


ACTS: Mapping[str, ActName] = {
    "sign-in": ActName("登录", "Signed in"),
    "registry-bound": ActName("从学籍系统首次登录", "Arrived from the registry for the first time", ACCOUNT),
    "account-issued": ActName("开设账号", "Issued an account", ACCOUNT),
    "account-accepted": ActName("同意或拒绝账号", "Accepted or rejected a waiting account", ACCOUNT),
    "account-handed-over": ActName("换人：账号交接", "Handed an account over to another person", ACCOUNT),
    "account-activated": ActName("激活账号", "Activated the own account", ACCOUNT),
    "password-changed": ActName("本人设新密码", "Chose a new password", ACCOUNT),
    "account-erased": ActName("家长注销账号", "A guardian erased the own account", ACCOUNT),
    "account-closed": ActName("停用账号", "Closed an account", ACCOUNT),
    "grant": ActName("给予或收回班级", "Gave or took away a class", ACCOUNT),
    "permission-granted": ActName("授予或收回权限", "Granted or revoked a permission", ACCOUNT),
    "password-reset": ActName("重设密码", "Made a reset code for an account", ACCOUNT),
    "second-factor-set-up": ActName("绑定动态口令", "Set up a second factor", ACCOUNT),
    "recovery-code-used": ActName("使用恢复码", "Used a recovery code", ACCOUNT),
    "second-factor-locked": ActName("动态口令输错过多，已锁定", "Locked a second factor after wrong codes", ACCOUNT),
    "second-factor-reset": ActName("重设动态口令", "Reset the second factor of an account", ACCOUNT),
    "lock-lifted": ActName("解除锁定", "Lifted the lock of an account", ACCOUNT),
    "guardian-decided": ActName("同意或拒绝家长", "Accepted or rejected a waiting guardian", ACCOUNT),
    "application-started": ActName("申请补设区县", "Applied for a missing county", THING),
    "application-approved": ActName("同意上报区县申请", "Passed on an application for a county", THING),
    "application-refused": ActName("不同意区县申请", "Refused an application for a county", THING),
    "unit-granted": ActName("批准设立区县", "Granted a county and its account", UNIT),
    "sheets": ActName("打印账号激活单", "Printed activation sheets", THING),
    "misuse-reported": ActName("家长报告误用注册码", "A family reported the misuse of a code", PUPIL),
    "misuse-closed": ActName("误用注册码处理完毕", "Closed a case of misuse", PUPIL),
    "guardian-unbound": ActName("解除家长与学生的关联", "Ended a guardian's binding to a pupil", ACCOUNT),
    "consent-withdrawn": ActName("家长撤回同意", "A guardian withdrew the consent for a child", PUPIL),
    "code-renewed": ActName("换发注册码", "Issued a new registration code", PUPIL),
    "reveal": ActName("查看未遮盖的关键信息", "Saw pupils' key fields unmasked", UNIT),
    "roster-import": ActName("导入名册", "Imported a roster file", UNIT),
    "import-undone": ActName("撤销导入", "Undid a roster import", UNIT),
    "pupil-changed": ActName("办理学籍异动", "Changed a pupil's class or state", PUPIL),
    "roster-file": ActName("下载标出问题的名册文件", "Took out a roster file with its problems marked", UNIT),
    "arrival-answered": ActName("答复转入或新增", "Answered for an arriving pupil", THING),
    "key-fields": ActName("审批关键信息更改", "Decided on changed key fields of a pupil", PUPIL),
    "correction-entered": ActName("录入变更栏的更正", "Entered corrections of a pupil", PUPIL),
    "correction-decided": ActName("审批更正", "Decided on a correction of a pupil", PUPIL),
    "correction-withdrawn": ActName("撤回更正", "Withdrew a correction of a pupil", PUPIL),
    "download-code-made": ActName("生成下载码", "Made a download code for who prints", ACCOUNT),
    "download-code-used": ActName("下载码用于打印", "Used a download code for a print run", THING),
    "print": ActName("打印确认表", "Printed forms", THING),
    "export": ActName("导出", "Took out figures or a report as a file", THING),
    "report-published": ActName("下发通报", "Published a report", THING),
    "code-alone": ActName("开关凭码上传", "Switched upload by code alone on or off", UNIT),
    "photos-destroyed": ActName("销毁照片", "Destroyed photos for good", PUPIL),
}
