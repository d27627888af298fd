"""Texts for the report of a roster import: what it did, what it would do, what it asks."""

from __future__ import annotations

TEXTS = {
    "import.nothing": ("没有导入任何学生", "No pupil was imported"),
    "import.not-taken": ("这份文件没有导入：看看为什么、怎么改", "This file was not imported: see why, and what to do"),
    "problem.not-ticked": (
        "没有勾选“我看过了”，所以没有导入。没有错的话，请勾选，再点“确认导入”。",
        "Not imported, because “I have looked” is not ticked. If it is right, tick it and import.",
    ),
    "import.partly": ("导入了一部分", "Imported in part"),
    "import.needs-yes": ("还没有导入：请先核对，再确认", "Not imported yet: please check, then confirm"),
    "import.next-nothing": (
        "文件里没有一行可以导入。请改好下面列出的问题，再导入一次。",
        "No row of the file could be taken. Correct what is listed below and import it again.",
    ),
    "import.next-empty": (
        "文件里没有学生的行。请看看是否选错了文件，再导入一次。",
        "There is no row of a pupil in the file. Check that it is the right one, then import again.",
    ),
    "import.next-yes": (
        "请看清下面的变动。没有错的话，勾选“我看过了”，再导入；选错了文件的，直接选对的文件导入。",
        "Look at the changes below. If they are right, tick “I have looked” and import. "
        "If it is the wrong file, simply choose the right one.",
    ),
    "import.to-yes": ("去确认", "Go to the confirmation"),
    "import.next-asked-too": (
        "另有要您确认的行，请逐行选择，和改好的文件一起导入。",
        "Some rows are in question as well: choose for each of them, and import that with the corrected file.",
    ),
    "import.to-questions": ("去选择", "Go to the choices"),
    "import.all-waiting": ("已提交，等待确认", "Sent; waiting for an answer"),
    "import.moved": ("换班", "Change class"),
    "import.rejoined": ("离校后恢复在校", "Back at school"),
    "import.rejoined.hint": (
        "这些学生原来已经离校，文件里又有他们，导入后恢复在校。如果是旧名册，请不要导入；已经导入的，请重新办理离校。",
        "These pupils had left; with this file they are in school again. If it is an old file, do not import it; if it "
        "is imported already, record again that they have left.",
    ),
    "import.asked": ("要您确认的行", "Rows in question"),
    "import.refused": ("没有导入的行", "Rows not imported"),
    "import.left_out": ("这次没选的变化", "Changes left out"),
    "import.missing": ("文件里没有的学生", "Missing from the file"),
    "import.moves": ("谁换班", "Who changes class"),
    "import.move": ("{before} → {after}：{n} 人", "{before} → {after}: {n}"),
    "import.large": ("变动很大", "A large change"),
    "import.large.hint": (
        "这份文件和现在的名册相差很多。如果是去年的名册，或者选错了文件，请不要确认。",
        "This file differs much from the present roster. If it is last year's file or the wrong one, do not confirm.",
    ),
    "import.large.hint-lately": (
        "这份文件和一周内前面导入的文件合在一起，变动很多。如果是去年的名册（分成几份），或者选错了文件，请不要确认。",
        "This file and those of the last seven days together change much. If they are last year's list in parts, or "
        "this is the wrong file, do not confirm.",
    ),
    "import.large.class": ("{name}：现有 {pupils} 人；{changes}", "{name}: {pupils} pupils now; {changes}"),
    "import.change.moving": ("换班 {n} 人", "change class: {n}"),
    "import.change.missing": ("文件里没有 {n} 人", "missing from the file: {n}"),
    "import.change.rejoining": ("离校后恢复在校 {n} 人", "back at school: {n}"),
    "import.lately.moved": ("一周内前面的文件已换班 {n} 人", "moved by files of the last seven days: {n}"),
    "import.lately.rejoined": (
        "一周内前面的文件已恢复在校 {n} 人",
        "brought back by files of the last seven days: {n}",
    ),
    "import.missing.hint": (
        "这些学生在本校名册上，但不在这份文件里。他们没有任何变化。如果漏写了，请补上；如果已经离校，请办理离校。",
        "These pupils are on the school's roster but not in this file. Nothing changes for them. If they were left "
        "out, add them; if they have left, record it.",
    ),
    "import.people.shown": ("只列出前 {n} 名。", "The first {n} are listed."),
    "import.pupil": ("学生，学籍号或证件号", "Pupil and number"),
    "import.questions.hint": (
        "这些行可能是已经登记的学生，还没有导入。请逐行选择，再导入。",
        "These rows may mean pupils who are registered already; they are not imported yet. Choose for each of them, "
        "then import.",
    ),
    "import.answered.hint": (
        "这是您刚才的选择，还可以更改。没有问题的话，就可以导入。",
        "This is what you have chosen; you can still change it. If it is right, import it.",
    ),
    "import.question": ("第 {row} 行是不是这名学生？", "Is row {row} this pupil?"),
    "import.question.more": (
        "还有别的学生也相像。都不是的话，请在文件里填写学籍号或证件号再导入。",
        "Further pupils are as like. If it is none of these, give the number in the file and import it again.",
    ),
    "import.candidate": ("是：{name} {number}，{class_name}", "Yes: {name} {number}, {class_name}"),
    "import.candidate.waiting": ("（等待确认）", " (waiting)"),
    "import.candidate.differs": ("不同：{what}", "different: {what}"),
    "import.differs.name": ("姓名", "name"),
    "import.differs.birth_date": ("出生日期", "birth date"),
    "import.differs.sex": ("性别", "sex"),
    "import.differs.class": ("班级", "class"),
    "import.differs.numbers": ("学籍号或证件号", "pupil number or ID number"),
    "import.answer.new": ("不是，是另一名学生", "No, another pupil"),
    "import.answer.later": ("先不导入这一行", "Leave this row out for now"),
    "import.corrected-file": ("选择改好的文件", "Choose the corrected file"),
    "import.other-file": ("换一个文件（可以不选）", "Another file (may be left empty)"),
    "import.kept.hint": (
        "刚才的文件还在，不用再选，直接点下面的按钮即可。改过文件的，在这里选改好的。系统最多保存一天，过后自动删除。",
        "The file is still here: simply use the buttons below. If you have corrected it, choose the new one. It is "
        "kept for a day at most, then deleted.",
    ),
    "import.marked": ("下载标出问题的文件", "Download the file with its problems marked"),
    "import.marked.hint": (
        "还是您的文件，有问题的格子标成红色，原因写在最后一列（错误和提示各标出前 500 处）。"
        "改好以后直接选它导入，最后一列不用删。里面是学生的真实信息，请妥善保管，用完删除。",
        "Your own file: wrong cells are red, the reason stands in the last column (of the first 500 errors, and of the "
        "first 500 remarks). Correct it and import it as it is; "
        "the last column may stay. It holds pupils' data in clear: keep it safe, and delete it afterwards.",
    ),
    "import.before-and-after": ("谁会有变化", "Who would change"),
    "import.before-and-after.hint": (
        "原来 → 文件里的。个人信息已遮盖；关键信息的更改要等校长同意。",
        "Before → in the file. Personal data is masked; key fields wait for the school leader.",
    ),
    "import.who": ("学生", "Pupil"),
    "import.change": ("原来 → 之后", "Before → after"),
    "import.empty": ("（空）", "(empty)"),
    "problem.file-not-kept": (
        "刚才的文件已经删除：导入完成、满一天或又传了五份新的，就会删除。要再导入，请重新选择文件。",
        "The file is deleted: it was imported, a day has passed, or five newer ones came. Choose it again to import.",
    ),
    "import.same-file": ("再选一次同一个文件", "Choose the same file again"),
    "import.yes": ("我看过了，确实是这样：{changes}", "I have looked, and it is right: {changes}"),
    "import.go-confirmed": ("确认导入", "Confirm and import"),
    "import.go-answered": ("按选择导入", "Import as chosen"),
    "problem.confirmation-needed": (
        "还没有导入：变动很大，请先核对，再确认。",
        "Not imported yet: this is a large change. Check it, then confirm.",
    ),
}
