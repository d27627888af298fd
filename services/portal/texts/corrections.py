"""Texts for corrections from the change column."""

from __future__ import annotations

TEXTS = {
    "menu.corrections": ("更正审批", "Corrections"),
    "corrections.title": ("录入变更栏", "Enter the change column"),
    "corrections.enter": ("录入变更栏的更正", "Enter what the change column says"),
    "corrections.lead": (
        "照着确认表“变更栏”里家长写的填；没有改的项留空。",
        "Type what the family wrote in the change column; leave everything else empty.",
    ),
    "corrections.keys": ("关键信息", "Key fields"),
    "corrections.keys.hint": (
        "先由校长审批，再由主管部门审批，同意后才生效。必须附证明材料。",
        "They take effect once the school's leader and then the bureau have agreed. A proof is needed.",
    ),
    "corrections.contact": ("地址和联系方式", "Addresses and contact"),
    "corrections.others.hint": (
        "提交后立即生效；本省列为关键信息的项也要审批和证明材料。",
        "They take effect at once; what your province counts as key fields waits, too, and needs a proof.",
    ),
    "corrections.others": ("其他信息", "Other fields"),
    "corrections.guardian1": ("监护人1", "Guardian 1"),
    "corrections.guardian2": ("监护人2", "Guardian 2"),
    "corrections.as-it-is": ("不改", "Leave as it is"),
    "corrections.proof": ("证明材料", "Proof"),
    "corrections.proof.hint": (
        "户口簿、身份证或出生医学证明的照片或扫描件：PDF、JPEG或PNG，最大8 MB。照片里的拍摄地点等信息会去掉。",
        "A photo or scan of the household register, the ID card or the birth certificate: PDF, JPEG or PNG, 8 MB at "
        "most. Where a picture was taken is removed from it.",
    ),
    "corrections.proof.open": ("下载证明材料（{kind}）", "Save the proof ({kind})"),
    "corrections.send": ("提交更正", "Send the corrections"),
    "corrections.history": ("更正记录", "Corrections"),
    "corrections.none": ("还没有更正。", "Nothing has been corrected yet."),
    "corrections.withdraw": ("撤回", "Withdraw"),
    "corrections.entered": ("{at}录入", "entered {at}"),
    "corrections.ended": ("{at}办结", "ended {at}"),
    "corrections.status.leader": ("等校长审批", "Waits for the leader"),
    "corrections.status.bureau": ("等主管部门审批", "Waits for the bureau"),
    "corrections.status.applied": ("已生效", "In effect"),
    "corrections.status.refused": ("未同意", "Refused"),
    "corrections.status.withdrawn": ("学校已撤回", "Withdrawn by the school"),
    "corrections.status.lapsed": ("已失效", "Lapsed"),
    "corrections.why.moved": (
        "学生已转到别的学校；由新学校照确认表重新录入。",
        "The pupil has moved to another school, which enters it again from the form.",
    ),
    "corrections.why.overtaken": (
        "等待期间，这一项经别的途径改过了；请核对，必要时重新录入。",
        "The field has been changed in another way meanwhile; check it, and enter it again if it is still wrong.",
    ),
    "corrections.refused-by.leader": ("校长未同意：", "Refused by the leader:"),
    "corrections.refused-by.bureau": ("主管部门未同意：", "Refused by the bureau:"),
    "corrections.waiting.lead": (
        "家长在变更栏里更正的关键信息：先由校长审批，再由主管部门审批。打开一项才看到全部内容，并留下记录。",
        "Key fields that families corrected on their forms: the leader decides first, then the bureau. One is shown in "
        "full when it is opened, which is recorded.",
    ),
    "corrections.waiting.lead-bureau": (
        "校长已同意、等待本级或下级主管部门审批的关键信息更正。打开一项才看到全部内容，并留下记录。",
        "Corrections of key fields that leaders have approved and that wait for your unit or one below it. One is "
        "shown in full when it is opened, which is recorded.",
    ),
    "corrections.more": (
        "这里只列出最早的{n}项，审批以后会显示其余的。",
        "These are the oldest {n}. The others are shown once these are decided.",
    ),
    "corrections.nothing-waits": ("没有等待审批的更正。", "No correction is waiting."),
    "corrections.open": ("查看", "Open"),
    "corrections.open-to-decide": ("查看并审批", "Open and decide"),
    "corrections.one": ("关键信息更正", "Correction of key fields"),
    "corrections.recorded": (
        "您看到的是未遮盖的内容，这次查看已记录，家长可以看到。",
        "You see it unmasked; this view is recorded, and the family can see that.",
    ),
    "corrections.approval": ("同意，报主管部门", "Approve, and pass on to the bureau"),
    "corrections.approval.hint": (
        "请对照证明材料。同意后报主管部门审批，之后才生效。",
        "Compare with the proof. Once you approve, the bureau decides; then it takes effect.",
    ),
    "corrections.confirmation": ("同意，立即生效", "Confirm; it takes effect at once"),
    "corrections.confirmation.hint": (
        "请对照证明材料。同意后立即生效，学校要重新打印确认表。",
        "Compare with the proof. Once you confirm it takes effect, and the school prints the form anew.",
    ),
    "corrections.refuse": ("不同意", "Refuse"),
    "corrections.refuse.why": ("原因（学校和家长会看到）", "Reason (the school and the family can see it)"),
    "corrections.reprint": ("更正后要重新打印的", "Corrected since they were printed"),
    "corrections.reprint.why": (
        "这些学生的信息在打印以后更正过。重新打印后旧表作废，上传码不变。",
        "These pupils' data was corrected after the print. A new print voids the old sheets; the upload codes stay.",
    ),
    "corrections.reprint.go": ("重新打印这{n}份", "Print these {n} anew"),
    "corrections.reprint.hint": (
        "重新打印更正过的{n}份确认表。旧表作废，上传码不变。",
        "Prints {n} corrected forms anew. The old sheets are void; the upload codes stay.",
    ),
    "done.corrections-applied": ("更正已生效。已打印的表请重新打印。", "In effect. A printed form is printed anew."),
    "done.corrections-waiting": ("已提交，等校长审批。", "Sent; it waits for the leader."),
    "done.corrections-both": (
        "一般信息已生效；关键信息等校长审批。",
        "Other fields are in effect; the key fields wait for the leader.",
    ),
    "done.correction-withdrawn": ("已撤回。", "Withdrawn."),
    "done.correction-approval": ("已同意，等主管部门审批。", "Approved; it waits for the bureau."),
    "done.correction-confirmation": ("已同意，更正已生效。", "Confirmed; the correction is in effect."),
    "done.correction-refused": ("未同意；学校和家长会看到原因。", "Refused; school and family can see the reason."),
    "problem.no-corrections": ("请至少填一项。", "Fill in at least one field."),
    "problem.nothing-differs": (
        "填的内容与现有信息相同，没有要改的。",
        "The record says all of this already; there is nothing to correct.",
    ),
    "problem.correction-waits": (
        "这一项已有更正在等待审批；请先撤回，或等待审批结果。",
        "A correction of this field waits already; withdraw it first, or await its decision.",
    ),
    "problem.correction-over": (
        "这项更正已经办结，原因见更正记录。",
        "This correction waits no longer; the history says why.",
    ),
    "problem.own-correction": (
        "这是您录入或审批过的，要由别人审批。",
        "You have entered or approved this; somebody else decides on it.",
    ),
    "problem.not-your-turn": (
        "现在不是由您审批：先校长，后主管部门，各一次。",
        "It is not your turn: the leader decides first, then the bureau, once each.",
    ),
    "problem.proof-missing": (
        "改关键信息要附证明材料（PDF、JPEG或PNG）。请选择文件后再提交；刚才选过的文件也要重新选。",
        "Key fields need a proof (PDF, JPEG or PNG). Choose the file and send again; a file chosen before has to be "
        "chosen again.",
    ),
    "problem.proof-kind": ("证明材料只能是PDF、JPEG或PNG文件。", "A proof is a PDF, JPEG or PNG file."),
    "problem.proof-too-large": (
        "证明材料最大8 MB，请用小一些的照片。",
        "A proof has 8 MB at most; use a smaller picture.",
    ),
    "problem.proof-damaged": ("文件已损坏或不完整，请重新选择。", "The file is damaged or cut off; choose it again."),
    "problem.proof-not-kept": (
        "证明材料在办结半年后已销毁。",
        "The proof was destroyed half a year after the end of its correction.",
    ),
    "problem.too-many-corrections": (
        "这名学生的更正太多，请联系主管部门。",
        "This pupil has too many corrections; ask the bureau.",
    ),
}
