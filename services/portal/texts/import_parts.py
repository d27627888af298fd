"""Texts for the parts of a roster file that a school takes now, and for what it leaves out."""

from __future__ import annotations

TEXTS = {
    "parts.classes": ("各班的变化", "Changes of each class"),
    "parts.kind.new": ("新增", "New"),
    "parts.kind.changed": ("有变化", "Changed"),
    "parts.kind.moved": ("换班", "Change class"),
    "parts.kind.rejoined": ("恢复在校", "Back at school"),
    "parts.kind.left_out": ("这次没选", "Left out"),
    "parts.choose": ("只导入一部分", "Import a part only"),
    "parts.hint": (
        "勾选这次要导入的班级和变化；一组都不勾选，就是全部。没选的不会导入，报告里有数目，之后可以接着导入。"
        "班级按文件里的算：换班的学生算在换去的班。",
        "Tick the classes and changes to import now; none ticked in a group means all of it. The rest is not imported, "
        "is counted in the report, and can be imported later. Classes are those in the file: a pupil who changes class "
        "belongs to the new one.",
    ),
    "parts.of-classes": ("班级", "Classes"),
    "parts.of-kinds": ("变化", "Changes"),
    "parts.rest": (
        "还有 {n} 行的变化这次没有选，没有导入。文件最多再保存一天，"
        "可以先试一遍看看剩下的，再导入；过后请重新选择文件。",
        "Changes of {n} rows were left out and are not imported. The file is kept for a day at most: look at the rest "
        "with a trial run, then import it. After that, choose the file again.",
    ),
    "parts.go": ("导入剩下的", "Import the rest"),
    "problem.parts-of-new-file": (
        "没有导入：只导入一部分，要先把新选的文件试一遍，看过各班的变化再选。",
        "Not imported: to import a part of another file, run it on trial first, look at its changes, then choose.",
    ),
}
