"""Figures and reports. The names of measures come from the table that the report uses as well."""

from __future__ import annotations

from shared.language.measure_names import MEASURE_NAMES, REPORT_NAMES, both, zh

# What a role does next where nobody is expected yet, and the name of the page for it.
NEXT_STEPS = {
    "figures.next.ministry": (
        "下一步：给省、市、区县发账号，由区县登记学校。",
        "Next: issue the accounts of provinces, cities and counties; counties register the schools.",
    ),
    "figures.next.ministry.go": ("去发账号", "Issue accounts"),
    "figures.next.province": (
        "下一步：给市和区县发账号，由区县登记学校、发学校账号。",
        "Next: issue the accounts of cities and counties, which register schools and issue their accounts.",
    ),
    "figures.next.province.go": ("去发账号", "Issue accounts"),
    "figures.next.city": (
        "下一步：给区县发账号，由区县登记学校、发学校账号。",
        "Next: issue the accounts of counties, which register schools and issue their accounts.",
    ),
    "figures.next.city.go": ("去发账号", "Issue accounts"),
    "figures.next.county": (
        "下一步：登记学校、给学校发账号；学校建好班级、导入名册，这里就有数字。",
        "Next: register the schools and issue their accounts. Each adds its classes and imports its roster; "
        "then there are figures.",
    ),
    "figures.next.county.go": ("登记学校、发账号", "Register schools, issue accounts"),
    "figures.next.school": ("下一步：建好班级，导入学生名册。", "Next: add the classes and import the roster."),
    "figures.next.school.go": ("导入名册", "Import the roster"),
    "figures.next.leader": (
        "下一步：请学籍管理员建好班级、导入学生名册。",
        "Next: ask the registry admin to add the classes and import the roster.",
    ),
    "figures.next.teacher": (
        "下一步：请学校学籍管理员导入本班的名册。",
        "Next: ask the school's registry admin to import the roster of this class.",
    ),
}

