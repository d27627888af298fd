"""Texts of download codes: made by the leader or fresh from the registry, to unlock one print run."""

TEXTS = {
    "menu.download-codes": ("下载码", "Download codes"),
    "download.lead": (
        "下载码由您给负责打印的老师。请当面或打电话告诉本人，不要发到群里。目前打印还不需要下载码，启用前会通知学校。",
        "You give the code to whoever prints, face to face or by telephone, never in a group. Printing does not ask "
        "for it yet; schools are told before it does.",
    ),
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
    "problem.too-many-download-codes": (
        "这个人一小时内的下载码已生成太多，请稍后再试。",
        "Too many download codes were made for this person within an hour; try again later.",
    ),
    "problem.download-code-here": (
        "这是下载码，只在打印时使用。",
        "This is a download code, which unlocks a print run.",
    ),
}
