"""Texts of uploading."""

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
    "upload.example": (
        "好照片的样子：整张第1页在画面里，二维码和签名都清楚。",
        "A good photo: the whole of page 1 in view, QR code and signature sharp.",
    ),
    "upload.tips": ("怎样拍得清楚", "How to take a good photo"),
    "upload.tip1": ("把纸放平，在亮处拍。", "Lay the paper flat in good light."),
    "upload.tip2": ("从正上方拍，四个角都在画面里。", "Shoot from straight above with all four corners in view."),
    "upload.tip3": ("只拍第1页（有签名的一页），不要拍第2页。", "Photograph only page 1, which is signed, not page 2."),
    "upload.tip4": ("一个孩子一张，不要把两张表拍在一起。", "One sheet per photo."),
}
