"""Texts of the page that says how the system is: what was found, and what it means for people."""

from __future__ import annotations

TEXTS = {
    "menu.operations": ("运行状态", "Operations"),
    "operations.all.well": (
        "一切正常：大家提交的内容都已保存，并已计入统计。",
        "All is well: what people have sent is saved and counted.",
    ),
    "operations.all.wait": (
        "有内容还在排队，或情况还不清楚，系统会自己跟上。几分钟后还是这样，请值班人员看一看。提交的内容都已保存。",
        "Something waits or is not known yet; the system catches up by itself. If it looks the same in some minutes, "
        "somebody on duty should look. What people have sent is saved.",
    ),
    "operations.all.act": (
        "有情况需要值班人员处理，见下面标“要处理”的各条。",
        "Somebody on duty is needed: see what is marked “act” below.",
    ),
    "operations.well": ("正常", "well"),
    "operations.wait": ("先等等", "wait"),
    "operations.act": ("要处理", "act"),
    "operations.as_of": ("{moment}（北京时间）的情况。", "As of {moment}, Beijing time."),
    "operations.refreshes": ("本页每 {seconds} 秒自动更新。", "This page looks again every {seconds} seconds."),
    "operations.again": ("再看一次", "Look again"),
    "operations.runbook": ("值班手册 docs/operations.md：", "Runbook, docs/operations.md: "),
    "operations.seconds": ("{n} 秒", "{n} s"),
    "operations.minutes": ("{n} 分钟", "{n} min"),
    "operations.hours": ("{n} 小时", "{n} h"),
    # ---- services
    "operations.service": ("“{of}”能用。", "“{of}” answers."),
    "operations.service.unknown": (
        "“{of}”有回应，但说的情况本页读不懂，多半是刚升级、新旧版本还不一致。它现在怎么样还不知道。",
        "“{of}” answers, but with what this page cannot read: most often its release differs from the portal's for "
        "some minutes. Whether it is well is not known.",
    ),
    "operations.of.identity": ("账号与登录", "Accounts and signing in"),
    "operations.of.roster": ("学籍与打印", "Rosters and printing"),
    "operations.of.upload": ("照片上传与审核", "Photos"),
    "operations.of.stats": ("统计与通报", "Figures and reports"),
    "operations.identity.act": (
        "“账号与登录”没有回应。现在没人能登录；已登录的人还能继续用几分钟。",
        "“Accounts and signing in” does not answer. Nobody can sign in; who is signed in can go on for some minutes.",
    ),
    "operations.roster.act": (
        "“学籍与打印”没有回应。现在不能导入名单、打印确认表和查看班级；凭上传码交照片仍然可以。",
        "“Rosters and printing” does not answer. No import, no printing, no class lists; photos can be sent by code.",
    ),
    "operations.upload.act": (
        "“照片上传与审核”没有回应。家长现在交不了照片，页面会请他们稍后再试；已经收到的照片不受影响。",
        "“Photos” does not answer. Families cannot send photos and are asked to try later; photos that have arrived "
        "are safe.",
    ),
    "operations.stats.act": (
        "“统计与通报”没有回应。现在看不到数字和通报；提交的内容照样保存，恢复后会补算。",
        "“Figures and reports” does not answer. Nothing people send is lost; it is counted once this works again.",
    ),
    # ---- workers
    "operations.worker": ("后台程序都在运行。", "All workers run."),
    "operations.worker.act": ("{who}没有运行：{harm}", "{who} does not run: {harm}"),
    "operations.silent.act": (
        "{who}停住了，已有三分钟以上没有动静：{harm}请重启它。",
        "{who} has stood still for more than three minutes: {harm} Restart it.",
    ),
    "operations.silent.some.act": (
        "{who}有一个停住了，已有三分钟以上没有动静；别的还在做，只是会慢一些。请重启停住的那个。",
        "{who} has stood still in one process for more than three minutes; others go on with its work, more slowly. "
        "Restart the one that stands still.",
    ),
    "operations.relay.who": ("“{of}”的发送程序", "The worker that sends on what comes in at “{of}”"),
    "operations.relay.harm": ("新提交的内容已保存，但不会计入统计。", "what people send is saved, and not counted."),
    "operations.account-files.who": ("按表格开账号的程序", "The worker that opens accounts from files"),
    "operations.account-files.harm": (
        "上传的账号表格没有检查，账号没有开。",
        "files of accounts are neither checked nor opened.",
    ),
    "operations.openings.who": ("开批次的程序", "The worker that opens campaigns"),
    "operations.openings.harm": (
        "新开的批次里，学校暂时不能打印确认表。",
        "schools cannot print for a campaign that has just been opened.",
    ),
    "operations.files.who": ("删除到期名册文件的程序", "The worker that removes roster files that are due"),
    "operations.files.harm": ("学校上传的名册文件到期后没有删除。", "roster files of schools stay longer than a day."),
    "operations.view.who": ("更新班级名单的程序", "The worker that updates the lists behind the photos"),
    "operations.view.harm": ("新导入的学生暂时交不了照片。", "pupils imported now cannot send any photo yet."),
    "operations.intake.who": ("检查照片的程序", "The worker that checks photos"),
    "operations.intake.harm": (
        "照片已安全收到，但没人告诉家长结果。",
        "photos that have arrived are safe, and families are not told the outcome.",
    ),
    "operations.projector.who": ("计算统计数字的程序", "The worker that computes the figures"),
    "operations.projector.harm": ("各级看到的数字停在原处。", "every level sees old ones."),
    "operations.audit.who": ("核对数字的程序", "The worker that compares the figures with what was recorded"),
    "operations.audit.harm": ("数字可能是对的，但没有核对过。", "the figures may be right, but are not proved."),
    # ---- the four numbers, and photos
    "operations.unpublished": ("新提交的内容随到随送。", "What people send goes on its way at once."),
    "operations.unpublished.late": (
        "最早的一条已等了 {time}，还没送出。内容已保存，数字会晚一些。",
        "The oldest of what people sent has waited {time} to go on its way. It is saved; figures come later.",
    ),
    "operations.figures": ("各级看到的数字是最新的。", "The figures that people see are current."),
    "operations.figures.late": (
        "各级看到的数字晚了 {time}。交上来的照片一张都不会漏算。",
        "The figures that people see are {time} old. No photo will be missed.",
    ),
    "operations.figures.lag": (
        "还有 {n} 条没有计入数字，晚了多久还不知道。",
        "{n} records are not in the figures yet; how old these are is not known.",
    ),
    "operations.lists": ("收照片用的名单是最新的。", "The lists behind the photos are current."),
    "operations.lists.late": (
        "收照片用的名单晚了 {time}：刚印好的上传码可能还不认识。",
        "The lists behind the photos are {time} old: upload codes printed just now may be unknown.",
    ),
    "operations.lists.lag": (
        "收照片用的名单还有 {n} 条没有更新，晚了多久还不知道。",
        "{n} records are not in the lists behind the photos yet; how old these are is not known.",
    ),
    "operations.photos": ("收到的照片随到随查。", "Photos are checked as they arrive."),
    "operations.photos.late": (
        "家长的照片都已安全收到；检查晚了 {time}，还有 {n} 张在排队。",
        "Families' photos are safe; checking is {time} behind, and {n} of them wait.",
    ),
    "operations.parked": ("没有处理不了的内容。", "Nothing had to be set aside."),
    "operations.parked.late": (
        "有 {n} 条内容程序处理不了，先放在一边。内容没有丢，但没有计入；处理好之前不能发布通报。",
        "{n} events could not be processed and were set aside. They are kept, not counted, and no report is published.",
    ),
    "operations.drift": ("已截止各天的数字与原始记录一致。", "Figures of closed days agree with what was recorded."),
    "operations.drift.late": (
        "已截止的某天里，有 {n} 组数字与原始记录不一致。通报会被拒绝，直到查清。",
        "At a closed day {n} groups of figures differ from what was recorded. Reports are refused until it is fixed.",
    ),
    # ---- what is not known
    "operations.worker.unknown": ("后台程序是否都在运行，还不知道。", "Whether all workers run is not known."),
    "operations.unpublished.unknown": (
        "新提交的内容是否都已送出，还不知道。",
        "Whether all that people sent is on its way is not known.",
    ),
    "operations.figures.unknown": ("各级看到的数字是否最新，还不知道。", "How old the figures are is not known."),
    "operations.lists.unknown": (
        "收照片用的名单是否最新，还不知道。",
        "How old the lists behind the photos are is not known.",
    ),
    "operations.photos.unknown": ("有多少照片在排队，还不知道。", "How many photos wait is not known."),
    "operations.parked.unknown": (
        "有没有处理不了的内容，还不知道。",
        "Whether anything had to be set aside is not known.",
    ),
    "operations.drift.unknown": (
        "已截止各天的数字与原始记录是否一致，还不知道。",
        "Whether figures of closed days agree with what was recorded is not known.",
    ),
}
