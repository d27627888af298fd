"""Texts of misused registration codes."""

from __future__ import annotations

TEXTS = {
    "misuse.title": ("误用注册码", "Misused registration codes"),
    "misuse.lead": (
        "有人用别人家的注册码注册，都记在这里。",
        "Whenever somebody registers with another family's code, it is recorded here.",
    ),
    "misuse.none": ("没有误用注册码的情况。", "No code has been misused."),
    "misuse.more": ("只列最近的几件。", "Only the newest ones are listed."),
    "misuse.state.reported": ("家长申报，待核实", "Reported by a family, to be checked"),
    "misuse.state.opened": ("处理中", "Open"),
    "misuse.state.closed": ("已结案", "Closed"),
    "misuse.outcome.settled": ("已更正", "Put right"),
    "misuse.outcome.unfounded": ("没有误用", "No misuse"),
    "misuse.reported": ("有家长申报：别人用了这个孩子的注册码", "A family reported that somebody else used this code"),
    "misuse.reported.next": (
        "申报的人有注册码和出生日期，没有账号。请核对这个孩子的家长，把误用的那一位解除关联，原因选“误用了别人的注册码”。",
        "The report came with the code and the birth date, without an account. Check the guardians of this child and "
        "disconnect "
        "the wrong one, with the reason “used another family's code”.",
    ),
    "misuse.check": ("核对这个孩子的家长", "Check the guardians of this child"),
    "misuse.unbound": (
        "误用的人已解除关联，只失去这个孩子",
        "The account that used the code is disconnected from this child alone",
    ),
    "misuse.void": (
        "旧注册码已作废；第1页和上传码仍然有效",
        "The old code is void; page 1 and its upload code stay valid",
    ),
    "misuse.held": ("误用的人传的照片已搁置，不计入：{n}张", "Photos from that person, on hold and not counted: {n}"),
    "misuse.code": ("把新注册码交给孩子的家长", "Hand the new registration code to the rightful family"),
    "misuse.code.again": ("再出一张新码", "Make another new code"),
    "misuse.registered": ("孩子的家长已注册", "The rightful family has registered"),
    "misuse.registered.not": ("孩子的家长还没有注册", "The rightful family has not registered yet"),
    "misuse.photos": ("搁置的照片", "Photos on hold"),
    "misuse.photos.none": ("没有搁置的照片了。", "No photo is on hold any more."),
    "misuse.photos.hint": (
        "签名的确是孩子家长的，可以归档；不是的，退回，请家长重新上传。",
        "Archive it only if the child's own guardian has signed; otherwise return it, and the family sends a new one.",
    ),
    "misuse.release": ("归档这一张", "Archive it"),
    "misuse.discard": ("退回，请家长重传", "Return it"),
    "misuse.closed": ("结案", "Closed"),
    "misuse.close": ("结案", "Close the case"),
    "misuse.close.unfounded": ("核实过，没有误用，结案", "Checked, no misuse: close the case"),
    "misuse.case": ("查看这件误用注册码的处理", "See the case of the misused code"),
    "misuse.report": ("申报别人用了我孩子的注册码", "Report that somebody uses my child's code"),
    "misuse.report.lead": (
        "注册时说孩子已有别的家长，而您不认识，就在这里申报。不用账号，班主任会核实。",
        "If you are told that the child has another guardian whom you do not know, report it here. You need no "
        "account; "
        "the class teacher checks it.",
    ),
    "misuse.report.hint": (
        "为了保护孩子，这里不会告诉任何人有没有人注册过。请同时联系班主任。",
        "To protect the child, this page tells nobody whether anybody has registered. Please contact the class "
        "teacher, too.",
    ),
    "misuse.report.send": ("申报", "Report"),
    "misuse.counts": ("误用注册码（按学校）", "Misused registration codes, by school"),
    "misuse.counts.hint": ("只有件数，没有姓名。", "Numbers only; nobody is named."),
    "misuse.counts.school": ("学校", "School"),
    "misuse.counts.open": ("处理中", "Open"),
    "misuse.counts.closed": ("已结案", "Closed"),
    "misuse.told": (
        "有人误用过这个孩子的注册码，现在已解除关联。那个人传的照片已搁置，由班主任核对；您可以上传自己的照片。",
        "Somebody had used this child's registration code and is disconnected now. Photos from that person are on "
        "hold until "
        "the class teacher has checked them; you may send your own.",
    ),
    "problem.photos-on-hold": (
        "还有照片暂缓归档：请先恢复或退回，再结案。",
        "A photo is still on hold: release or return it before the case is closed.",
    ),
    "problem.no-misuse-case": ("这件已经结案了。", "This case is closed already."),
}
