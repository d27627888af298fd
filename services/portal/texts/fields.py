"""Texts at a field: what is wrong and how to fix it, by the code of the refusal, else by what the field wants."""

from __future__ import annotations

TEXTS = {
    "problem.several": ("有{n}处要改：", "Please correct {n} things:"),
    "problem.number": ("一直不行的话，把这个编号告诉学校：", "If it goes on, tell the school this number:"),
    "problem.not-filled": ("这一项还没有填。", "Please fill this in."),
    "problem.too-long": ("太长了，请写短一些。", "This is too long; shorten it."),
    "problem.too-long.most": ("最多{most}个字符，请写短一些。", "At most {most} characters; shorten it."),
    "problem.login-format": (
        "账号名要3至64个字符，不含空格。可以用手机号。",
        "An account name has 3 to 64 characters and no spaces. A phone number will do.",
    ),
    "problem.school-code-format": (
        "学校标识码是10位数字，请对照上级的通知。",
        "A school code has 10 digits; compare it with the official notice.",
    ),
    "problem.signed-in-again": (
        "刚才登录已过期，这一步还没有办。您已重新登录，填写的内容还在，请再提交一次。",
        "Your session had ended, so this has not been done yet. You are signed in again and what you entered is kept: "
        "please send it once more.",
    ),
    "problem.slip-over": (
        "这张单子已不再显示：最多显示半小时，而且只保留最近几张。需要时请重新生成一张，旧的码随即作废。",
        "This slip is not shown any more: slips are kept for half an hour at most, and only the last few. Make another "
        "one if you need it; the old code is then void.",
    ),
    "problem.page-one-code.link": ("去上传确认表，码已带过去", "Go to the upload; the code comes along"),
    "problem.page-two-code.link": ("去家长注册，码已带过去", "Go to the registration; the code comes along"),
    "problem.reset-code-here": (
        "这是重设码，用来设新密码，不是这里要的码。",
        "This is a reset code, for choosing a new password; another code is needed here.",
    ),
    "problem.reset-code-here.link": ("去设新密码，码已带过去", "Choose a new password; the code comes along"),
    "problem.activation-code-here": (
        "这是激活码，工作人员第一次登录时用，不是这里要的码。",
        "This is an activation code, for the first sign-in of staff; another code is needed here.",
    ),
    "problem.activation-code-here.link": ("去开通账号，码已带过去", "Activate the account; the code comes along"),
    "problem.class-of-another-school": (
        "这个学生不在您的学校。请从自己学校的名单里选。",
        "This pupil is not in your school; choose from your own lists.",
    ),
    "problem.arrival-objected": (
        "对方没有同意这个申请，请先和对方联系。",
        "The other side has refused this request; talk to them first.",
    ),
    "problem.enrolled-already": (
        "这个学生已经在册，不用再加。",
        "This pupil is enrolled already; nothing needs to be added.",
    ),
    "problem.nation-has-no-parent": ("全国没有上级单位，请另选。", "The nation has no parent unit; choose another."),
    "problem.not-a-school": ("这个单位不是学校，请选一所学校。", "This unit is not a school; choose a school."),
    "problem.not-a-unit": ("没有这个单位，请从列表里选。", "There is no such unit; choose one from the list."),
    "problem.not-uploaded": ("照片没有传到，请再传一次。", "The photo has not arrived; send it again."),
    "problem.size-differs": ("照片没有传完整，请再传一次。", "The photo did not arrive in full; send it again."),
    "problem.ticket-expired": (
        "这次上传等得太久了，请再传一次。",
        "This upload has waited too long; send the photo again.",
    ),
    "problem.one-place-only": (
        "这个账号只能属于一个单位，请为别的单位另发一个账号。",
        "This account belongs to one unit only; issue another account for the other unit.",
    ),
    "problem.same-school": (
        "学生已经在这所学校，不用转。",
        "The pupil is at this school already; nothing to transfer.",
    ),
    "problem.sign-in-again": ("请再输入一次密码后继续。", "Enter your password once more to go on."),
    "problem.unit-closed": ("这个单位已撤销，请选别的单位。", "This unit has been closed; choose another."),
    "problem.wrong-edition": (
        "通报已有更新的版本，请刷新后再办。",
        "There is a newer edition of this report; reload the page and try again.",
    ),
    "wrong.field": (
        "这一项没有填，或者写法不对，请看这一项的说明。",
        "This is missing or not written as asked; see the hint at the field.",
    ),
    "wrong.login": (
        "账号名要3至64个字符，不含空格和特殊符号。可以用手机号。",
        "An account name has 3 to 64 characters, no spaces or unusual signs. A phone number will do.",
    ),
    "wrong.display_name": (
        "请写真实姓名，最多100个字，不要有看不见的字符或符号。",
        "Write the real name: at most 100 characters, without invisible ones or symbols.",
    ),
    "wrong.name": (
        "请写名称，最多100个字，不要有看不见的字符。",
        "Write the name: at most 100 characters, no invisible ones.",
    ),
    "wrong.password": ("密码至少8个字符，最多128个。", "A password has 8 to 128 characters."),
    "wrong.new": (
        "新密码太短或太长，请看上面的要求。",
        "The new password is too short or too long; see the rule above.",
    ),
    "wrong.old": ("请填现在的密码。", "Enter your current password."),
    "wrong.relation": ("请选择您是孩子的什么人。", "Choose what you are to the child."),
    "wrong.stages": ("请至少勾选一个学段。", "Tick at least one stage."),
    "wrong.consent": ("请先阅读同意书，再打勾。", "Read the consent, then tick the box."),
    "wrong.birth_date": (
        "出生日期请写成8位数字，例如 20160501，不能是将来的日子。",
        "Write the birth date as 8 digits, for example 20160501; it cannot lie in the future.",
    ),
    "wrong.registration_code": (
        "注册码是16位，在第2页二维码旁边，请对照纸张。",
        "The registration code has 16 characters, next to the QR code on page 2; compare it with the paper.",
    ),
    "wrong.upload_code": (
        "上传码是16位，在第1页二维码旁边，请对照纸张。",
        "The upload code has 16 characters, next to the QR code on page 1; compare it with the paper.",
    ),
    "wrong.reset_code": (
        "重设码是16位，在交给您的纸单里，请对照。",
        "The reset code has 16 characters, on the slip you were given; compare it.",
    ),
    "wrong.activation_code": (
        "激活码是16位，在发给您的信息表或账号单里，请对照。",
        "The activation code has 16 characters, on the sheet or slip you were given; compare it.",
    ),
    "wrong.reason": ("请写明或选择原因，最多200个字。", "Give or choose a reason, at most 200 characters."),
    "wrong.role": ("请选择一个角色。", "Choose a role."),
    "wrong.path": ("请选择一个班级或单位。", "Choose a class or unit."),
    "wrong.code": ("学校标识码是10位数字。", "A school code has 10 digits."),
    "wrong.stage": ("请选择学段。", "Choose a stage."),
    "wrong.entry_year": ("入学年份请写四位数字，例如 2026。", "Write the entry year as four digits, for example 2026."),
    "wrong.number": ("班号请写1至99。", "Write the number of the class, 1 to 99."),
    "wrong.id": (
        "编号用小写字母和数字，最多20个，例如 2026a。",
        "Use lower-case letters and digits, at most 20, for example 2026a.",
    ),
    "wrong.opens": ("请写开始日，例如 2026-09-01。", "Write the opening day, for example 2026-09-01."),
    "wrong.cutoff": ("请写截止日，例如 2026-11-10。", "Write the cut-off day, for example 2026-11-10."),
    "wrong.last_day": ("请写最后一天，例如 2026-11-20。", "Write the last day, for example 2026-11-20."),
    "wrong.day": ("请写日期，例如 2026-11-23。", "Write the day, for example 2026-11-23."),
    "done.session-ended": (
        "登录已过期，请重新登录；刚才填写的内容还在。",
        "Your session has ended. Please sign in again; what you entered is kept.",
    ),
    "done.school": ("学校已登记。", "The school has been registered."),
}
