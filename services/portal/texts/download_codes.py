"""Texts of download codes: made by the leader or fresh from the registry, to unlock one print run."""

TEXTS = {
    "menu.download-codes": ("下载码", "Download codes"),
    "download.lead": (
        "打印确认表需要下载码，由您给负责打印的老师。请当面或打电话告诉本人，不要发到群里。",
        "Printing the forms asks for a download code. You give it to the colleague who prints, face to face or by "
        "telephone, never in a group.",
    ),
    "download.code": ("下载码", "Download code"),
    "download.of": ("下载码，仅供本人使用：", "A code for this person alone:"),
    "download.ends": ("有效至", "Good until"),
    "download.kept": ("只能用于一次打印。连续输错5次作废。", "It serves for one print run; five wrong tries void it."),
    "download.make": ("生成下载码", "Make a code"),
    "download.voids": ("生成新的下载码后，此前未用的作废。", "A new code voids the one before."),
    "download.recorded": ("谁在何时为谁生成、何时使用，都有记录。", "Who made it for whom, and its use, are recorded."),
    "download.nobody": (
        "本校还没有可以打印的账号，或者尚未激活。",
        "Your school has no account yet that may print, or none that is activated.",
    ),
    "download.state.none": ("还没有下载码", "No code yet"),
    "download.state.holds": ("有未使用的下载码，有效至", "A code is waiting, good until"),
    "download.state.used": ("最近一个已使用：", "The last one was used at"),
    "download.state.over": ("最近一个已过期", "The last one is over"),
    "download.state.void": ("最近一个因多次输错作废", "The last one is void after wrong tries"),
    "download.own.lead": (
        "刚从学籍系统登录时，可以在这里为自己生成下载码；否则请向学校领导索取。",
        "If you have just come from the registry, make your own code here; otherwise ask your school's leader.",
    ),
    "download.own.ask": ("请向学校领导索取下载码。", "Ask your school's leader for a download code."),
    "download.own.make": ("为自己生成下载码", "Make my own code"),
    "download.own.again": ("从学籍系统重新登录", "Come from the registry again"),
    "download.own.short": ("打印前使用，也可向学校领导索取", "For printing; the school's leader has them, too"),
    "problem.registry-sign-in-needed": (
        "请从学籍系统重新登录后再生成，或向学校领导索取下载码。",
        "Come anew from the registry, or ask your school's leader for a download code.",
    ),
    "prints.title": ("打印记录", "Record of prints"),
    "prints.lead": (
        "本校每次打印确认表的记录，最新的在前，最多 200 条。",
        "Every print of the school's forms, the latest first, at most 200.",
    ),
    "prints.none": ("还没有打印过。", "Nothing has been printed yet."),
    "prints.sheets": ("{n} 份表", "{n} forms"),
    "prints.void": ("以前的 {n} 张作废", "{n} earlier sheets void"),
    "prints.by": ("打印人：", "Printed by"),
    "prints.colleague": ("本校同事", "a colleague of the school"),
    "prints.from": ("网络地址：", "from"),
    "prints.code.leader": ("下载码由学校领导生成", "code made by the school's leader"),
    "prints.code.registry": ("从学籍系统登录后自己取的下载码", "own code, fresh from the registry"),
    "prints.run": ("这一批的 PDF", "PDFs of this run"),
    "prints.same-run": ("接着同一批打印", "continues a run"),
    "prints.no-code": ("没有用下载码", "without a code"),
    "problem.download-code-needed": (
        "请填写下载码：从学籍系统登录后自己生成，或向学校领导索取。",
        "Enter your download code: make it after coming from the registry, or ask your school's leader.",
    ),
    "problem.download-code-wrong": (
        "这不是您现在的下载码，请核对；连续输错5次，下载码作废。",
        "This is not your present download code; look again. Five wrong tries void it.",
    ),
    "problem.download-code-used": (
        "这个下载码已用于另一次打印，请再取一个。",
        "This download code was used for another print run; get a new one.",
    ),
    "problem.download-code-over": ("这个下载码已过期，请再取一个。", "This download code is over; get a new one."),
    "problem.download-code-void": (
        "这个下载码已作废（又生成了新的，或输错太多次），请再取一个。",
        "This download code is void: a newer one was made, or too many wrong ones were tried. Get a new one.",
    ),
    "problem.sheets-would-be-void": (
        "有些表以前打印过，重新打印会让它们作废。请在下面确认。",
        "Some of these sheets were printed before and would become void. Say yes to that below.",
    ),
    "problem.run-over": (
        "这一批打印的时间已过，请用新的下载码重新开始。",
        "The time of this print run is over; begin another with a new download code.",
    ),
    "problem.printed-in-run": (
        "这一批里已经打印过这个班；要再打一次，请用新的下载码。",
        "This run has printed that class already; printing it again takes a new download code.",
    ),
    "problem.too-many-download-codes": (
        "这个人一小时内的下载码已生成太多，请稍后再试。",
        "Too many download codes were made for this person within an hour; try again later.",
    ),
    "problem.download-code-here": (
        "这是下载码，只在打印时使用。",
        "This is a download code, which unlocks a print run.",
    ),
}
