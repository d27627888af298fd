"""Texts for arrivals of pupils and changes of key fields."""

from __future__ import annotations

TEXTS = {
    "menu.arrivals": ("转入与更改", "Arrivals and changes"),
    "arrivals.lead": (
        "名册文件不会把别校的学生转过来，也不会直接改动关键信息；都要有人同意。",
        "A roster file takes no pupil from another school and changes no key field; somebody has to agree.",
    ),
    "arrivals.lead-bureau": (
        "本级及以下单位等待答复的转学和新增学生。答复会留下记录。",
        "Transfers and new pupils that wait for your unit or one below it. Every answer is recorded.",
    ),
    "arrivals.transfers": ("转学请求", "Transfer requests"),
    "arrivals.transfers.hint": (
        "对方学校的名册里有您这里的学生。同意后，学籍和已上传的照片一起转过去；地址、电话不会交给对方。",
        "Another school's roster names a pupil who is registered here. With your consent the pupil moves, with the "
        "photos; addresses and telephone numbers are not handed over.",
    ),
    "arrivals.new": ("新增学生", "New pupils"),
    "arrivals.new.hint": (
        "学校首次导入以后新增的学籍号，全国尚无登记。确认后才计入应上传。",
        "Numbers that schools have added since their first file, and that are registered nowhere. "
        "They count as expected once you confirm.",
    ),
    "arrivals.asked": ("本校提出的申请", "Requests of this school"),
    "arrivals.asked.hint": (
        "名册里还不属于本校的学籍号，等对方学校或主管部门答复后才会出现在班级里。",
        "Numbers in your files that are not on this school's roster yet. "
        "The pupils appear in their class once the other side has answered.",
    ),
    "arrivals.more": (
        "这里只列出最早的{n}项，答复以后会显示其余的。",
        "These are the oldest {n}. The others are shown once these are answered.",
    ),
    "arrivals.none": ("没有等待答复的事项。", "Nothing is waiting."),
    "arrivals.left": ("已离开原学校", "has left the old school"),
    "arrivals.differs": (
        "姓名或出生日期与登记的不一致，可能不是同一个学生，请先核对。",
        "The name or birth date differs from the registered one: perhaps another child. Please check first.",
    ),
    "arrivals.hand-over": ("同意转出", "Hand over"),
    "arrivals.confirm": ("确认", "Confirm"),
    "arrivals.confirm-all": ("全部确认（{n}人）", "Confirm all {n}"),
    "arrivals.object": ("不同意", "Object"),
    "arrivals.why": ("原因（对方会看到）", "Reason (the other side can see it)"),
    "arrivals.pupil": ("学生", "Pupil"),
    "arrivals.day": ("申请日期", "Asked on"),
    "arrivals.state": ("状态", "State"),
    "arrivals.waiting": ("等待答复", "waiting"),
    "arrivals.accepted": ("已同意", "accepted"),
    "arrivals.objected": ("未同意", "refused"),
    "proposals.title": ("关键信息更改", "Changes of key fields"),
    "proposals.hint": (
        "名册文件要改动姓名、性别、出生日期、学籍号或证件。请对照证明材料决定。",
        "A roster file wants another name, sex, birth date, pupil number or document. Compare with the papers, "
        "then decide.",
    ),
    "proposals.hint-school": ("由校长决定。", "The school leader decides."),
    "proposals.none": ("没有等待决定的更改。", "No change is waiting."),
    "proposals.yes": ("同意更改", "Accept"),
    "proposals.no": ("不同意", "Reject"),
    "proposals.why": ("原因", "Reason"),
    "import.waiting": ("等待确认", "Waiting"),
    "import.proposed": ("等校长同意", "For the leader"),
    "import.next-waiting": (
        "等待确认的学籍号，由对方学校或主管部门答复；关键信息的更改由校长决定。",
        "Numbers that wait are answered by the other school or the bureau; changes of key fields by the leader.",
    ),
    "done.arrival-yes": ("已同意。", "Accepted."),
    "done.arrival-no": ("已答复不同意，对方会看到原因。", "Refused; the other side can see the reason."),
    "done.proposal-yes": ("更改已生效。", "The change has been made."),
    "done.proposal-no": ("关键信息保持不变。", "The key fields stay as they are."),
    "problem.answered-already": ("已经有人处理过了。", "Somebody has answered this already."),
    "queue.title": ("正在排队生成", "Waiting to be made"),
    "queue.ahead": ("前面还有 {n} 份", "{n} ahead of you"),
    "queue.next": ("马上就轮到", "You are next"),
    "queue.hint": (
        "这一页会自动刷新，轮到时直接打开，不用重新点击。",
        "This page reloads by itself and opens the document when it is your turn. You need not click again.",
    ),
    "queue.now": ("现在再试", "Try now"),
    "problem.busy": (
        "现在有很多人同时在打印，请稍等一会儿再试；没有丢失任何内容。",
        "Many people are printing at this moment. Try again shortly; nothing is lost.",
    ),
}
