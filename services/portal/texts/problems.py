"""Sentences for refusals that say what to do: by code, else by kind (the codes of shared.infrastructure.errors)."""

from __future__ import annotations

TEXTS = {
    "problem.title": ("这一步没有完成", "This did not work"),
    "problem.home": ("回到首页", "Home"),
    "problem.kept": (
        "填写的内容都还在，再点一次即可，不会重复办理。",
        "What you entered is kept. Send it again; nothing is done twice.",
    ),
    "problem.bad-request": (
        "这一步没有办成：页面和系统对不上。请刷新页面，再办一次。",
        "This was not done: page and system do not agree. Reload the page and do it again.",
    ),
    "problem.bad-fields": (
        "标出的几项没有填对，请照每一项的说明改。",
        "The marked fields are not filled in correctly; follow the hint at each of them.",
    ),
    "problem.not-signed-in": ("请先登录。", "Please sign in first."),
    "problem.password-must-change": ("请先设置自己的密码。", "Set your own password first."),
    "problem.outside-scope": ("您的账号没有这项权限。", "Your account has no permission for this."),
    "problem.outside-scope.permission": (
        "您的账号没有这项权限：{permission}。",
        "Your account has no permission to {permission}.",
    ),
    "problem.wrong-host": ("请从学校给的网址打开。", "Open the address that the school has given you."),
    "problem.proxy-only": ("请从公开网址访问。", "Use the public address."),
    "problem.not-found": (
        "没有找到。请检查地址或填写的内容，或从首页重新进入。",
        "Not found. Check the address or what you entered, or start from the home page.",
    ),
    "problem.method-not-allowed": ("这个地址不能这样打开。", "This address cannot be opened this way."),
    "problem.conflict": (
        "刚刚有人改过，请刷新后再试。",
        "Somebody has just changed this; reload the page and try again.",
    ),
    "problem.gone": (
        "已经失效：已被替代、撤回或过期。",
        "This is no longer valid: it was replaced or withdrawn, or has expired.",
    ),
    "problem.too-large": (
        "文件太大了。照片最大15 MB，名册最大10 MB，证明材料最大8 MB。",
        "The file is too large. Photos may have up to 15 MB, rosters up to 10 MB, proofs up to 8 MB.",
    ),
    "problem.unsupported-media": (
        "不支持这种文件。名册请用工作簿（.xlsx、.xls）、文本（.csv、.txt）或网页表格。",
        "This file type is not supported. Rosters: workbooks (.xlsx, .xls), text (.csv, .txt) or tables of web pages.",
    ),
    "problem.unprocessable": (
        "没有办成：填写的内容和系统里的对不上。请对照纸张或名单，再试一次。",
        "This was not done: what you entered does not agree with the records. Compare it with the paper or the list, "
        "then try again.",
    ),
    "problem.key-reused": (
        "这个页面已经用过一次，请再点一次。",
        "This page has already been used; please send it again.",
    ),
    "problem.too-many": ("试得太频繁，请15分钟后再试。", "Too many attempts; try again in 15 minutes."),
    "problem.too-many.wait": (
        "密码试错太多次，请{minutes}分钟后再试；急用时请上一级解除锁定。",
        "Too many wrong passwords; try again in {minutes} min, or ask the level above to lift the lock.",
    ),
    "problem.code-spoiled": (
        "这个注册码被试错太多次，已经作废。请向班主任要一个新的注册码。",
        "This code is void after too many failed attempts; ask the class teacher for a new one.",
    ),
    "problem.too-many-photos": (
        "这张表今天传的照片太多了。请先看已经上传的照片，或明天再传。",
        "Too many photos of this form were sent today. Check the ones already sent, or try again tomorrow.",
    ),
    "problem.internal": (
        "系统出了点问题，请稍后再试，不会重复提交。",
        "Something went wrong. Try again later; nothing is done twice.",
    ),
    "problem.unavailable": (
        "系统暂时忙，请稍后再试，不会重复提交。",
        "The service is temporarily unavailable. Try again later; nothing is done twice.",
    ),
    "problem.form-expired": (
        "页面打开太久了，这一步还没有办。填写的内容还在（密码要重填），请再提交一次。",
        "The page was open too long, so this has not been done. What you entered is kept, except passwords: "
        "please send it again.",
    ),
    "problem.not-chosen": ("还有一项没有选择，请选一个。", "An option has not been chosen yet; choose one."),
    "problem.not-confirmed": ("请先勾选“我知道不能撤销”。", "First tick “I understand that this cannot be undone”."),
    "problem.wrong-credentials": ("账号或密码不对。", "The account or password is wrong."),
    "problem.token-superseded": (
        "您的权限刚刚有变化，请再试一次。",
        "What your account may see has just changed; try again.",
    ),
    "problem.wrong-password": ("密码不对，请再试一次。", "The password is wrong; try again."),
    "problem.session-ended": ("登录已结束，请重新登录。", "The session has ended; sign in again."),
    "problem.password-too-short": ("密码太短了。", "The password is too short."),
    "problem.password-too-short.least": ("密码至少{least}个字符。", "A password has at least {least} characters."),
    "problem.password-too-long": ("密码最多128个字符。", "A password has at most 128 characters."),
    "problem.password-is-login": ("密码不能和账号相同。", "The password must not be the account name."),
    "problem.password-well-known": (
        "这个密码太常见或太容易猜到，请换一个，例如几个不相关的词。",
        "This password is too common or too easily guessed; choose another, for example a few unrelated words.",
    ),
    "problem.password-unchanged": (
        "新密码和旧密码相同，请换一个。",
        "The new password is the same as the old one; choose another.",
    ),
    "problem.passwords-differ": ("两次输入的密码不一样。", "The two passwords differ."),
    "problem.login-taken": (
        "这个账号名已有人用。如果是您刚才注册的，请直接登录；不是就换一个。",
        "This account name is taken. If you have just registered it, sign in; otherwise choose another.",
    ),
    "problem.account-exists": ("这个账号已经存在。", "This account already exists."),
    "problem.wrong-place": (
        "这个角色的账号不能设在这个单位。",
        "An account with this role cannot be issued at this unit.",
    ),
    "problem.teacher-decides": (
        "这位不在学籍名册里，只有班主任或学校能同意。",
        "The roster does not list this person; only the class teacher or the school can approve.",
    ),
    "problem.guardians-full": (
        "这个孩子关联的家长已经满了。请先让一位家长退出，或请班主任解除一位。",
        "This child has as many guardians as there may be. One of them leaves first, or the class teacher disconnects "
        "one.",
    ),
    "problem.guardians-full.most": (
        "一个孩子最多关联{most}位家长，已经满了。请先让一位家长退出，或请班主任解除一位。",
        "A child has at most {most} guardians, and all places are taken. One of them leaves first, or the class "
        "teacher disconnects one.",
    ),
    "problem.name-while-waiting": (
        "有申请正在等待确认，确认的人看的就是现在这个姓名。请先撤回申请，改好姓名再登记。",
        "A request waits, and the deciding person compares your present name. Take the request back first, change the "
        "name, then register again.",
    ),
    "problem.reason-missing": ("要写明原因。", "Give a reason."),
    "problem.too-many-waiting": (
        "已有好几位不在名册里的人用过这个注册码。请找班主任换一个新的。",
        "Several people whom the roster does not list have used this code. Ask the class teacher for a new one.",
    ),
    "problem.code-ended": (
        "这个注册码是上一次核查的，已经到期。请用新表第2页的码，或向班主任要一个。",
        "This code ended with its campaign. Use the one on page 2 of the new form, or ask the class teacher for one.",
    ),
    "problem.consent-outdated": (
        "同意书有新版本，请刷新页面再看一遍。",
        "The text of consent has changed; reload the page and read it again.",
    ),
    "problem.photo-in-check": (
        "这个孩子有照片正在检查，请过一分钟再试。",
        "A photo of this child is being checked; try again in a minute.",
    ),
    "problem.not-waiting": ("这位家长已经处理过了。", "This guardian has already been decided on."),
    "problem.code-characters": (
        "码里没有 0、O、1、I、L 这些字符，请对照纸张再看一遍。",
        "Codes never contain 0, O, 1, I or L; compare yours with the paper.",
    ),
    "problem.code-length": (
        "码是16位，四个一组，请检查是否漏了或多了。",
        "A code has 16 characters in four groups of four; check for missing or extra ones.",
    ),
    "problem.code-mistyped": (
        "有一位输错了，或两位颠倒了，请对照纸张。",
        "One character is wrong or two are swapped; compare the code with the paper.",
    ),
    "problem.code-unknown": (
        "没有这个码，或已作废。请对照纸张；重新打印过的，以新表为准。",
        "This code does not exist or is void. Compare it with the newest sheet.",
    ),
    "problem.page-two-code": (
        "这是第2页的注册码，用来注册家长账号。这里要第1页的上传码。",
        "This is the registration code from page 2, with which parents register. "
        "The upload code from page 1 is needed here.",
    ),
    "problem.page-one-code": (
        "这是第1页的上传码，用来上传确认表。这里要第2页的注册码。",
        "This is the upload code from page 1, with which the form is uploaded. "
        "The registration code from page 2 is needed here.",
    ),
    "problem.code-or-birth-date-wrong": (
        "注册码和出生日期对不上，请对照纸张检查。",
        "The registration code and birth date do not match; compare both with the paper.",
    ),
    "problem.birth-date-differs": (
        "注册码和出生日期对不上，请对照纸张检查。",
        "The registration code and birth date do not match; compare both with the paper.",
    ),
    "problem.birth-date-format": (
        "出生日期请写成8位数字，例如 20160501。",
        "Write the birth date as 8 digits, for example 20160501.",
    ),
    "problem.consent-missing": (
        "需要监护人同意才能注册；不同意可把纸质表交给班主任。",
        "Registration requires your consent; otherwise hand the paper form to the class teacher.",
    ),
    "problem.no-photo": ("请先拍照或选择照片。", "Take or choose a photo first."),
    "problem.photo-elsewhere": (
        "结果显示在上传照片的那台设备上。孩子的家长和班主任登录后，也可以在这张照片的页面查看。",
        "The result is shown on the device that sent the photo. "
        "The child's guardians and class teacher see it on the page of the photo, too, once they have signed in.",
    ),
    "problem.photo-not-here": (
        "您的孩子、班级或学校没有这张照片：可能不是您能看的，也可能已经没有了。请从名单里打开照片。",
        "Your child, class or school has no such photo: it may be another's, or is no longer there. Open photos from "
        "your own list.",
    ),
    "problem.no-file": ("请先选择文件。", "Choose the file first."),
    "problem.photo-not-current": (
        "这张照片已不再是已归档或待确认的照片，请刷新名单。",
        "This photo is no longer archived or waiting; reload the list.",
    ),
    "problem.already-archived": (
        "已有照片归档。请先退回或撤回那张照片。",
        "A photo of this form is archived; return or withdraw it first.",
    ),
    "problem.nothing-to-withdraw": ("没有可以撤回的照片。", "There is no photo to withdraw."),
    "problem.not-a-number": ("这里请只填数字。", "Enter digits only."),
    "problem.bad-day": ("日期请写成 2026-11-23 这样。", "Write the day as 2026-11-23."),
    "problem.class-exists": ("已有这个班级。", "This class already exists."),
    "problem.class-closed": ("没有这个班级，或已撤销。", "There is no such class, or it has been closed."),
    "problem.unit-exists": ("这个学校标识码已登记过。", "This school code is already registered."),
    "problem.wrong-parent": ("不能登记在这个单位下。", "The school cannot be registered under this unit."),
    "problem.campaign-exists": ("已有这个编号的批次。", "A campaign with this ID already exists."),
    "problem.code-alone-off": (
        "当地没有开通“只凭上传码上传”。请班主任代传；或者用第2页的注册码注册，登录以后上传。",
        "In your region the upload code alone is not enough. Ask the class teacher to upload for you; or register with "
        "the registration code on page 2 and upload from your account.",
    ),
    "problem.not-a-region": ("由省、市、区县决定。", "A province, a city or a county decides this."),
    "problem.campaign-over": (
        "这次核查已经结束，不再接收照片，也不再打印确认表。",
        "This campaign is over: no more photos are accepted and no forms are printed.",
    ),
    "problem.campaign-needed": (
        "有几次核查同时进行，请从孩子或班级页面进入。",
        "Several campaigns are open; start from “My children” or the class page.",
    ),
    "problem.nothing-to-print": (
        "这个班没有可打印的确认表，请先导入名册。",
        "This class has no forms to print; import the roster first.",
    ),
    "problem.campaign-not-open": ("核查批次还没有开始。", "The campaign is not open yet."),
    "problem.campaign-not-ready": (
        "核查刚刚开始，系统还在为已登记的学生建立记录；请稍后再打印。",
        "The campaign has just opened and records of the pupils are still being created; print later.",
    ),
    "problem.days-out-of-order": (
        "日期顺序不对：开始日、截止日、最后一天依次向后。",
        "The days are out of order. The order is: opens, cut-off, last day.",
    ),
    "problem.day-not-over": (
        "这一天还没有过完（北京时间），第二天才能结账。",
        "This day is not over yet (Beijing time); it can be closed tomorrow.",
    ),
    "problem.report-exists": (
        "这一天的通报已经生成，数字不同。更正由技术人员另发新版本。",
        "There is a report for this day with other figures. Technical staff issue corrections as a new version.",
    ),
    "problem.unplaced": (
        "有学校没有上级单位，请先登记好再生成通报。",
        "Some schools have no parent unit; register it first, then make the report.",
    ),
    "problem.empty-photo": ("照片是空的，请重新选择。", "The photo is empty; choose it again."),
    "problem.other-child": (
        "这个上传码属于另一个孩子或另一批次。",
        "This upload code belongs to another child or another campaign.",
    ),
    "problem.class-unknown": ("学校没有这个班级。", "The school has no such class."),
    "problem.day-not-closed": (
        "这一天还没有结账，请先由教育部结账。",
        "This day is not closed yet; the ministry must close it first.",
    ),
    "problem.control-totals-differ": (
        "统计与各系统还没有核对一致，暂不能生成通报。",
        "Statistics do not agree with the other services yet, so no report can be made.",
    ),
    "problem.parked": (
        "有记录没能计入，需要技术人员处理后才能生成通报。",
        "Some records could not be counted; technical staff must resolve them before a report can be made.",
    ),
}
