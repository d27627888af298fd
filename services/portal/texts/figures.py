"""Figures and reports. The names of measures come from the table that the report uses as well."""

from __future__ import annotations

from shared.language.measure_names import MEASURE_NAMES, REPORT_NAMES, both

TEXTS = {
    "figures.title": ("学籍核查执行统计", "Progress of the registry check"),
    "figures.trail": ("所在位置", "You are here"),
    "figures.day": ("截至日期", "As of"),
    "figures.show": ("查看", "Show"),
    "figures.unsettled": (
        "这一天还没有结账，数字可能还会变化。",
        "This day is not closed yet; the figures may still change.",
    ),
    "figures.closed": ("已结账到{day}。", "Closed through {day}."),
    "figures.settled": (
        "截至{day}24时（北京时间），已结账，不再变化。",
        "As of {day}, 24:00 Beijing time. Closed: these figures are final.",
    ),
    "figures.below": ("下级完成情况", "Units below"),
    "figures.sort": ("排序：", "Sort by:"),
    "figures.sort.code": ("代码", "code"),
    "figures.sort.rate": ("完成率从低到高", "lowest rate first"),
    "figures.sort.missing": ("未上传人数", "most missing first"),
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
        "每份通报对应一个已结账的日期，生成后不再变化。",
        "Each report covers a closed day and never changes once it is made.",
    ),
    "reports.none": ("还没有通报。", "No reports yet."),
    "reports.as-of": ("截至{day}", "As of {day}"),
    "reports.version": ("第{n}版", "Version {n}"),
    "reports.read": ("阅读", "Read"),
    "reports.make": ("生成通报", "Make a report"),
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
    "reports.region": ("单位", "Unit"),
    "reports.total": ("合计", "Total"),
    **{f"reports.{key}": both(key) for key in REPORT_NAMES},
    "reports.download": ("下载", "Download"),
    "reports.replaces": ("替代", "replaces"),
}
