"""Texts of technical support's page."""

from __future__ import annotations

TEXTS = {
    "menu.support": ("技术支持", "Support"),
    "support.lead": (
        "回答省、市、区县群里的问题。这里看不到学生、家长，也看不到照片。",
        "For questions of provinces, cities and counties. No pupil, family or photo is shown here.",
    ),
    "support.trace": ("照片到了哪一步", "Where a photo stands"),
    "support.trace.hint": (
        "请提问的人念上传后看到的10位受理号。只能查自己负责的地区。",
        "Ask for the ten digits that were shown after the upload. Only photos of your own region are found.",
    ),
    "support.trace.go": ("查询", "Look up"),
    "support.trace.none": (
        "本地区没有这个受理号。请再核对一遍；还没有传完的照片没有记录。",
        "No photo of your region has this number. Check it once more; a photo that was not sent to its end has none.",
    ),
    "support.school": ("学校", "School"),
    "support.state": ("平台和各单位的情况", "How the platform and the units are"),
    "support.state.hint": (
        "先看平台是否正常，再看提问的单位：应上传、已上传各有多少。",
        "First whether the platform runs well, then the unit that asks: how many are expected, and how many uploaded.",
    ),
    "support.codes": ("码和密码找谁", "Who helps with codes and passwords"),
    "support.code.registration": ("注册码", "Registration code"),
    "support.code.registration.who": (
        "印在确认表第2页。丢失或被误用：班主任或学籍管理员重设。",
        "On page 2 of the form. Lost or misused: class teacher or registry admin make another one.",
    ),
    "support.code.upload": ("上传码", "Upload code"),
    "support.code.upload.who": (
        "印在确认表第1页，转学、重印后仍有效。丢失：学校重印确认表。",
        "On page 1 of the form, valid after moves and reprints. Lost: the school prints the form again.",
    ),
    "support.code.activation": ("激活码", "Activation code"),
    "support.code.activation.who": (
        "14天有效，只用一次。丢失或过期：发给账号的上一级重新打印。",
        "Good for 14 days, once. Lost or over: the level that issued the account prints another one.",
    ),
    "support.code.reset": ("忘记密码", "Forgotten password"),
    "support.code.reset.who": (
        "家长找班主任，班主任找学籍管理员，学校和下级单位找上一级。",
        "Families ask the class teacher, teachers the registry admin, schools and lower levels the level above.",
    ),
    "support.code.download": ("下载码", "Download code"),
    "support.code.download.who": (
        "几分钟有效，打印一次。由学籍系统或学校领导重新生成。",
        "Good for minutes and one run. The registry or the school leader make another one.",
    ),
    "support.code.second-factor": ("动态口令", "Second factor"),
    "support.code.second-factor.who": (
        "手机丢失先用恢复码；没有恢复码，由上一级重设。",
        "Without the phone a recovery code helps; without one the level above resets it.",
    ),
    "support.code.sealed": ("账号已封存", "Sealed account"),
    "support.code.sealed.who": (
        "180天未用自动封存。上一级在“账号”页筛选“已封存”后解除。",
        "After 180 days without use. The level above finds it among the sealed ones on its page of accounts.",
    ),
}
