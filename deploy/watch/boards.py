"""The dashboards: which numbers stand where. `panels.py` makes Grafana's documents of them.

Every panel answers while all is well, too: where a counter of failures may be absent, a 0 of the same labels stands in.
"""

from __future__ import annotations

from deploy.watch.panels import BARS, LINES, NUMBER, TABLE, Dashboard, Panel, Query, Row

WINDOW = "$__rate_interval"
PEOPLE = 'rule!~"/_.*|/metrics"'  # without probes and scrapes
TOLD = 'event=~"sign-in.*|locked|spray|refused|many-.*"'
FAILURES = 'code=~"internal|unavailable"'


def rate(metric: str, by: str, selector: str = "") -> str:
    return f"sum by ({by}) (rate({metric}{{{selector}}}[{WINDOW}]))"


def quantile(part: float, metric: str, by: str = "le", selector: str = "") -> str:
    """by: with "le"."""
    return f"histogram_quantile({part}, {rate(f'{metric}_bucket', by, selector)})"


def failures(selector: str) -> str:
    return f"{rate('rollcall_refusals_total', 'service', selector)} or {rate(REQUESTS, 'service')} * 0"


def pupils(measure: str, unit: str = 'unit="000000"') -> str:
    """Pupils of the chosen campaign. Several processes may show the same figures."""
    return f'max by (unit) (rollcall_campaign_pupils{{campaign="$campaign", measure="{measure}", {unit}}})'


def added(measure: str) -> str:
    """Pupils within an hour."""
    labels = f'campaign="$campaign", measure="{measure}", unit="000000"'
    return f"max by (unit) (delta(rollcall_campaign_pupils{{{labels}}}[1h]))"


def share(measure: str, unit: str = 'unit="000000"') -> str:
    return f"{pupils(measure, unit)} / {pupils('expected', unit)}"


def number(chinese: str, english: str, expression: str, red: float | None = None, unit: str = "short") -> Panel:
    return Panel(chinese, english, NUMBER, unit, (Query(expression),), 4, red)


def lines(chinese: str, english: str, unit: str, *queries: tuple[str, str]) -> Panel:
    """queries: (expression, label that names a line, or a word)."""
    return Panel(chinese, english, LINES, unit, tuple(Query(*query) for query in queries))


def bars(chinese: str, english: str, measure: str) -> Panel:
    """A measure of each province as a part of what is expected there, the largest first."""
    expression = f"sort_desc({share(measure, PROVINCES)})"
    return Panel(chinese, english, BARS, "percentunit", (Query(expression),))