TEXTS = {
    "figures.title": ("学籍核查执行统计", "Progress of the registry check"),
    "figures.trail": ("所在位置", "You are here"),
    "figures.day": ("截至日期", "As of"),
    "figures.show": ("查看", "Show"),
    "figures.now": (
        "截至目前已汇总的数字（{at}查询）。刚收到的照片，检查并汇总后计入。",
        "Figures as added up so far (asked at {at}). A photo that has just arrived is counted once it is checked and "
        "added up.",
    ),
    "figures.ended": (
        "核查已结束，数字停在{day}24时（北京时间），不再变化；班级名单是现在的情况，会有不同。",
        "The campaign has ended: these are the figures of {day}, 24:00 Beijing time, and they do not change any more. "
        "Class lists show the present state, which may differ.",
    ),
    "figures.future": ("{day}还没有到。下面是今天的数字。", "{day} has not come yet. These are the figures of today."),
    "figures.empty.planned": (
        "核查还没有开始（计划{opens}开始）。开始后，这里就有数字。",
        "The campaign has not been opened yet (planned for {opens}). Figures appear once it is open.",
    ),
    "figures.empty.before": (
        "核查{opens}开始，{day}还没有数字。",
        "The campaign begins on {opens}; there are no figures of {day}.",
    ),
    "figures.empty.absent": (
        "{day}平台上还没有这个单位，所以没有数字。",
        "On {day} this unit was not in the registry tree yet, so there are no figures.",
    ),
    "figures.empty.opening": (
        "核查刚刚开始，系统正在为学生建立记录。请过几分钟再看。",
        "The campaign has just opened and records of the pupils are being created. Come back in some minutes.",
    ),
    "figures.empty.nobody": (
        f"这里还没有{zh('expected')}的学生：学校导入名册后，就有数字。",
        "Nobody is expected here yet. Figures appear when schools have imported their rosters.",
    ),
    "figures.today": ("看今天的数字", "Figures of today"),
    **NEXT_STEPS,
    "figures.folded": (f"另有{{n}}个单位没有{zh('expected')}学生", "{n} more units in which nobody is expected"),
    "figures.folded.classes": (
        f"另有{{n}}个班级没有{zh('expected')}学生",
        "{n} more classes in which nobody is expected",
    ),
    "figures.unsettled": (
        "{day}还没有结账，数字可能还会变化。",
        "{day} is not closed yet; the figures may still change.",
    ),
    "figures.closed": ("已结账到{day}。", "Closed through {day}."),
    "figures.settled": (
        "截至{day}24时（北京时间），已结账，不再变化。",
        "As of {day}, 24:00 Beijing time. Closed: these figures are final.",
    ),
    "figures.by-day": ("逐日进度", "Progress by day"),
    "figures.by-day.table": ("逐日数字", "Figures of each day"),
    "figures.date": ("日期", "Day"),
    "figures.cutoff": ("截止日{day}", "Cut-off {day}"),
    "figures.pace": ("近{days}天平均每天新增{n}份。", "In the last {days} days {n} more forms a day on average."),
    "figures.pace.needed": (
        "要在{day}截止前全部完成，每天还需{n}份。",
        "To finish by the cut-off on {day}, {n} a day are needed.",
    ),
    "figures.below": ("下级情况", "Units below"),
    "figures.sort": ("排序：", "Sort by:"),
    "figures.sort.code": ("代码", "code"),
    "figures.sort.rate": (f"{zh('rate')}从低到高", "lowest rate first"),
    "figures.sort.missing": (f"{zh('missing')}人数从多到少", "most missing first"),
    "figures.measures": ("全部指标", "All measures"),
    "figures.measure": ("指标", "Measure"),
    "figures.count": ("人数", "Pupils"),
    "figures.rate": ("比例", "Rate"),
    "figures.code": ("代码", "Code"),
    "figures.name": ("名称", "Name"),
    "figures.csv": ("下载表格（CSV）", "Download as CSV"),
    "figures.group.progress": ("进度", "Progress"),
    "figures.group.attention": ("需要关注", "Needs attention"),
    "figures.group.by": ("由谁上传（占已上传）", "Uploaded by (share of uploaded)"),
    "figures.group.how": ("怎样上传（占已上传）", "How uploaded (share of uploaded)"),
    **{f"measure.{key}": both(key) for key in MEASURE_NAMES},
    **{f"measure.{key}.hint": (name.hint_zh, name.hint_en) for key, name in MEASURE_NAMES.items()},
    "reports.lead": (
        "每份通报对应一个已结账的日期，生成后不再变化。先生成草稿，核对后下发，本级和下级就都能阅读。",
        "Each report covers a closed day and never changes once it is made. A draft is made first; once published, "
        "your level and everybody below can read it.",
    ),
    "reports.lead.below": (
        "上级下发的月度通报。每份对应一个已结账的日期，不再变化。",
        "Monthly reports of the levels above. Each covers a closed day and never changes.",
    ),
    "reports.none": ("本级还没有通报。", "No report of your level yet."),
    "reports.own": ("本级的通报", "Reports of your level"),
    "reports.above": ("上级下发的通报", "Reports of the levels above"),
    "reports.above.none": (
        "上级还没有下发通报；下发后，在这里就能看到。",
        "No report of the levels above is published yet; it will be shown here.",
    ),
    "reports.draft": ("草稿", "Draft"),
    "reports.draft.text": (
        "这是草稿，还没有下发，只有本级和上级的管理员看得到。数字已经固定，请核对文字后下发；期号以下发时为准。",
        "This is a draft, which only the administrators of this level and those above see. Its figures are fixed; "
        "read it before you publish it. It gets its number when it is published.",
    ),
    "reports.publish": ("下发", "Publish"),
    "reports.publish.sure": (
        "我已通读草稿，我知道不能撤销（更正须另出新版）",
        "I have read the draft. I understand that this cannot be undone (a correction is a new edition)",
    ),
    "reports.as-of": ("截至{day}", "As of {day}"),
    "reports.version": ("第{n}版", "Version {n}"),
    "reports.read": ("阅读", "Read"),
    "reports.make": ("生成草稿", "Make a draft"),
    "reports.make.hint": (
        "先要结账：统计与各系统核对一致才能生成。",
        "The day must be closed first, and statistics must agree with every service.",
    ),
    "reports.day": ("日期", "Day"),
    "reports.close": ("结账一天", "Close a day"),
    "reports.close.hint": (
        "结账后，这一天的数字不再变化；晚到的记录计入之后的日子。",
        "Once closed, the figures of a day never change; late records count on a later day.",
    ),
    "reports.day-final": ("{day}已结账。", "{day} is closed."),
    "reports.day-pending": (
        "{day}正在结账，还有记录在路上，请稍后再点一次。",
        "{day} is closing; some records are still in transit. Close it again in a moment.",
    ),
    "publisher.identity": ("账号", "Accounts"),
    "publisher.roster": ("名册", "Roster"),
    "publisher.upload": ("照片", "Photos"),
    "reports.publisher": ("已结账到 {day}，在途 {pending}", "closed through {day}, {pending} in transit"),
    "reports.differences": ("核对不一致之处", "Where the totals differ"),
    "reports.differences.more": ("另有{n}处不一致，这里没有列出。", "{n} more differences are not listed here."),
    "reports.region": ("单位", "Unit"),
    "reports.total": ("合计", "Total"),
    **{f"reports.{key}": both(key) for key in REPORT_NAMES},
    "reports.download": ("下载", "Download"),
    "reports.replaces": ("替代", "replaces"),
}
