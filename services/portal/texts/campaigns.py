"""Texts about campaigns: their states, their days, planning and opening one; and decisions after the end of one."""

from __future__ import annotations

from shared.language.campaign_state import STATE_NAMES
from shared.language.measure_names import zh

TEXTS = {
    "campaign.title": ("核查批次", "Campaign"),
    "campaign.none": ("现在没有核查批次。", "There is no campaign now."),
    "campaign.none-running": (
        "现在没有进行中的核查批次，不打印确认表：照片不会被接收。",
        "No campaign is running. No forms are printed, because their photos would not be accepted.",
    ),
    "campaign.ended": (
        "本次核查已于{day}结束：不再接收照片，不再打印确认表，执行统计的数字不再变化。"
        "还可以归档或退回收到的照片，但不再计入统计。",
        "This campaign ended on {day}: no photo is accepted, no form is printed, and no figure changes. "
        "Photos that have arrived can still be archived or returned; they are not counted any more.",
    ),
    "class.now": ("名单和人数是现在的情况。", "The list and its numbers show the present state."),
    "class.now.ended": (
        "名单和人数是现在的情况；执行统计停在{day}24时，人数会有不同。",
        "The list and its numbers show the present state. The figures are those of {day}, 24:00, and may differ.",
    ),
    "campaign.not-ready": (
        "核查刚刚开始，正在为已登记的学生建立记录；完成以前名单不全，也不能打印确认表。",
        "The campaign has just opened and records of the pupils are being created; "
        "until that is done, lists are incomplete and forms cannot be printed.",
    ),
    "campaign.cutoff": ("截止日", "Cut-off"),
    "campaigns.none": ("还没有核查批次，请先建立一个。", "There is no campaign yet; plan the first one."),
    "campaigns.plan": ("建立核查批次", "Plan a campaign"),
    **{f"campaign.state.{state}": names for state, names in STATE_NAMES.items()},
    "campaigns.open-it": ("开始核查", "Open the campaign"),
    "campaigns.open.hint": (
        "开始后，系统为全国范围内的每个学生建立记录；全部完成后，学校可以打印，家长可以上传。",
        "Opening creates a record for every pupil covered, nationwide; "
        "when all have one, schools can print and families can upload.",
    ),
    "campaigns.open.sure": ("我知道不能撤销", "I understand that this cannot be undone"),
    "campaigns.id": ("编号", "ID"),
    "campaigns.id.hint": ("小写字母和数字，例如 2026a", "Lower-case letters and digits, for example 2026a"),
    "campaigns.name": ("名称", "Name"),
    "campaigns.name.hint": ("例如 2026年秋季学籍核查", "The name shown to everyone"),
    "campaigns.opens": ("开始日", "Opens"),
    "campaigns.last_day": ("最后一天", "Last day"),
    "campaigns.last_day.hint": (
        "过了这一天不再收照片，数字也不再变化；请比截止日晚几天，好让收到的照片检查完、审核完。",
        "After this day no photo is accepted and no figure changes. "
        "Allow some days after the cut-off for checking and reviewing the photos that have arrived.",
    ),
    "campaigns.stages": ("哪些学段", "Stages"),
    "campaigns.covers.title": ("覆盖范围", "Covers"),
    "campaigns.covers": ("{schools}所学校，{pupils}名学生", "{schools} schools, {pupils} pupils"),
    "campaigns.counted": (
        "（正常在校、没有办理中学籍业务的学生，数到{at}）",
        "(in school, no procedure pending; as of {at})",
    ),
    "campaigns.uncounted": (
        "学校和学生还没有数完，请稍后再看。",
        "Schools and pupils are still being counted; look again later.",
    ),
    "campaigns.to-life": ("覆盖范围、更改、取消", "Whom it covers; change or cancel it"),
    "campaigns.to-end": ("延长或提前结束", "Extend or close early"),
    "campaigns.planned-last-day": ("原定最后一天", "Planned last day"),
    "campaigns.reason": ("原因", "Reason"),
    "campaigns.follows": ("第二轮，接着", "Second round of"),
    "campaigns.follows.hint": (
        "补查才选：新批次要在那一次结束以后开始",
        "Only for a second round, which opens after that campaign has ended",
    ),
    "campaigns.follows.none": ("不是第二轮", "Not a second round"),
    "campaigns.change": ("更改计划", "Change the plan"),
    "campaigns.change.hint": (
        "还没有开始，名称、日期和学段都可以改，谁都不受影响。",
        "It is not open yet: name, days and stages can change, and nobody is affected.",
    ),
    "campaigns.cancel": ("取消这次核查", "Cancel the campaign"),
    "campaigns.cancel.hint": (
        "取消后不再列出，编号不能再用。还没有开始，学校和家长都没有看到表，没有照片。",
        "It is listed no more, and its ID stays taken. No form has been printed and no photo sent.",
    ),
    "campaigns.move": ("延长或提前结束", "Extend or close early"),
    "campaigns.move.hint": (
        "选比{day}晚的日子是延长，早的是提前结束（最早今天）。先显示会发生什么，确认后才生效。",
        "A day after {day} extends it, an earlier one (today at the earliest) closes it early. "
        "What will happen is shown first; it takes effect once you confirm.",
    ),
    "campaigns.move.reason.hint": ("所有人都看得到，不要写人名", "Everybody sees it; never name a person"),
    "campaigns.move.check": ("看看会发生什么", "Show what will happen"),
    "campaigns.extend.effect": (
        "最后一天从{old}延长到{new}：学校可以继续打印，家长和学校可以继续上传，到{new}24时为止。",
        "The last day moves from {old} to {new}: schools go on printing, families and schools go on uploading, "
        "until {new}, 24:00.",
    ),
    "campaigns.close.effect": (
        "最后一天从{old}提前到{new}：{new}24时以后不再接收照片，不再打印，执行统计的数字不再变化；结束以后不能再延长。",
        "The last day moves from {old} to {new}: after {new}, 24:00 no photo is accepted, no form is printed and no "
        "figure changes; once it has ended it cannot be extended.",
    ),
    "campaigns.move.stays": (
        "截止日不变，截止日以后上传的照样算“截止后上传”；已经过去的日子的数字和已发布的通报不变。",
        "The cut-off stays, and what comes after it stays late. Figures of days that are over and published reports "
        "do not change.",
    ),
    "campaigns.extend": ("确认延长", "Extend the campaign"),
    "campaigns.close": ("确认提前结束", "Close the campaign early"),
    "campaigns.move.sure": ("我已看清上面的说明", "I have read what will happen"),
    "campaigns.settling": (
        "新的最后一天正在写入每个学生的记录，完成以前执行统计可能还按原来的最后一天。",
        "The new last day is being written to every pupil's record; until then some figures follow the former one.",
    ),
    "campaigns.ended": (
        "这次核查已经结束，数字不再变化。需要补查的，在批次页面新建一个，选“第二轮”。",
        "This campaign has ended and its figures stay. For a second round plan a new one that names it.",
    ),
    "done.archive-ended": (
        "已归档，但本次核查已结束，统计数字不再变化。",
        "Archived, and not counted: the campaign has ended.",
    ),
    "done.accept-ended": (
        f"{zh('accepted')}，但本次核查已结束，统计数字不再变化。",
        "Accepted, and not counted: the campaign has ended.",
    ),
    "done.return-ended": (
        "照片不再算数，但本次核查已结束：家长不能再传，统计数字不再变化。",
        "Returned, and not counted: the campaign has ended, and the family cannot send another photo.",
    ),
    "done.paper-ended": (
        f"已记为{zh('paper')}，但本次核查已结束，统计数字不再变化。",
        "Recorded as kept on paper, and not counted: the campaign has ended.",
    ),
    "problem.campaign-open": (
        "这次核查已经开始，计划不能再改，也不能取消；只能改最后一天。",
        "The campaign is open: its plan is neither changed nor cancelled; only its last day can be changed.",
    ),
    "problem.campaign-still-planned": (
        "这次核查还没有开始，请直接改计划。",
        "The campaign is not open yet; change its plan instead.",
    ),
    "problem.campaign-cancelled": ("这次核查已经取消，请另建一个。", "This campaign was cancelled; plan another."),
    "problem.second-round-needed": (
        "这次核查已经结束，数字不再变化；需要补查的，请新建一个批次，注明接着哪一次。",
        "This campaign has ended and its figures stay; plan a new one and name this as the first round.",
    ),
    "problem.last-day-not-later": (
        "延长后的最后一天必须比现在的晚。",
        "An extension needs a later last day than the present one.",
    ),
    "problem.last-day-not-earlier": (
        "提前结束的日子必须比现在的最后一天早，最早是今天，也不能早于开始日。",
        "An early close needs a day before the present last one: today at the earliest, and not before the opening.",
    ),
    "problem.last-day-unconfirmed": (
        "还没有更改：请看清下面会发生什么，勾选后再确认。",
        "Nothing has changed yet: read below what will happen, tick the box, and confirm.",
    ),
    "problem.last-day-same": ("这就是现在的最后一天，请另选一天。", "That is the present last day; choose another."),
    "problem.round-overlaps": (
        "第二轮要在第一轮结束以后开始。",
        "A second round opens after the last day of the first.",
    ),
    "problem.days-over": ("最后一天已经过去，请检查年份。", "The last day is over already; check the year."),
    "problem.day-in-future": (
        "这一天还没有到，请选今天或以前的日期。",
        "This day has not come yet; choose today or an earlier day.",
    ),
}
