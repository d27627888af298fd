"""Texts of every page, of the home page, and of signing in."""

from __future__ import annotations

from shared.language import permissions
from shared.language.form_title import FORM_TITLE
from shared.language.measure_names import zh
from shared.language.roles import ROLES_IN_ORDER

TEXTS = {
    "name": ("点名", "Rollcall"),
    "tagline": ("学籍信息核查", "Pupil registry check"),
    "skip": ("跳到正文", "Skip to the content"),
    "menu": ("主菜单", "Main menu"),
    "footer": (
        "点名 · 全国中小学生学籍信息核查。本页不使用任何第三方服务，不做跟踪。",
        "Rollcall · the yearly check of the pupil registry. No third-party service, no tracking.",
    ),
    "clock.shifted": ("演示副本：时钟已拨到 {day}", "Demonstration copy: its clock is set to {day}"),
    "back": ("返回", "Back"),
    "next": ("下一步", "Next"),
    "choose": ("请选择", "Choose"),
    "again": ("再试一次", "Try again"),
    "menu.children": ("我的孩子", "My children"),
    "menu.class": ("班级", "Class"),
    "menu.school": ("学校", "School"),
    "menu.figures": ("执行统计", "Figures"),
    "menu.reports": ("月度通报", "Monthly reports"),
    "menu.accounts": ("账号", "Accounts"),
    "menu.campaigns": ("核查批次", "Campaigns"),
    "menu.views": ("查看记录", "Views"),
    "menu.upload": ("凭码上传", "Upload by code"),
    **{f"role.{role.name}": (role.zh, role.en) for role in ROLES_IN_ORDER},
    **{f"permission.{name}": (each.zh, each.en) for name, each in permissions.CATALOGUE.items()},
    "home.title": ("上传学籍信息确认表", "Upload the confirmation form"),
    "home.lead": (
        f"学校发的《{FORM_TITLE}》，核对、签名之后，拍一张照片传上来就可以了。不用装应用，不用短信验证码。",
        "Check the form from school, sign it, and upload a photo of it here. You need no app and no text message.",
    ),
    "home.upload": ("上传确认表", "Upload the form"),
    "home.upload.hint": (
        "用第1页上的上传码；当地已开通的，不需要账号",
        "With the upload code on page 1; without an account where your region allows it",
    ),
    "home.register": ("家长注册", "Register as a parent"),
    "home.register.hint": (
        "用第2页上的注册码，随时查看进度",
        "With the registration code on page 2; see progress at any time",
    ),
    "home.sign-in.hint": (
        "家长、班主任、学校和各级管理员",
        "Parents, class teachers, schools and education authorities",
    ),
    "home.go-on.hint": ("已登录：{role}", "Signed in: {role}"),
    "home.steps": ("一共三步", "Three steps"),
    "home.step1": (
        "逐项核对纸上的信息，有错就写在“变更栏”，然后签名。",
        "Check every line, write corrections in the change column, and sign.",
    ),
    "home.step2": (
        "用手机扫第1页的二维码，拍下整张第1页。",
        "Scan the QR code on page 1 with your phone and photograph the whole page.",
    ),
    "home.step3": (
        "看到“已归档”就算上传好了，记下受理号，纸质表交回学校。班主任还会看一遍，不合格会退回。",
        "When it says “Archived”, it counts. Note the receipt number and return the paper to school. The class teacher "
        "still looks at the photo and returns it if something is wrong.",
    ),
    "why.title": ("谁在收集、为什么、存在哪里", "Who collects this, why, and where it is stored"),
    "why.who": ("谁在收集", "Who collects this"),
    "why.who.text": (
        "您孩子的学校，按照教育部统一安排的学籍信息核查。",
        "Your child's school, for the yearly check of the national pupil registry.",
    ),
    "why.what": ("为什么", "Why"),
    "why.what.text": (
        "照片证明监护人核对了学籍信息并签名确认，不作其他用途。",
        "The photo proves that a guardian has checked and signed the data. It is used for nothing else.",
    ),
    "why.where": ("存在哪里", "Where it is stored"),
    "why.where.text": (
        "保存在本省的存储中，只有班主任、学校和已关联的家长能看到。照片里的位置信息会被删除。",
        "In your province's storage. Only the class teacher, the school and the child's guardians can see it. "
        "The location inside the photo is removed.",
    ),
    "why.no": ("不愿意上传？", "Prefer not to upload?"),
    "why.no.text": (
        "可以不上传：把签好名的纸质表交给班主任，由学校留存纸质档案，对孩子没有影响。",
        "Hand the signed form to the class teacher; the school keeps it on paper. Your child has no disadvantage.",
    ),
    "sign-in.title": ("登录", "Sign in"),
    "sign-in.login": ("账号", "Account"),
    "sign-in.password": ("密码", "Password"),
    "confirmation.title.password": ("请再输入一次密码", "Enter your password once more"),
    "confirmation.why.password": (
        "打印、导出和重置前，请再输入一次密码，确认是您本人在操作。",
        "Printing, exporting and resetting ask for your password, to be sure that it is you.",
    ),
    "confirmation.go-on": ("确认并继续", "Confirm and go on"),
    "confirmation.kept": (
        "填写的内容都还在，确认后接着办理。",
        "What you entered is kept; it is carried out as soon as you have confirmed.",
    ),
    "sign-in.new": ("家长还没有账号？", "No account yet?"),
    "sign-in.forgot": ("忘记账号或密码", "Forgot your account or password?"),
    "sign-in.forgot.text": (
        "家长请找班主任；班主任请找学校学籍管理员；学校请找上级管理员。他们可以看到账号并重设密码。",
        "Parents ask the class teacher, class teachers ask the school, schools ask the level above. "
        "They can look up the account and reset the password.",
    ),
    "sign-out": ("退出", "Sign out"),
    "password.title": ("修改密码", "Change password"),
    "password.must": ("请先设一个只有您知道的新密码。", "Choose a password that only you know."),
    "password.old": ("现在的密码", "Current password"),
    "password.new": ("新密码", "New password"),
    "password.again": ("再输一遍新密码", "Repeat the new password"),
    "password.rule": (
        "至少12个字符，几个不相关的词连起来就很好；空格和汉字都可以，不必有大小写或符号。",
        "At least 12 characters; a few unrelated words work well. Spaces and any script are fine; no symbols needed.",
    ),
    "password.rule.guardian": (
        "至少8个字符，几个不相关的词连起来就很好；空格和汉字都可以，不必有大小写或符号。",
        "At least 8 characters; a few unrelated words work well. Spaces and any script are fine; no symbols needed.",
    ),
    "password.rule.both": (
        "家长至少8个字符，工作人员至少12个字符，几个不相关的词连起来就很好。",
        "Guardians: at least 8 characters, staff: at least 12; a few unrelated words work well.",
    ),
    "password.change": ("保存新密码", "Save new password"),
    "done.signed-out": ("已退出登录。", "You have signed out."),
    "done.password": ("密码已修改。", "Your password has been changed."),
    "done.bound": (
        "注册成功，已与孩子关联。现在可以上传确认表了。",
        "Registered and connected to your child. You can upload the form now.",
    ),
    "done.waiting": (
        "注册成功，还要等确认。接下来怎么办，见下面。",
        "Registered; you still have to be approved. What happens next is said below.",
    ),
    "done.consent-withdrawn": (
        "已撤回同意：照片已撤回，这个孩子不再关联您的账号。",
        "Your consent is withdrawn: so are the photos, and the child is no longer connected to your account.",
    ),
    "done.request-taken-back": ("已撤回申请。", "Your request has been taken back."),
    "done.nothing-withdrawn": (
        "没有凭上传码传的照片可以撤回。家长账号或学校传的，请登录后撤回，或找班主任。",
        "There is no photo sent with the upload code. One sent by a guardian's account or the school is withdrawn "
        "after signing in, or by the class teacher.",
    ),
    "done.withdrawn": ("照片已撤回。", "The photo has been withdrawn."),
    "done.archive": ("已归档。", "Archived."),
    "done.accept": (f"{zh('accepted')}。", "Accepted."),
    "done.return": ("已请家长重拍，家长会看到原因。", "Returned; the family can see the reason."),
    "done.paper": (f"已记为{zh('paper')}。", "Recorded as kept on paper."),
    "done.misuse-reported": (
        "已收到。注册码和出生日期都对的话，班主任会核实并和孩子家长联系。",
        "Received. If code and birth date are right, the class teacher checks it and contacts the child's family.",
    ),
    "done.misuse-closed": ("已结案。", "The case is closed."),
    "done.left": (
        "已退出，这个孩子不再关联您的账号。照片留在学校。",
        "You have left: the child is no longer connected to your account. Its photos stay with the school.",
    ),
    "done.details": ("已保存。下次请用新的账号名登录。", "Saved. Sign in with this account name next time."),
    "done.erased": ("账号已注销，个人信息已删除。", "Your account is erased and your personal data deleted."),
    "done.guardian-yes": ("已同意这位家长。", "The guardian has been approved."),
    "done.guardian-no": ("已拒绝这位家长。", "The guardian has been refused."),
    "done.class": ("班级已建立。", "The class has been added."),
    "done.draft": (
        "草稿已生成，只有本级和上级看得到。请核对，再下发。",
        "The draft has been made; only your level and those above see it. Check it, then publish it.",
    ),
    "done.report": (
        "通报已下发，本级和下级都能阅读。",
        "The report is published: your level and everybody below can read it.",
    ),
    "done.campaign": ("核查批次已建立，还没有开始。", "The campaign has been planned; it is not open yet."),
    "done.campaign-changed": ("计划已更改。", "The plan has been changed."),
    "done.campaign-cancelled": ("这次核查已取消。", "The campaign has been cancelled."),
    "done.campaign-extended": ("核查已延长。", "The campaign has been extended."),
    "done.campaign-closed": ("已改为提前结束。", "The campaign will close early."),
    "done.campaign-open": ("核查已开始。", "The campaign is open."),
}
