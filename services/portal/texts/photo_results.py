"""Texts of the result of a photo and of its receipt number."""

from __future__ import annotations

TEXTS = {
    "photo.title": ("照片结果", "Result of your photo"),
    "photo.received": ("收到时间", "Received"),
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
    "photo.again.better": ("再拍一张更好的", "Send a better photo"),
    "photo.another": ("为另一个孩子上传", "Upload for another child"),
    "photo.alt": ("确认表照片", "Photo of the confirmation form"),
    "photo.checking": ("收到了，正在检查", "Received; being checked"),
    "photo.checking.text": (
        "照片已安全收到。正在看二维码是否清楚、是不是这个孩子的表。",
        "We have your photo. We are checking its QR code and that it is this child's form.",
    ),
    "photo.receipt": ("受理号", "Receipt number"),
    "photo.receipt.hint": (
        "有问题时，把受理号告诉班主任或学校，就能查到这张照片。",
        "If you have a question, tell the class teacher or the school this number: they find the photo by it.",
    ),
    "photo.campaign": ("核查批次", "Campaign"),
    "photo.see": ("看这张照片", "See this photo"),
    "photo.not-yet": (
        "现在还没有计为“已上传”：要等班主任看过。不想等，可以再拍一张更好的；新照片归档后，这一张自动作废。",
        "It does not count as uploaded yet: the class teacher looks at it first. You need not wait: send a better "
        "photo, and once that one is archived it replaces this one.",
    ),
    "photo.look-yourself": (
        "请自己再看一眼：签名了吗？字看得清吗？没拍好，",
        "Have another look yourself: is it signed, is the writing legible? If not,",
    ),
    "photo.archived": ("已归档，等班主任审核", "Archived; the class teacher will review it"),
    "photo.archived.text": (
        "已计为“已上传”。机器只看了二维码和页面，有没有签名、字清不清楚由班主任看；不合格会退回，这里和“我的孩子”里会写明原因。",
        "It counts as uploaded. Only the code and the page were checked by machine; the class teacher checks the "
        "signature and the writing. If it is returned, the reason is shown here and under “My children”.",
    ),
    "photo.accepted": ("审核通过，完成了", "Accepted. You are done"),
    "photo.accepted.text": (
        "班主任已经看过，不需要再做什么。",
        "The class teacher has reviewed it. There is nothing more to do.",
    ),
    "photo.archived.duplicate": ("之前已经收到过", "Already received"),
    "photo.archived.duplicate.text": (
        "这张照片之前已经归档，不会重复计数。有没有签名、字清不清楚由班主任看。",
        "This photo is archived already and counts once. The class teacher checks the signature and the writing.",
    ),
    "photo.archived.replaced": ("已有更新的照片", "A newer photo is archived"),
    "photo.archived.replaced.text": (
        "后来的一张已经归档，这一张不再使用。",
        "A later photo is archived; this one is not used any more.",
    ),
    "photo.waiting": ("收到了，等班主任看", "Received; waiting for the class teacher"),
    "photo.waiting.text": ("班主任看过才归档。", "It is archived once the class teacher has looked at it."),
    "photo.waiting.unreadable-qr": ("收到了，但二维码看不清", "Received, but the QR code cannot be read"),
    "photo.waiting.unreadable-qr.text": (
        "机器认不出是哪个孩子的表，要班主任看。二维码在第1页右上角，不要盖住、不要反光，在亮处拍。",
        "It cannot be told whose form it is, so the class teacher must look. The code is at the top right of page 1: "
        "keep it uncovered, without glare, in good light.",
    ),
    "photo.waiting.void-sheet": ("收到了，但这是旧的一张表", "Received, but this is an older sheet"),
    "photo.waiting.void-sheet.text": (
        "学校后来重新打印过这张表。手里有新表的，请签好名拍新的；没有的，等班主任看。",
        "The school has printed a newer sheet since. If you have it, sign and photograph that one; if not, the class "
        "teacher will look at this photo.",
    ),
    "photo.waiting.suspicious": ("收到了，等班主任看", "Received; waiting for the class teacher"),
    "photo.waiting.suspicious.text": (
        "照片上的二维码要班主任确认。一张照片只拍一个孩子的一张表。",
        "The class teacher must confirm the codes in this photo. One photo shows one form of one child.",
    ),
    "photo.waiting.page-incomplete": ("收到了，但没有拍到完整的一页", "Received, but the page is not complete"),
    "photo.waiting.page-incomplete.text": (
        "照片里要有整张第1页：上到二维码，下到签名框和它旁边的两个黑方块。拿远一点，把整页拍进画面。",
        "The photo must show the whole of page 1, from the QR code down to the signature box with its two black "
        "squares. Hold the phone a little farther away.",
    ),
    "photo.waiting.another-sheet": ("收到了，但旁边好像还有一张表", "Received, but another sheet seems to be in it"),
    "photo.waiting.another-sheet.text": (
        "孩子的档案里只能有自己的表，所以要班主任看过才归档。也可以重拍：只拍这一张第1页，旁边不要放别的纸。",
        "A child's archive may hold that child's form only, so the class teacher must look first. You may also take "
        "another photo: this page 1 alone, with no other paper beside it.",
    ),
    "photo.waiting.unknown-sheet": ("收到了，但这个表单号没有打印过", "Received, but no such form was printed"),
    "photo.waiting.unknown-sheet.text": (
        "请拍学校发的那一张确认表原件，不要拍复印件或自己做的表。",
        "Please photograph the very form that the school handed out, no copy and none of your own.",
    ),
    "photo.waiting.foreign-address": ("收到了，但二维码不是本平台的", "Received, but the QR code is not ours"),
    "photo.waiting.foreign-address.text": (
        "照片上的二维码指向别的网站，请不要打开它。请拍学校发的那一张确认表。",
        "The QR code leads to another website; do not open it. Please photograph the form that the school handed out.",
    ),
    "photo.waiting.second-photo": ("收到了，之前已有一张", "Received; an earlier photo exists"),
    "photo.waiting.second-photo.text": (
        "之前的照片仍然有效。要不要换成这一张，由班主任或先上传的家长决定。",
        "The earlier photo remains valid. The class teacher or the guardian who sent it decides which one stays.",
    ),
    "photo.waiting.on-hold": ("这张照片先搁置了", "This photo is on hold"),
    "photo.waiting.on-hold.text": (
        "它是用误用的注册码传的，暂时不计，等班主任核对。孩子的家长可以重新上传，新照片会代替它。",
        "It was sent with a registration code of another family and does not count until the class teacher has checked "
        "it. The child's own family may send a new one, which takes its place.",
    ),
    "photo.refused.misused-code": ("退回了，是误用注册码传的", "Returned: sent with another family's code"),
    "photo.refused.misused-code.text": (
        "传这张照片的人用错了注册码。请孩子的家长重新拍第1页上传。",
        "The sender had used another family's registration code. The child's own family sends a new photo of page 1.",
    ),
    "photo.refused": ("这张照片不能用", "This photo cannot be used"),
    "photo.refused.text": ("请重新拍一张签好名的第1页。", "Please photograph the signed page 1 again."),
    "photo.refused.no-page": ("照片里没有看到确认表", "There is no form in this photo"),
    "photo.refused.no-page.text": (
        "照片没有收下。请拍签好名的第1页，像图里这样，整张纸都在画面里。",
        "The photo was not kept. Photograph the signed page 1 as in the drawing, with the whole sheet in view.",
    ),
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
    "photo.refused.several-forms": ("照片里有两个孩子的表", "Two children's forms are in this photo"),
    "photo.refused.several-forms.text": (
        "没有计入，因为每个孩子的档案里只能有自己的表。请一张照片只拍一个孩子的第1页，再各传一次。",
        "It was not counted: a child's archive may hold that child's form only. Photograph each form on its own, and "
        "send the photos one by one.",
    ),
    "photo.refused.several-pages": ("这个文件有好几页", "This file has several pages"),
    "photo.refused.several-pages.text": (
        "没有计入。请每个孩子只传第1页：扫描时一页存一个文件，或者用手机拍下来。",
        "It was not counted. Send page 1 alone, one file for each child: scan it into a file of its own, or take a "
        "photo of it.",
    ),
    "photo.refused.not-an-image": ("这不是照片", "This is not a photo"),
    "photo.refused.not-an-image.text": (
        "请用手机拍第1页，直接上传照片。扫描件请存成 JPEG 或 PDF，一页一个文件；不要上传 Word 等文档。",
        "Photograph page 1 and send the photo. Save a scan as JPEG or PDF, one page in a file; do not send Word "
        "documents and the like.",
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
    "photo.refused.withdrawn": ("这张照片已撤回", "This photo was withdrawn"),
    "photo.refused.withdrawn.text": (
        "照片已销毁，不再计为已上传。想重新上传也可以。",
        "It was destroyed and no longer counts as uploaded. You may upload again.",
    ),
    "photo.refused.blurred": ("退回了：照片不清楚", "Returned: the photo is not clear"),
    "photo.refused.blurred.text": (
        "班主任看不清上面的字。请把纸放平，在亮处拿稳手机，重拍一张。",
        "The class teacher cannot read it. Lay the paper flat in good light, hold the phone still and retake it.",
    ),
    "photo.refused.unsigned": ("退回了：没有签名", "Returned: it is not signed"),
    "photo.refused.unsigned.text": (
        "班主任没有看到家长签名。请在第1页下方的签名框里签名，再拍一张。",
        "The class teacher found no signature. Sign in the box at the bottom of page 1, then take another photo.",
    ),
    "photo.refused.wrong-page": ("退回了：拍的不是第1页", "Returned: it is not page 1"),
    "photo.refused.wrong-page.text": (
        "请拍有二维码和签名框的第1页，不要拍第2页或别的纸。",
        "Photograph page 1, the one with the signature box, not page 2 or another paper.",
    ),
    "photo.refused.wrong-child": ("退回了：这是别的孩子的表", "Returned: it is another child's form"),
    "photo.refused.wrong-child.text": (
        "班主任发现这张表不是这个孩子的。请核对表上的姓名，拍自己孩子的那一张。",
        "The class teacher found that this form is not this child's. Compare the name and photograph your own child's.",
    ),
    "photo.refused.another-form": (
        "退回了：旁边还有别的孩子的表",
        "Returned: another child's form is in the picture, too",
    ),
    "photo.refused.another-form.text": (
        "照片里还看得到别的孩子的表。请把别的纸拿开，只拍自己孩子的第1页，再传一次。",
        "Another child's form can be seen beside this one. Take other papers away, photograph your own child's page 1 "
        "alone, and send that.",
    ),
    "photo.refused.incomplete": ("退回了：没有拍全", "Returned: a part of the page is missing"),
    "photo.refused.incomplete.text": (
        "照片里缺了一部分。请把整张第1页拍进画面，四个角都要看得到。",
        "A part of the page is not in the picture. Photograph the whole of page 1 with all four corners.",
    ),
    "photo.refused.other": ("退回了，请联系班主任", "Returned; ask the class teacher"),
    "photo.refused.other.text": (
        "班主任退回了这张照片。请先问班主任要改什么，再重拍。",
        "The class teacher has returned this photo. Ask what to change, then take another one.",
    ),
    "receipt.find": ("按受理号找照片", "Find a photo by its receipt number"),
    "receipt.lead": (
        "家长上传后会看到一个受理号，打电话或发消息时报给您。",
        "Families see a receipt number after uploading and can tell you it on the telephone.",
    ),
    "receipt.hint": (
        "10位数字，例如 482-177-3052。只找得到您自己班级或学校的照片，查找有记录。",
        "10 digits, for example 482-177-3052. Only photos of your own class or school are found; the view is recorded.",
    ),
    "problem.receipt-mistyped": (
        "受理号是10位数字，例如 482-177-3052；缺了一位或有一位不对，请家长再念一遍。",
        "A receipt number has 10 digits, for example 482-177-3052; one is missing or wrong. Ask to hear it again.",
    ),
    "receipt.go": ("查找", "Find"),
    "receipt.none": (
        "您的班级或学校没有这个受理号的照片。请家长再念一遍号码。",
        "No photo of your class or school has this number. Ask the family to read it out again.",
    ),
    "receipt.class": ("到班级名单", "To the class list"),
}
