"""Texts of the second factor: setting it up, giving its codes, recovery codes, and its reset."""

TEXTS = {
    "second-factor.title": ("动态口令", "Second factor"),
    "second-factor.must": (
        "区县及以上单位的账号，登录时除密码外还要输入手机上的动态口令。请先绑定，之后才能使用其他功能。",
        "Accounts of counties and above sign in with a code of the telephone besides the password. "
        "Set it up first; then everything else works.",
    ),
    "second-factor.why": (
        "绑定后，登录时除密码外还要输入手机上的动态口令。打印、导出和重设前必须先绑定。",
        "Once it is set up you sign in with a code of your telephone besides the password. "
        "Printing, exporting and resetting need it.",
    ),
    "second-factor.step.1": (
        "在手机上装一个动态口令应用（支持TOTP的都可以）。",
        "Install an authenticator app on your telephone, any one that knows TOTP.",
    ),
    "second-factor.step.2": (
        "用它扫描下一页的二维码，输入它显示的6位数字。",
        "Scan the QR code of the next page with it, and enter the six digits that it shows.",
    ),
    "second-factor.step.3": (
        "打印或抄下恢复码，手机丢失时使用。",
        "Print or write down the recovery codes, for the day when the telephone is lost.",
    ),
    "second-factor.begin": ("开始绑定", "Set it up"),
    "second-factor.another": ("换一台手机", "Use another telephone"),
    "second-factor.on": (
        "已绑定。登录时请输入手机上的动态口令。",
        "It is set up. You sign in with the telephone's code.",
    ),
    "second-factor.left": ("还有{n}个恢复码没有用过。", "{n} recovery codes are left."),
    "second-factor.renew": ("换一组恢复码", "Make other recovery codes"),
    "second-factor.renew.hint": ("换过以后，原来的恢复码作废。", "Those before are void then."),
    "second-factor.was-reset": (
        "您的动态口令已于{at}由上级重设。如果不是您要求的，请立即联系上级。",
        "The level above reset your second factor at {at}. If you did not ask for it, call them at once.",
    ),
    "second-factor.scan": ("用手机应用扫描", "Scan with the app"),
    "second-factor.qr": ("动态口令密钥的二维码", "QR code of the key"),
    "second-factor.key": ("密钥", "Key"),
    "second-factor.key.hint": (
        "不能扫描时，在应用中手工输入密钥。只在这里显示这一次，请勿告诉他人。",
        "Where scanning does not work, type the key into the app. It is shown only here and now; tell nobody.",
    ),
    "second-factor.first-code": ("应用显示的6位数字", "The six digits that the app shows"),
    "second-factor.confirm": ("完成绑定", "Finish"),
    "second-factor.code": ("动态口令", "Code"),
    "second-factor.code.hint": ("手机应用上的6位数字，或一个恢复码", "The app's six digits, or a recovery code"),
    "second-step.title": ("请输入动态口令", "Enter the code"),
    "second-step.why": (
        "密码正确。请打开手机上的动态口令应用。",
        "The password is right. Open your authenticator app.",
    ),
    "second-step.lost": ("手机不在身边或丢失了？", "No telephone at hand, or lost?"),
    "second-step.lost.text": (
        "可以输入一个恢复码。恢复码也没有，请上级重设您的动态口令。",
        "Enter a recovery code instead. Without one, ask the level above to reset your second factor.",
    ),
    "second-step.other": ("用另一个账号登录", "Sign in with another account"),
    "recovery.title": ("恢复码", "Recovery codes"),
    "recovery.why": (
        "手机丢失时，用恢复码代替动态口令登录，每个只能用一次。请打印或抄下，存放在安全的地方。",
        "Without the telephone, one of these stands for its code; each works once. Print them or write them down.",
    ),
    "recovery.once": ("离开本页后不再显示。", "They are not shown again after this page."),
    "recovery.go-on": ("已保存，继续", "I have kept them, go on"),
    "confirmation.title.second-factor": ("请再输入一次动态口令", "Enter a code once more"),
    "confirmation.why.second-factor": (
        "打印、导出和重设前，请再输入一次动态口令，确认是您本人在操作。",
        "Printing, exporting and resetting ask for a code, to be sure that it is you.",
    ),
    "confirmation.title.needed": ("请先绑定动态口令", "Set up a second factor first"),
    "confirmation.why.needed": (
        "打印、导出和重设，除密码外还需要动态口令。绑定只需几分钟，之后接着办理。",
        "Printing, exporting and resetting need more than a password. It takes some minutes, then you go on here.",
    ),
    "confirmation.proven": ("动态口令已绑定，可以继续。", "Your second factor is set up; you can go on."),
    "accounts.second-factor": ("重设动态口令", "Reset the second factor"),
    "accounts.second-factor.hint": (
        "手机和恢复码都丢失时使用。先确认是本人。对方的登录全部结束，下次登录时重新绑定，并会看到这次重设。",
        "For an owner who has lost telephone and recovery codes; make sure who asks. All sessions end, "
        "and the owner sets it up anew at the next sign-in and sees this reset.",
    ),
    "done.second-factor-reset": ("动态口令已重设。", "The second factor has been reset."),
    "done.challenge-ended": (
        "登录用时太长，请重新输入密码。",
        "The sign-in took too long; begin with the password again.",
    ),
    "problem.second-factor-needed": ("请先绑定动态口令。", "Set up a second factor first."),
    "problem.second-factor-wrong": (
        "动态口令不对、已过期或已用过，请等下一个再试。",
        "This code is wrong, too old or was used before; wait for the next one and try again.",
    ),
    "problem.second-factor-locked": (
        "连续输错太多次，请上级重设您的动态口令。",
        "Too many wrong codes in a row; ask the level above to reset your second factor.",
    ),
    "problem.second-factor-code-needed": ("请输入动态口令。", "Enter a code of your authenticator app."),
    "problem.second-factor-not-begun": ("密钥已过期，请重新开始绑定。", "The key is too old; begin again."),
    "problem.no-second-factor": ("这个账号没有绑定动态口令。", "This account has no second factor."),
    "problem.challenge-ended": ("登录用时太长，请重新登录。", "The sign-in took too long; sign in again."),
    "problem.recovery-code-here": (
        "这是恢复码，只在登录时代替动态口令使用。",
        "This is a recovery code, which stands for the telephone's code at the sign-in.",
    ),
    "problem.recovery-code-here.link": ("去登录", "To the sign-in"),
    "history.second-factor-confirmed": ("绑定动态口令", "Second factor set up"),
    "history.second-factor-reset": ("重设动态口令", "Second factor reset"),
    "history.recovery-code-used": ("使用恢复码", "Recovery code used"),
    "history.recovery-codes-renewed": ("更换恢复码", "Recovery codes replaced"),
}
