"""What a person is told about a photo: what has become of it by now, and why, in words."""

from __future__ import annotations

from dataclasses import dataclass

from services.upload.domain.form_state import REPLACED, WITHDRAWN, Form
from services.upload.domain.matching import ARCHIVED, REFUSED, WAITING
from services.upload.photos.protocol import CHECKING, OPEN, Photo

RETURNED, DUPLICATE = "returned", "duplicate"
TEXTS = {  # (state or reason) -> (Chinese, English)
    OPEN: ("照片还没有传完。", "The photo has not arrived yet."),
    CHECKING: ("照片已收到，正在核对。", "The photo has arrived and is being checked."),
    ARCHIVED: ("已上传并存档。", "The photo is archived."),
    DUPLICATE: ("这张照片已经存档，不用重复上传。", "This very photo is archived already."),
    REPLACED: ("已有更新的照片存档，这张不再使用。", "A newer photo is archived; this one is not used any more."),
    "unreadable-qr": (
        "二维码看不清，等待班主任查看；也可以重拍一张清楚的。",
        "The QR code cannot be read: the class teacher will look at it; or take a sharper photo.",
    ),
    "void-sheet": (
        "这张确认表已重新打印，等待班主任查看。",
        "This form was printed anew since: the class teacher will look at it.",
    ),
    "suspicious": (
        "照片上的二维码需要班主任查看。",
        "The codes on this photo need a look: the class teacher will do that.",
    ),
    "second-photo": (
        "家长已上传过照片，这一张等待班主任或家长确认。",
        "The guardian's own photo is archived: this one waits for the teacher's or the guardian's yes.",
    ),
    "other-child": (
        "这是另一个学生的确认表，没有计入。请核对后重拍。",
        "This is another child's form; it does not count. Please photograph your child's.",
    ),
    "page-two": ("这是第 2 页，请拍第 1 页。", "This is page 2. Please photograph page 1."),
    "not-an-image": (
        "这不是照片。请上传 JPEG、PNG、WebP 或 HEIC 照片。",
        "This is not a photo. Please send JPEG, PNG, WebP or HEIC.",
    ),
    "too-many-pixels": (
        "照片像素太大，请用手机的普通模式重拍。",
        "The photo has too many pixels; use the phone's usual mode.",
    ),
    "too-small": (
        "照片太小，看不清签名。请重拍一张清楚的。",
        "The photo is too small to read; please take another one.",
    ),
    "too-large": ("照片文件太大，最多 15 MB。", "The photo is larger than 15 MB."),
    "damaged": (
        "照片文件已损坏，请重拍或重新上传。",
        "The file is damaged; please send it again or take another photo.",
    ),
    WITHDRAWN: ("这张照片已撤回。", "The photo was withdrawn."),
    "blurred": ("老师退回：照片不清楚，请重拍。", "Returned: the photo is blurred; please take another one."),
    "unsigned": (
        "老师退回：没有签名，请签名后重拍。",
        "Returned: the signature is missing; please sign and take another photo.",
    ),
    "wrong-page": ("老师退回：请拍第 1 页。", "Returned: please photograph page 1."),
    "wrong-child": ("老师退回：这不是该学生的确认表。", "Returned: this is another child's form."),
    "incomplete": (
        "老师退回：照片没有拍全，请重拍。",
        "Returned: a part of the page is missing; please take another photo.",
    ),
    "other": ("老师退回，请联系班主任后重拍。", "Returned: please ask the class teacher, then take another photo."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """state: "open", "checking", "archived", "waiting" or "refused". reason: a key of TEXTS, or ""."""

    state: str
    reason: str = ""

    @property
    def texts(self) -> tuple[str, str]:
        return TEXTS[self.reason or self.state]


def standing_of(photo: Photo, form: Form) -> Standing:
    """The photo's own record tells of the check, the form's events of everything after it."""
    if not photo.sha256:
        return Standing(photo.state, photo.reason)
    if form.is_archive(photo.sha256):
        return Standing(ARCHIVED, photo.reason if photo.reason == DUPLICATE else "")
    if waits := form.waits(photo.sha256):
        return Standing(WAITING, waits.reason)
    fate = form.gone.get(photo.sha256, REPLACED)
    return Standing(ARCHIVED if fate == REPLACED else REFUSED, fate)
