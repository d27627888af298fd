"""Texts of registration and children."""

from __future__ import annotations

from shared.language.consent import CONSENT_TEXT
from shared.language.measure_names import both

TEXTS = {
    "register.title": ("家长注册", "Register as a parent"),
    "register.step": ("第 {n} 步，共 2 步", "Step {n} of 2"),
    "register.lead": (
        "需要纸质表第2页的注册码，和孩子的出生日期。",
        "You need the registration code on page 2 and the child's birth date.",
    ),
    "register.code": ("注册码", "Registration code"),
    "register.code.hint": (
        "在第2页二维码旁边，16位字母和数字。",
        "Next to the QR code on page 2: 16 letters and digits.",
    ),
    "register.birth": ("孩子的出生日期", "The child's birth date"),
    "register.birth.hint": ("8位数字，例如 20160501", "8 digits, for example 20160501 for 1 May 2016"),
    "register.mistake": ("拿到的是别人的表？", "Is this somebody else's form?"),
    "register.mistake.text": (
        "请不要使用，交还班主任。班主任可以换一个新的注册码。",
        "Do not use it; return it to the class teacher, who can issue a new code.",
    ),
    "register.yours": ("这是您的孩子吗？", "Is this your child?"),
    "register.not-mine": ("不是，返回重填", "No, go back"),
    "register.staff": (
        "您现在用工作账号登录。注册家长账号前请先退出。",
        "You are signed in with a staff account. Sign out first to register as a parent.",
    ),
    "register.next": (
        "姓名和关系与学籍名册一致的，马上可以用；不一致的，等班主任同意后才能看到孩子的表。",
        "If your name and relation are those in the school's roster, you can start at once; otherwise the class "
        "teacher must approve you before you see the child's form.",
    ),
    "register.relation": ("您是孩子的", "You are the child's"),
    "register.name": ("您的姓名", "Your name"),
    "register.name.hint": (
        "真实姓名，与确认表上的家长姓名一致。班主任和孩子的第一位家长用来确认身份。",
        "Your real name, as the form gives it for the guardian. The class teacher and the child's first guardian use "
        "it to identify you.",
    ),
    "register.login": ("账号名", "Account name"),
    "register.login.hint": (
        "可以用手机号，也可以自己起，3至64个字符，不含空格。",
        "Your phone number or a name you choose; 3 to 64 characters, no spaces.",
    ),
    "register.password": ("密码", "Password"),
    "register.again": ("再输一遍密码", "Repeat the password"),
    "register.have": ("已有账号？", "Already have an account?"),
    "register.make": ("是我的孩子，注册", "Yes, register"),
    "register.add": ("是我的孩子，添加", "Yes, add this child"),
    "relation.mother": ("母亲", "mother"),
    "relation.father": ("父亲", "father"),
    "relation.grandparent": ("祖父母或外祖父母", "grandparent"),
    "relation.relative": ("其他亲属", "other relative"),
    "relation.guardian": ("监护人", "legal guardian"),
    "relation.other": ("其他", "other"),
    "consent.title": ("监护人同意", "Guardian's consent"),
    "consent.text": CONSENT_TEXT,
    "consent.version": ("版本 {version}", "Version {version}"),
    "consent.mine": ("我的同意", "My consent"),
    "consent.given": ("您同意了版本 {version}：", "You consented to version {version}:"),
    "consent.withdraw": ("撤回同意", "Withdraw my consent"),
    "consent.withdraw.hint": (
        "撤回后，这个孩子的照片全部撤回，您的账号不再关联这个孩子，注册码作废。"
        "请改交纸质表，对孩子没有影响；想重新开始，请向班主任要新的注册码。",
        "All photos of this child are then withdrawn, your account is no longer connected to the child, and the "
        "registration code is void. Hand in the paper form instead; your child has no disadvantage. "
        "To start again, ask the class teacher for a new code.",
    ),
    "consent.yes": ("我是监护人，已阅读并同意", "I am a guardian; I have read this and agree"),
    "consent.no": (
        "不同意也没关系：把纸质表交给班主任即可。",
        "You may decline: hand the paper form to the class teacher instead.",
    ),
    "child.name": ("姓名", "Name"),
    "child.school": ("学校", "School"),
    "child.class": ("班级", "Class"),
    "children.title": ("我的孩子", "My children"),
    "children.none": (
        "还没有关联的孩子。需要纸质表第2页的注册码；没有或已作废，请找班主任。",
        "No child is connected. You need the registration code on page 2; if you have none or it is void, "
        "ask the class teacher.",
    ),
    "request.title": ("等待确认", "Waiting for approval"),
    "request.teacher": (
        "您登记的姓名和关系不在学籍名册里，要等班主任或学校确认您是孩子的家长。",
        "The roster does not list your name and relation, so the class teacher or the school must confirm that you "
        "are the child's guardian.",
    ),
    "request.first": (
        "这个孩子已有一位家长，要等那位家长、班主任或学校同意。",
        "The child already has a guardian; that guardian, the class teacher or the school must approve you.",
    ),
    "request.next": (
        "您不用再注册。班主任在班级页面上点“同意”后，孩子会出现在这里；着急就直接联系班主任。在那以前，看不到孩子的表和照片。",
        "You need not register again. Once the class teacher taps “Approve” on the class page, the child appears "
        "here; if it is urgent, contact the class teacher. Until then you see neither form nor photo.",
    ),
    "request.meanwhile": (
        "不用等也能上传：请班主任代传；当地已开通凭码上传的，也可以用第1页的上传码。",
        "You can upload without waiting: ask the class teacher, or, where your region allows it, use the upload code "
        "on page 1:",
    ),
    "request.since": ("申请时间：", "Requested:"),
    "ended.title": ("不再关联", "No longer connected"),
    "ended.text": (
        "有一个孩子不再关联您的账号，您看不到这个孩子的表和照片了。您的账号和其他孩子不受影响。",
        "One child is no longer connected to your account, and you see its form and photos no more. "
        "Your account and your other children are not affected.",
    ),
    "ended.wrong-code": (
        "原因：您注册时用的是另一个家庭的注册码。请向班主任要您自己孩子的注册码。",
        "Reason: the registration code that you used belongs to another family. Ask the class teacher for the code of "
        "your own child.",
    ),
    "ended.not-guardian": (
        "原因：学校认为您不是这个孩子的监护人。",
        "Reason: the school holds that you are no guardian of it.",
    ),
    "ended.family-asks": ("原因：孩子的家庭提出的。", "Reason: the child's family asked for it."),
    "ended.other": ("原因请问班主任或学校。", "Ask the class teacher or the school for the reason."),
    "ended.declined": (
        "您的申请没有得到同意。如果您是孩子的监护人，请联系班主任。",
        "Your request was refused. If you are the child's guardian, contact the class teacher.",
    ),
    "ended.at": ("时间：", "When:"),
    "leave.title": ("退出这个孩子", "Leave this child"),
    "leave.hint": (
        "只是不再由您的账号管这个孩子：照片留着，您的同意的记录也留着，其他家长不受影响。注册码作废；想回来，请向班主任要新的。",
        "Your account no longer looks after this child: the photos and the record of your consent stay, other "
        "guardians are not affected. The registration code is void; to come back, ask the class teacher for a new one.",
    ),
    "request.take-back": ("撤回申请", "Take back my request"),
    "request.take-back.hint": (
        "用错了别人的注册码，就点这里。您的同意同时撤回，账号保留。",
        "If you used another family's code, tap here. Your consent is withdrawn, too; your account stays.",
    ),
    "registry.title": ("学籍信息", "Registry data"),
    "registry.lead": (
        "学籍系统里这个孩子的信息，和纸质确认表的内容一样。",
        "What the registry says of this child, as on the confirmation form.",
    ),
    "registry.as-of": ("读取时间 {at}", "Read on {at}"),
    "registry.guardian": ("监护人", "Guardian"),
    "registry.guardians": ("名册里的监护人", "Guardians in the roster"),
    "registry.no-guardians": ("名册里没有监护人。", "The roster lists no guardian."),
    "registry.guardians.hint": (
        "监护人的住址、单位和证件号属于本人，这里不显示，纸质表上有。",
        "Guardians' addresses, work places and ID numbers are their own and not shown here; the paper form has them.",
    ),
    "registry.copy": ("下载完整信息", "Download in full"),
    "registry.copy.hint": (
        "文本文件，含完整的学籍号和证件号；登录超过10分钟要再输一次密码。查看和下载都有记录。",
        "A text file with the full pupil and ID numbers; 10 minutes after signing in you enter your password again. "
        "Viewing and downloading are recorded.",
    ),
    "registry.wrong": ("有错怎么办", "Something is wrong?"),
    "registry.wrong.text": (
        "写在纸质表的“变更栏”里交给班主任，由学校更正；更正后这里会显示新的内容。",
        "Write it into the change column of the paper form and hand it to the class teacher. "
        "The school corrects it, and this page then shows the new data.",
    ),
    "withdrawal.title": ("没有账号，撤回照片", "Withdraw a photo without an account"),
    "withdrawal.lead": (
        "只撤回凭上传码传的照片。需要同一张表的两个码和孩子的出生日期。",
        "Withdraws only photos that were sent with the upload code. "
        "You need both codes of one form and the child's birth date.",
    ),
    "withdrawal.page-one": ("第1页二维码旁边", "Next to the QR code on page 1"),
    "withdrawal.page-two": ("第2页二维码旁边", "Next to the QR code on page 2"),
    "withdrawal.hint": (
        "撤回后不再计为已上传，请改交纸质表，对孩子没有影响。",
        "It then no longer counts as uploaded. Hand in the paper form; your child has no disadvantage.",
    ),
    "withdrawal.account": ("有家长账号的，在“我的孩子”里撤回：", "With an account, withdraw it under “My children”:"),
    "children.add": ("+ 添加另一个孩子", "+ Add another child"),
    "children.waiting": (
        "这位家长也用注册码登记了这个孩子。您同意以后，这位家长能查看、上传和撤回孩子的照片；"
        "只有班主任或学校能取消。不认识的人请不要同意，请告诉班主任。",
        "This person has also registered with the child's code. If you approve, they can see, upload and withdraw "
        "the child's photos; only the class teacher or the school can undo it. "
        "Approve only people you know, and tell the class teacher about others.",
    ),
    "children.waiting-teacher": (
        "这位用注册码登记了这个孩子，但不在学籍名册里，只有班主任或学校能同意。不认识请告诉班主任。",
        "This person has registered with the child's code but is not in the roster; only the class teacher or the "
        "school can approve. If you do not know them, tell the class teacher.",
    ),
    "children.agree": ("同意", "Approve"),
    "children.see": ("查看照片", "View the photo"),
    "children.see-returned": ("看退回的那张照片", "See the photo that was returned"),
    "children.second": ("还有一张新照片，等您决定", "A new photo waits for your decision"),
    "children.replace": ("换成这一张", "Use this one instead"),
    "children.until": ("最晚{day}上传。", "Please upload by {day}."),
    "children.over": (
        "这次核查已于{day}结束，不再收照片。",
        "This campaign ended on {day}; no more photos are accepted.",
    ),
    "children.withdraw": ("撤回照片", "Withdraw the photo"),
    "children.withdraw.hint": (
        "撤回后不再计为已上传。可以重新上传，或改交纸质表。",
        "It then no longer counts as uploaded. You may upload again or hand in the paper form.",
    ),
    "form.missing": both("missing"),
    "form.missing.text": ("请拍下签好名的第1页上传。", "Please upload a photo of the signed page 1."),
    "form.waiting": both("flagged"),
    "form.waiting.text": (
        "照片已收到，还没有计为“已上传”：要等班主任看过。",
        "The photo has arrived and does not count as uploaded yet: the class teacher looks at it first.",
    ),
    "form.archived": ("已归档", "Archived"),
    "form.archived.text": (
        "已计为“已上传”。班主任还会看签名和字迹，不合格会退回并写明原因。",
        "It counts as uploaded. The class teacher still checks signature and writing, and returns it with the reason "
        "if something is wrong.",
    ),
    "form.accepted": both("accepted"),
    "form.accepted.text": ("班主任已看过，审核通过。", "The class teacher has reviewed and accepted it."),
    "form.returned": both("returned"),
    "form.returned.text": (
        "照片被退回了，请重拍后上传。",
        "The photo was returned; please take another one and upload it.",
    ),
    "form.paper": both("paper"),
    "form.paper.text": ("学校保存纸质表。想改为上传也可以。", "The school keeps the paper. You may still upload."),
}
