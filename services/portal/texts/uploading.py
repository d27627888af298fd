"""Texts of uploading and of the result of a photo."""

from __future__ import annotations

TEXTS = {
    "upload.title": ("上传确认表", "Upload the form"),
    "upload.lead": ("拍下签好名的第1页，一张照片就够。", "Photograph the signed page 1. One photo is enough."),
    "upload.for": ("孩子：", "For:"),
    "upload.code": ("上传码", "Upload code"),
    "upload.code.hint": (
        "在第1页二维码旁边，16位字母和数字。扫码打开会自动填好。",
        "Next to the QR code on page 1: 16 letters and digits. Scanning the code fills it in.",
    ),
    "upload.code.check": ("先查这个码能不能用", "Check the code first"),
    "upload.code.usable": ("✓ 这个码可以用，请拍照上传。", "✓ This code is good. Take the photo now."),
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
    "photo.refused.blurred": ("照片太模糊", "The photo is too blurred"),
    "photo.refused.blurred.text": (
        "请放平纸张，拿稳手机，在亮处重拍。",
        "Lay the paper flat, hold the phone still, and retake it in good light.",
    ),
}
