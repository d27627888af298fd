"""Texts of uploading, the result of a photo, registration, and children."""

from __future__ import annotations

from shared.language.consent import CONSENT_TEXT
from shared.language.measure_names import both

TEXTS = {
    "upload.title": ("上传确认表", "Upload the form"),
    "upload.lead": ("拍下签好名的第1页，一张照片就够。", "Photograph the signed page 1. One photo is enough."),
    "upload.for": ("孩子：", "For:"),
    "upload.code": ("上传码", "Upload code"),
    "upload.code.hint": (
        "在第1页二维码旁边，16位字母和数字。扫码打开会自动填好。",
        "Next to the QR code on page 1: 16 letters and digits. Scanning the code fills it in.",
    ),
    "upload.code.filled": ("✓ 已从二维码读入", "✓ Read from the QR code"),
    "upload.take": ("拍照", "Take a photo"),
    "upload.photo.hint": (
        "整张纸都在画面里，二维码清楚，没有手影。",
        "The whole sheet in view, a sharp QR code, no shadow.",
    ),
    "upload.choose": ("或者从相册选一张", "Or choose one from your album"),
    "upload.preview": ("您选择的照片", "The photo you chose"),
    "upload.send": ("上传", "Upload"),
    "upload.sending": ("正在上传", "Uploading"),
    "upload.shrinking": ("正在压缩照片…", "Compressing the photo …"),
    "upload.retrying": (
        "网络不好，正在自动重试，不会重复提交…",
        "The connection is poor. Retrying; nothing is sent twice …",
    ),
    "upload.offline": (
        "没有网络。恢复后会自动继续，请不要关闭页面。",
        "No network. The upload continues when it is back; keep this page open.",
    ),
    "upload.sent": ("这台设备传过的照片", "Photos sent from this device"),
    "upload.line": (
        "网络太差，照片还没有传上去。请换个地方或连上无线网络，再点“上传”；不会重复提交。",
        "The connection is too weak; the photo has not been sent yet. Move or use Wi-Fi, then tap Upload again; "
        "nothing is sent twice.",
    ),
    "upload.tips": ("怎样拍得清楚", "How to take a good photo"),
    "upload.tip1": ("把纸放平，在亮处拍。", "Lay the paper flat in good light."),
    "upload.tip2": ("从正上方拍，四个角都在画面里。", "Shoot from straight above with all four corners in view."),
    "upload.tip3": ("只拍第1页（有签名的一页），不要拍第2页。", "Photograph only page 1, which is signed, not page 2."),
    "upload.tip4": ("一个孩子一张，不要把两张表拍在一起。", "One sheet per photo."),
    "photo.title": ("照片结果", "Result of your photo"),
    "photo.received": ("收到时间：", "Received:"),
    "photo.looking": (
        "本页会自动更新。人多的时候要等几分钟。",
        "This page updates by itself. At busy times it takes a few minutes.",
    ),
    "photo.refresh": ("刷新", "Refresh"),
    "photo.later": (
        "可以先关闭本页：照片已收到。稍后在“上传确认表”页面的“这台设备传过的照片”里查看结果。",
        "You may close this page: we have your photo. "
        "See the result later under “Photos sent from this device” on the upload page.",
    ),
    "photo.again": ("重新拍一张", "Take another photo"),
    "photo.again.maybe": ("想现在就重新拍一张也可以", "You may also take another photo now"),
    "photo.another": ("为另一个孩子上传", "Upload for another child"),
    "photo.alt": ("确认表照片", "Photo of the confirmation form"),
    "photo.checking": ("收到了，正在检查", "Received; being checked"),
    "photo.checking.text": (
        "照片已安全收到。正在看二维码是否清楚、是不是这个孩子的表。",
        "We have your photo. We are checking its QR code and that it is this child's form.",
    ),
    "photo.archived": ("已归档，完成了", "Archived. You are done"),
    "photo.archived.text": (
        "这张确认表已经归档，不需要再做什么。班主任可能还会看一眼。",
        "The form is archived. There is nothing more to do; the class teacher may still review it.",
    ),
    "photo.archived.duplicate": ("之前已经收到过，完成了", "Already received. You are done"),
    "photo.archived.duplicate.text": (
        "这张照片之前已经归档，不会重复计数，不需要再做什么。",
        "This photo is archived already and counts once. There is nothing more to do.",
    ),
    "photo.waiting": ("收到了，等班主任看一下", "Received; the class teacher will review it"),
    "photo.waiting.text": (
        "照片已保存，班主任确认后归档。您不需要做什么。",
        "Your photo is saved. The class teacher archives it after a review; you need not do anything.",
    ),
    "photo.waiting.unreadable-qr": ("收到了，但二维码看不清", "Received, but the QR code cannot be read"),
    "photo.waiting.unreadable-qr.text": (
        "照片已保存，班主任看过就可以归档。您不需要做什么；如果方便，也可以在亮处重拍一张。",
        "Your photo is saved and the class teacher can archive it. You need not do anything; "
        "if you like, take a sharper one in better light.",
    ),
    "photo.waiting.void-sheet": ("收到了，但这是旧的一张表", "Received, but this is an older sheet"),
    "photo.waiting.void-sheet.text": (
        "学校后来重新打印过这张表。照片已保存，班主任会看；如果您手里有新表，请拍新的。",
        "The school has since printed a newer sheet. Your photo is saved for the class teacher; "
        "if you have the newer sheet, photograph that one.",
    ),
    "photo.waiting.suspicious": ("收到了，等班主任看一下", "Received; the class teacher will review it"),
    "photo.waiting.suspicious.text": (
        "有些地方机器判断不了，班主任确认后归档。您不需要做什么。",
        "It could not be checked automatically. The class teacher decides; you need not do anything.",
    ),
    "photo.waiting.page-incomplete": ("收到了，但没有拍到完整的一页", "Received, but the page is not complete"),
    "photo.waiting.page-incomplete.text": (
        "照片里要有整张第 1 页：上到二维码，下到签名框和它旁边的两个黑方块。照片已保存，班主任会看；"
        "您也可以拿远一点，把整页拍进画面再拍一张。",
        "The photo must show the whole of page 1, from the QR code down to the signature box with its two black "
        "squares. It is saved for the class teacher; you may also take another one from a little farther away.",
    ),
    "photo.waiting.unknown-sheet": ("收到了，但这个表单号没有打印过", "Received, but no such form was printed"),
    "photo.waiting.unknown-sheet.text": (
        "请拍学校发的那一张确认表。照片已保存，班主任会看。",
        "Please photograph the very form that the school handed out. Your photo is saved for the class teacher.",
    ),
    "photo.waiting.foreign-address": ("收到了，但二维码不是本平台的", "Received, but the QR code is not ours"),
    "photo.waiting.foreign-address.text": (
        "照片上的二维码指向别的网站，请不要打开它。请拍学校发的那一张确认表；班主任会看这张照片。",
        "The QR code leads to another website; do not open it. Please photograph the form that the school handed out; "
        "the class teacher will look at this photo.",
    ),
    "photo.waiting.second-photo": ("收到了，之前已有一张", "Received; an earlier photo exists"),
    "photo.waiting.second-photo.text": (
        "之前的照片仍然有效。要不要换成这一张，由班主任或先上传的家长决定。",
        "The earlier photo remains valid. The class teacher or the guardian who sent it decides which one stays.",
    ),
    "photo.refused": ("这张照片不能用", "This photo cannot be used"),
    "photo.refused.text": ("请重新拍一张签好名的第1页。", "Please photograph the signed page 1 again."),
    "photo.refused.other-child": ("这是另一个孩子的表", "This is another child's form"),
    "photo.refused.other-child.text": (
        "照片上的二维码属于别的孩子，没有计入。请拍您自己孩子的第1页。",
        "The QR code in the photo belongs to another child; it was not counted. Photograph your own child's page 1.",
    ),
    "photo.refused.page-two": ("请拍第1页", "Please photograph page 1"),
    "photo.refused.page-two.text": (
        "这是第2页（说明页），照片已删除。请翻到有签名的第1页再拍。",
        "This is page 2, the instructions; the photo was deleted. Photograph the signed page 1.",
    ),
    "photo.refused.not-an-image": ("这不是照片", "This is not a photo"),
    "photo.refused.not-an-image.text": (
        "请选择 JPEG、PNG、WebP 或 HEIC 照片，不要上传文档。",
        "Choose a JPEG, PNG, WebP or HEIC photo, not a document.",
    ),
    "photo.refused.too-many-pixels": ("照片尺寸太大", "The photo has too many pixels"),
    "photo.refused.too-many-pixels.text": (
        "请用手机相机的普通模式拍，不要用全景或超高像素。",
        "Use your camera's ordinary mode, not panorama or ultra-high resolution.",
    ),
    "photo.refused.damaged": ("照片文件损坏", "The photo is damaged"),
    "photo.refused.damaged.text": (
        "可能没有传完整。请重新拍一张。",
        "It may not have been transferred completely. Take another one.",
    ),
    "photo.refused.too-costly": ("这个文件打不开", "This file cannot be opened"),
    "photo.refused.too-costly.text": (
        "打开它要花的时间或内存远超一张普通照片，系统不会再试。请用手机相机重新拍一张，不要上传处理过的文件。",
        "Opening it takes far more time or memory than a photo does, and it is not tried again. "
        "Take another one with the camera; do not send a processed file.",
    ),
    "photo.refused.too-small": ("照片太小，看不清字", "The photo is too small to read"),
    "photo.refused.too-small.text": (
        "请用相机直接拍，不要用聊天软件里压缩过的图。",
        "Take it with the camera; do not use a picture that a chat app has compressed.",
    ),
    "photo.refused.blurred": ("照片太模糊", "The photo is too blurred"),
    "photo.refused.blurred.text": (
        "请放平纸张，拿稳手机，在亮处重拍。",
        "Lay the paper flat, hold the phone still, and retake it in good light.",
    ),
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
        "不用等也能上传：用第1页的上传码。",
        "You can upload without waiting, with the upload code on page 1:",
    ),
    "request.since": ("申请时间：", "Requested:"),
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
        "照片已收到，班主任看过就归档。",
        "The photo has arrived; the class teacher will look at it.",
    ),
    "form.archived": ("已归档", "Archived"),
    "form.archived.text": ("已完成，不需要再做什么。", "Done; there is nothing more to do."),
    "form.accepted": both("accepted"),
    "form.accepted.text": ("班主任已看过，审核通过。", "The class teacher has reviewed and accepted it."),
    "form.returned": both("returned"),
    "form.returned.text": (
        "班主任退回了照片，请重拍后上传。",
        "The class teacher has returned the photo; please take another one and upload it.",
    ),
    "form.paper": both("paper"),
    "form.paper.text": ("学校保存纸质表。想改为上传也可以。", "The school keeps the paper. You may still upload."),
}
