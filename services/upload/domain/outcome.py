"""Outcome of a photo: its state and the reason for it. Lists all states and reasons, and the API's messages.

The portal words its own texts for them; the API's message is shown where it has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.language.contracts import upload as contract

IN_PROGRESS = OPEN, CHECKING = "open", "checking"  # a ticket; a photo whose bytes are stored
SETTLED = ARCHIVED, WAITING, REFUSED = "archived", "waiting", "refused"  # waiting: for a person; refused: never counts
STATES = (*IN_PROGRESS, *SETTLED)

# Reasons of the check of the image, then of the match with the pupil
NOT_AN_IMAGE, TOO_MANY_PIXELS, TOO_SMALL = "not-an-image", "too-many-pixels", "too-small"
TOO_LARGE, DAMAGED, TOO_COSTLY, SEVERAL_PAGES = "too-large", "damaged", "too-costly", "several-pages"
NO_PAGE, OTHER_CHILD, SEVERAL_FORMS, PAGE_TWO = "no-page", "other-child", "several-forms", "page-two"
UNREADABLE_QR, VOID_SHEET, SUSPICIOUS, SECOND_PHOTO, FOREIGN_ADDRESS, UNKNOWN_SHEET, PAGE_INCOMPLETE, ANOTHER_SHEET = (
    contract.WAITING
)
# Reasons of what the form's later events did to the photo
DUPLICATE, REPLACED, WITHDRAWN, ON_HOLD = "duplicate", "replaced", "withdrawn", contract.ON_HOLD
BLURRED, UNSIGNED, WRONG_PAGE, WRONG_CHILD, ANOTHER_FORM, INCOMPLETE, OTHER, MISUSED_CODE = contract.RETURNED

REASONS: Mapping[str, tuple[str, ...]] = {
    ARCHIVED: (DUPLICATE, REPLACED),
    WAITING: (*contract.WAITING, ON_HOLD),
    REFUSED: (
        *(NOT_AN_IMAGE, TOO_MANY_PIXELS, TOO_SMALL, TOO_LARGE, DAMAGED, TOO_COSTLY, SEVERAL_PAGES),
        *(NO_PAGE, OTHER_CHILD, SEVERAL_FORMS, PAGE_TWO, WITHDRAWN),
        *contract.RETURNED,
    ),
}

MESSAGES: Mapping[str, tuple[str, str]] = {  # reason, or state without one -> (Chinese, English)
    OPEN: ("照片还没有传完。", "The photo has not arrived yet."),
    CHECKING: ("照片已收到，正在核对。", "The photo has arrived and is being checked."),
    ARCHIVED: ("已上传并归档。", "The photo is archived."),
    DUPLICATE: ("这张照片已经归档，不用重复上传。", "This very photo is archived already."),
    REPLACED: ("已有更新的照片归档，这张不再使用。", "A newer photo is archived; this one is not used any more."),
    UNREADABLE_QR: (
        "二维码看不清，等待班主任查看；也可以重拍一张清楚的。",
        "The QR code cannot be read; the class teacher will check it. You may also take a sharper photo.",
    ),
    VOID_SHEET: (
        "这张确认表已重新打印，等待班主任查看。",
        "This form has been reprinted; the class teacher will check the photo.",
    ),
    SUSPICIOUS: ("照片上的二维码需要班主任查看。", "The codes on this photo must be checked by the class teacher."),
    FOREIGN_ADDRESS: (
        "照片上的二维码不是本平台打印的，等待班主任查看。请拍学校发的确认表。",
        "The QR code leads to another website; the class teacher will check it. Please photograph the school's form.",
    ),
    UNKNOWN_SHEET: (
        "没有打印过这个表单号，等待班主任查看。请拍学校发的确认表原件。",
        "No form with this serial was ever printed; the class teacher will check it. Please photograph the original.",
    ),
    PAGE_INCOMPLETE: (
        "照片里没有拍到完整的第 1 页（从二维码到下方的签名框），等待班主任查看；也可以把整页拍进画面再拍一张。",
        "The photo does not show the whole of page 1 down to the signature box; the class teacher will check it. "
        "You may also take another one with the whole page in it.",
    ),
    ANOTHER_SHEET: (
        "确认表旁边好像还有另一张印着字的纸，等班主任查看。请只拍一个学生的第 1 页，旁边不要放别的纸。",
        "Beside this form there seems to be another printed sheet; the class teacher will check the photo. Please take "
        "one photo of one child's page 1, with no other paper beside it.",
    ),
    SECOND_PHOTO: (
        "家长已上传过照片，这一张等待班主任或家长确认。",
        "The guardian's own photo is archived; this one waits for the teacher's or the guardian's approval.",
    ),
    ON_HOLD: (
        "这张照片是用别的家庭的注册码传的，暂时不计，等待班主任核对。",
        "This photo was sent with another family's registration code; it does not count until the class teacher has "
        "checked it.",
    ),
    NO_PAGE: (
        "照片里没有看到确认表，没有计入。请拍签好名的第 1 页，整张纸都在画面里。",
        "No form can be seen in this photo; it does not count. Please photograph the signed page 1, the whole sheet.",
    ),
    OTHER_CHILD: (
        "这是另一个学生的确认表，没有计入。请核对后重拍。",
        "This is another child's form; it does not count. Please photograph your child's.",
    ),
    SEVERAL_FORMS: (
        "照片里有两个学生的确认表，没有计入。请一张照片只拍一个学生的第 1 页，再各传一次。",
        "Two children's forms are in this photo; it does not count. Please take a photo of each form, and send them "
        "one by one.",
    ),
    PAGE_TWO: ("这是第 2 页，请拍第 1 页。", "This is page 2. Please photograph page 1."),
    NOT_AN_IMAGE: (
        "这个文件不是照片，也不是扫描件。请用手机拍第 1 页，直接上传照片；扫描件请存成 JPEG 或 PDF。",
        "This file is neither a photo nor a scan. Please photograph page 1 and send the photo; save a scan as JPEG or "
        "PDF.",
    ),
    TOO_MANY_PIXELS: (
        "照片像素太大，请用手机的普通模式重拍。",
        "The photo has too many pixels; use the phone's usual mode.",
    ),
    TOO_SMALL: ("照片太小，看不清签名。请重拍一张清楚的。", "The photo is too small to read; please take another one."),
    TOO_LARGE: ("照片文件太大，最多 15 MB。", "The photo is larger than 15 MB."),
    DAMAGED: ("照片文件已损坏，请重拍或重新上传。", "The file is damaged; please send it again or take another photo."),
    SEVERAL_PAGES: (
        "这个文件有好几页，没有计入。请每个学生只传第 1 页：扫描时一页存一个文件，或者用手机拍下来。",
        "This file has several pages; it does not count. Please send page 1 alone, one file for each pupil: scan it "
        "into a file of its own, or photograph it.",
    ),
    TOO_COSTLY: (
        "打开这个文件要花的时间或内存远超一张普通照片，没有计入。请用手机相机重新拍一张。",
        "Opening this file takes far more time or memory than a photo does; it does not count. "
        "Please take another one with the phone's camera.",
    ),
    WITHDRAWN: ("这张照片已撤回。", "The photo was withdrawn."),
    BLURRED: ("老师退回：照片不清楚，请重拍。", "Returned: the photo is blurred; please take another one."),
    UNSIGNED: (
        "老师退回：没有签名，请签名后重拍。",
        "Returned: the signature is missing; please sign and take another photo.",
    ),
    WRONG_PAGE: ("老师退回：请拍第 1 页。", "Returned: please photograph page 1."),
    WRONG_CHILD: ("老师退回：这不是该学生的确认表。", "Returned: this is another child's form."),
    ANOTHER_FORM: (
        "老师退回：照片里还有别的孩子的确认表。请把别的纸拿开，只拍这一张的第 1 页。",
        "Returned: another child's form is in the picture, too. Please take it away and photograph this page 1 alone.",
    ),
    INCOMPLETE: (
        "老师退回：照片没有拍全，请重拍。",
        "Returned: a part of the page is missing; please take another photo.",
    ),
    MISUSED_CODE: (
        "老师退回：这张照片是误用注册码传的，请由孩子的家长重新上传。",
        "Returned: it was sent with another family's registration code; the child's own family sends a new one.",
    ),
    OTHER: ("老师退回，请联系班主任后重拍。", "Returned: please ask the class teacher, then take another photo."),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """state: one of STATES. reason: one of REASONS[state], "" where the state needs none."""

    state: str
    reason: str = ""

    @property
    def message(self) -> tuple[str, str]:
        """(Chinese, English), for the person who sent the photo."""
        return MESSAGES[self.reason or self.state]