REQUESTS, PROVINCES = "rollcall_request_seconds_count", 'unit!="000000"'
FOUR_NUMBERS = Row(
    "四个数 · The four numbers",
    (
        number("未发出的最久等待", "Oldest unpublished", "max(rollcall_oldest_unpublished_seconds)", 60, "s"),
        number("积压", "Lag", "max(rollcall_lag_records)", 5000),
        number("搁置的事件", "Parked events", "max(rollcall_parked_events)", 1),
        number("对账差异", "Drift", "max(rollcall_drift_slots)", 1),
        number("正在报警", "Alerts that fire", 'count(ALERTS{alertstate="firing"}) or vector(0)', 1),
        number("没有应答的进程", "Silent processes", 'count(up{job="rollcall"}) - sum(up{job="rollcall"})', 1),
    ),
)
TRAFFIC = Row(
    "流量 · Traffic",
    (
        lines("每秒请求", "Requests per second", "reqps", (rate(REQUESTS, "service", PEOPLE), "service")),
        lines("每秒失败", "Failures per second", "reqps", (failures(FAILURES), "service")),
        lines(
            "用时", "Duration, median and 95 %", "s",
            (quantile(0.5, "rollcall_request_seconds", "service, le", PEOPLE), "service"),
            (quantile(0.95, "rollcall_request_seconds", "service, le", PEOPLE), "service"),
        ),
        lines(
            "正在处理的请求", "Running requests", "short",
            ("sum by (service) (rollcall_running_requests)", "service"),
        ),
        lines(
            "被拒绝的原因", "Refusals by code", "reqps",
            (f"topk(8, {rate('rollcall_refusals_total', 'code')})", "code"),
        ),
        lines("请稍后再来", "Sent away", "reqps", (rate("rollcall_sent_away_requests_total", "service"), "service")),
        lines(
            "登录与安全", "Sign-ins and security", "short",
            (rate("rollcall_security_events_total", "event", TOLD), "event"),
        ),
        lines("查看学生资料", "Views of pupils' data", "short", (rate("rollcall_views_total", "what"), "what")),
        Panel(
            "最慢的路径", "Slowest routes, 95 %", TABLE, "s",
            (Query(f"topk(10, {quantile(0.95, 'rollcall_request_seconds', 'service, method, rule, le', PEOPLE)})"),),
        ),
    ),
)  # fmt: skip
PHOTOS = Row(
    "照片 · Photos",
    (
        lines("待检查", "Waiting for the check", "short", ("max(rollcall_unchecked_photos)", "photos")),
        lines("每秒结果", "Outcomes per second", "short", (rate("rollcall_intake_seconds_count", "state"), "state")),
        lines(
            "家长等待", "How long families wait, median and 90 %", "s",
            (quantile(0.5, "rollcall_photo_wait_seconds"), "50 %"),
            (quantile(0.9, "rollcall_photo_wait_seconds"), "90 %"),
        ),
        lines("检查用时", "Duration of a check, 95 %", "s", (quantile(0.95, "rollcall_intake_seconds"), "95 %")),
        lines(
            "未能读完的文件", "Files beyond the limits", "short",
            (rate("rollcall_sandbox_endings_total", "ending"), "ending"),
        ),
    ),
)  # fmt: skip
EVENTS = Row(
    "事件 · Events",
    (
        lines(
            "每秒发布", "Published per second", "short",
            (rate("rollcall_relayed_events_total", "publisher"), "publisher"),
        ),
        lines(
            "未被确认", "Not acknowledged", "short",
            (rate("rollcall_unacknowledged_events_total", "publisher"), "publisher"),
        ),
        lines(
            "一轮的事件数", "Events of a round, 95 %", "short",
            (quantile(0.95, "rollcall_relay_batch_events", "publisher, le"), "publisher"),
        ),
        lines(
            "未发出的最久等待", "Oldest unpublished", "s",
            ("max by (publisher) (rollcall_oldest_unpublished_seconds)", "publisher"),
        ),
        lines("积压", "Lag", "short", ("max by (subscription) (rollcall_lag_records)", "subscription")),
        lines(
            "数据时效", "Age of what is shown", "s",
            ("max by (subscription) (rollcall_read_model_age_seconds)", "subscription"),
        ),
        lines(
            "每秒处理", "Processed per second", "short",
            (rate("rollcall_processed_events_total", "subscription"), "subscription"),
        ),
        lines(
            "写入冲突", "Batches that collided", "short",
            (rate("rollcall_conflicts_total", "subscription"), "subscription"),
        ),
        lines("对账", "Audits", "short", (rate("rollcall_audits_total", "outcome"), "outcome")),
    ),
)  # fmt: skip
ENGINES = Row(
    "引擎与进程 · Engines and processes",
    (
        lines("引擎不可用", "Refused: an engine is unavailable", "reqps", (failures('code="unavailable"'), "service")),
        lines("处理器", "Processors", "short", (rate("process_cpu_seconds_total", "process"), "process")),
        lines("内存", "Memory", "bytes", ("sum by (process) (process_resident_memory_bytes)", "process")),
        lines("打开的文件", "Open files", "short", ("max by (process) (process_open_fds)", "process")),
    ),
)
NATION = Row(
    "全国 · The nation",
    (
        number("应上传", "Expected", pupils("expected")),
        number("已上传", "Uploaded", pupils("uploaded")),
        number("上传率", "Rate", share("uploaded"), unit="percentunit"),
        number("待人工确认", "Waiting for a person", pupils("flagged")),
        number("需重拍", "To be photographed again", pupils("returned")),
        number(
            "数据时效", "Age of the figures",
            'max(rollcall_read_model_age_seconds{subscription=~"figures.+"})', 120, "s",
        ),
    ),
)  # fmt: skip
PACE = Row(
    "进度 · Pace",
    (
        lines(
            "进度", "Progress", "percentunit",
            *((share(measure), measure) for measure in ("printed", "registered", "received", "uploaded", "accepted")),
        ),
        lines(
            "每小时新增上传", "Uploaded within an hour", "short",
            (added("uploaded"), "uploaded"),
        ),
        lines(
            "每分钟照片", "Photos per minute", "short",
            (f"60 * {rate('rollcall_intake_seconds_count', 'state')}", "state"),
        ),
    ),
)  # fmt: skip
TROUBLE = Row(
    "各省 · Provinces",
    (
        bars("上传率", "Uploaded", "uploaded"),
        bars("待人工确认", "Waiting for a person", "flagged"),
        bars("需重拍", "To be photographed again", "returned"),
        lines("家长等待", "How long families wait, 90 %", "s", (quantile(0.9, "rollcall_photo_wait_seconds"), "90 %")),
        lines(
            "未计入的原因", "Why photos do not count, within an hour", "short",
            ('topk(8, sum by (reason) (increase(rollcall_intake_seconds_count{state!="archived"}[1h])))', "reason"),
        ),
        lines("每秒失败", "Failures per second", "reqps", (failures(FAILURES), "service")),
    ),
)  # fmt: skip

BOARDS = (
    Dashboard("rollcall-operator", "点名 值班首页 · Operator", (FOUR_NUMBERS, TRAFFIC, PHOTOS, EVENTS, ENGINES)),
    Dashboard(
        "rollcall-ministry",
        "点名 部级大屏 · Ministry",
        (NATION, PACE, TROUBLE),
        refresh="1m",
        since="now-7d",
        variable=("campaign", "rollcall_campaign_pupils"),
    ),
)
