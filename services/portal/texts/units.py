"""Texts of the units below: other names, and closing of units and classes."""

from __future__ import annotations

TEXTS = {
    "menu.units": ("下级单位", "Units below"),
    "units.lead": (
        "单位改名、撤销由上一级登记。点开一个单位办理。",
        "Another name or the closing of a unit is recorded by the level above. Open a unit to do so.",
    ),
    "units.below": ("看它的下级单位", "Units below this one"),
    "units.none": ("还没有登记下级单位。", "No unit below is registered yet."),
    "units.closed": ("已撤销的单位", "Closed units"),
    "units.is-closed": ("已撤销", "Closed"),
    "units.new": ("登记学校、开账号", "Register a school, issue accounts"),
    "units.own": ("回到本单位的下级", "Back to the units below your own"),
    "units.rename": ("登记新名称", "Record another name"),
    "units.rename.hint": (
        "标识码不变，学生、班级和账号都不受影响。以前的统计和已发布的通报仍用当时的名称。",
        "The code stays, and so do pupils, classes and accounts. Figures of earlier days and published reports keep "
        "the name of their day.",
    ),
    "units.name": ("新名称", "Name"),
    "units.effective-from": ("从哪一天起用", "Holds from"),
    "units.effective-from.hint": (
        "今天或以前的一天；以后才用的名称，请到那天再登记。",
        "Today or an earlier day. Record a name that holds later on its day.",
    ),
    "units.close": ("撤销这个单位", "Close this unit"),
    "units.close.school": (
        "学生都已转走、毕业或离校，学校才能撤销。它的班级同时撤销，标识码不再使用，以前的统计不变。账号请另行停用。",
        "A school is closed once every pupil has moved, graduated or left. Its classes are closed with it, its code is "
        "never used again, and earlier figures stay. Close its accounts separately.",
    ),
    "units.close.region": (
        "下级单位都已撤销，才能撤销这个单位。代码不再使用，以前的统计不变。账号请另行停用。",
        "A unit is closed once all units below it are closed. Its code is never used again, and earlier figures stay. "
        "Close its accounts separately.",
    ),
    "units.close.yes": ("撤销{name}", "Close {name}"),
    "units.not-own": (
        "本单位改名或撤销，由上一级登记。",
        "Another name or the closing of your own unit is recorded by the level above.",
    ),
    "done.unit-renamed": ("新名称已登记。", "The name is recorded."),
    "done.unit-closed": ("单位已撤销。", "The unit is closed."),
    "school.close-class": ("撤销这个班", "Close this class"),
    "school.close-class.hint": (
        "班里没有学生时才能撤销，撤销后不能恢复。",
        "A class is closed only when no pupil is in it; it is not opened again.",
    ),
    "school.class-is-closed": ("已撤销", "Closed"),
    "done.class-closed": ("班级已撤销。", "The class is closed."),
    "problem.nation-stays": ("全国不能撤销。", "The nation is not closed."),
    "problem.last-class-closed": (
        "这名学生原来的班级已撤销，请先转到一个开着的班级。",
        "The pupil's last class is closed; move the pupil to an open class first.",
    ),
}
