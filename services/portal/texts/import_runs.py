"""Texts for the list of a school's imports, and for the undo of one."""

from __future__ import annotations

TEXTS = {
    "runs.title": ("导入记录与撤销", "Imports, and undoing one"),
    "runs.lead": (
        "每次导入都有记录。导错了，七天内可以整个撤销，名册恢复到导入之前；之后又有变化、打印或家长注册的，不能撤销。",
        "Every import is recorded. A wrong one can be undone as a whole for seven days: the roster is as before it, "
        "unless something was changed, printed or registered on top of it.",
    ),
    "runs.none": ("还没有导入过名册。", "No roster has been imported yet."),
    "runs.nothing": ("没有任何变化", "Nothing changed"),
    "runs.colleague": ("本校同事", "a colleague"),
    "runs.started": ("没有完成", "Not finished"),
    "runs.finished": ("已导入", "Imported"),
    "runs.undoing": ("正在撤销", "Being undone"),
    "runs.undone": ("已撤销", "Undone"),
    "runs.undo": ("查看并撤销", "Look and undo"),
    "undo.title": ("撤销一次导入", "Undo an import"),
    "undo.would": ("撤销以后，名册恢复到这次导入之前", "After the undo the roster is as it was before this import"),
    "undo.stands": ("不能撤销：其中 {n} 项后来又有变化", "It cannot be undone: {n} have changed since"),
    "undo.stands.hint": (
        "导入之后，又改过这些学生、打印过他们的确认表、有家长注册，或者申请已有答复。请逐个更改，"
        "或者先撤销后面的那次导入。下面最多列出20名学生，不包括申请。",
        "After the import these pupils were changed, their forms were printed, a guardian has registered, or a request "
        "was answered. Correct them one by one, or undo the later import first. At most 20 pupils are listed, "
        "requests are not.",
    ),
    "undo.nothing": ("这次导入没有可以撤销的变化", "This import has changed nothing that could be undone"),
    "undo.over": ("超过七天，不能撤销了", "It is older than seven days and cannot be undone"),
    "undo.under-way": ("正在撤销，还没有做完", "The undo is under way"),
    "undo.done": ("已撤销", "Undone"),
    "undo.added": ("新增的学生，撤回", "New pupils, taken back"),
    "undo.changed": ("有变化的学生，恢复原样", "Changed pupils, put back"),
    "undo.proposals": ("给校长的更改，撤回", "Changes for the leader, taken back"),
    "undo.arrivals": ("转入或新增的申请，撤回", "Requests for arrivals, taken back"),
    "undo.stayed": ("撤销时又有人改动，没有撤回", "Changed by somebody meanwhile, left as they are"),
    "undo.hint": (
        "新增的学生不再在名册上，也不再计入应上传；他们的个人信息随即删除。要恢复，只能再导入一次。",
        "New pupils are off the roster and no longer expected; their personal data is deleted. "
        "To have them back, import again.",
    ),
    "undo.yes": ("我看过了，确认撤销：{what}", "I have looked, undo it: {what}"),
    "undo.go": ("撤销这次导入", "Undo this import"),
    "undo.go-on": ("继续撤销", "Continue the undo"),
    "problem.undo-not-ticked": (
        "没有勾选“我看过了”，所以没有撤销。确认要撤销的，请勾选再点。",
        "Nothing was undone, because “I have looked” is not ticked. Tick it and try again.",
    ),
    "problem.undo-not-confirmed": (
        "没有撤销：请看清要撤回的数目，勾选后再撤销。",
        "Nothing was undone: look at the counts, tick, and undo.",
    ),
    "problem.import-stands": (
        "没有撤销：这次导入之后，有的学生又有变化。请看下面列出的学生。",
        "Nothing was undone: of some pupils something was recorded later. They are listed below.",
    ),
    "problem.undo-over": (
        "没有撤销：超过七天的导入不能撤销。",
        "Nothing was undone: the import is older than seven days.",
    ),
    "problem.import-runs": (
        "没有撤销：这次导入可能还在进行，请过一刻钟再试。",
        "Nothing was undone: the import may still be running. Try again in a quarter of an hour.",
    ),
    "problem.import-undone": (
        "这次导入已经撤销；要再导入，请重新选择文件。",
        "This import has been undone. To import again, choose the file again.",
    ),
}
