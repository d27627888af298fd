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
    "problem.days-over": ("最后一天已经过去，请检查年份。", "The last day is over already; check the year."),
    "problem.day-in-future": (
        "这一天还没有到，请选今天或以前的日期。",
        "This day has not come yet; choose today or an earlier day.",
    ),
}
