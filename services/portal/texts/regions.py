"""Texts of what a region decides: whether the upload code alone is enough."""

from __future__ import annotations

TEXTS = {
    "menu.code-alone": ("凭码上传开关", "Upload by code alone"),
    "code-alone.lead": (
        "家长不注册账号、只凭第1页的上传码就能上传，由各地自己决定，不开通就不能用。班主任代传、学校代传、家长登录后上传不受影响。",
        "Whether families may upload with the upload code on page 1 alone, without an account, is up to each region. "
        "It is off until somebody switches it on. Class teachers, schools and signed-in guardians upload in any case.",
    ),
    "code-alone.is-on": ("已开通", "On"),
    "code-alone.is-off": ("未开通", "Off"),
    "code-alone.means-on": ("有上传码就能上传，不用账号。", "Here the upload code is enough, without an account."),
    "code-alone.means-off": (
        "这里只有上传码还不能上传：家长要先注册，或请班主任代传。",
        "Here the upload code alone is not enough: families register, or ask the class teacher.",
    ),
    "code-alone.decided-in": ("由谁决定", "Decided by"),
    "code-alone.decided-at": ("决定时间", "Decided at"),
    "code-alone.decided-by": ("经办账号", "Account"),
    "code-alone.nobody": (
        "本级和上级都没有决定过，按“未开通”处理。",
        "Neither this unit nor one above it has decided, so it is off.",
    ),
    "code-alone.on": ("开通凭码上传", "Switch it on"),
    "code-alone.on.hint": (
        "适合很多家长不便注册的地方。拿到纸的人都能上传，所以照片仍由班主任审核；每张照片都注明是凭码上传的。",
        "For regions where many families cannot register. Anybody with the paper can upload, so the class teacher "
        "still reviews the photos; each one is marked as sent by code.",
    ),
    "code-alone.off": ("关闭凭码上传", "Switch it off"),
    "code-alone.off.hint": (
        "从现在起不再接收新的凭码上传。正在传的那一张会传完，已经传的照片保留。",
        "From now on no new photo is taken by code alone. One that is being sent is still received; photos that were "
        "sent stay.",
    ),
    "code-alone.above": ("按上级的决定", "Follow the unit above"),
    "code-alone.above.hint": (
        "撤回本级的决定。上级也没有决定的，按“未开通”处理。",
        "Takes this unit's own decision back. Where no unit above has decided either, it is off.",
    ),
    "code-alone.own": ("回到本单位", "Back to your own unit"),
    "code-alone.below": ("下级地区", "Regions below"),
    "code-alone.below.hint": (
        "下级自己决定的，以下级为准；没有决定的，跟随上一级。",
        "Where a region has decided itself, that holds; the others follow the unit above.",
    ),
    "code-alone.itself": ("自己决定", "Decided itself"),
    "code-alone.inherited": ("跟随上一级", "Follows the unit above"),
    "code-alone.schools": ("本区县的所有学校都照此执行。", "This holds for all schools of the county."),
    "done.code-alone": ("已保存，几秒钟后生效。", "Saved; it takes effect within seconds."),
}
