"""Texts for accounts: the slip for a new owner, reset codes, histories, waiting and closed accounts."""

from __future__ import annotations

TEXTS = {
    "slip.title": ("账号单", "Account slip"),
    "slip.title.reset": ("重设密码单", "Reset slip"),
    "slip.how": (
        "打印后沿两条虚线折好、封好，当面交给本人。里面的码只有本人可以使用。",
        "Print it, fold it along the two dashed lines, seal it, and hand it to the owner in person. "
        "Only the owner may use the code inside.",
    ),
    "slip.kept": (
        "请现在就打印。这张单子最多还能看半小时，而且只保留最近几张，退出登录后也看不到。",
        "Print it now. It can be seen for half an hour at most; only the last few are kept, none after signing out.",
    ),
    "slip.traced": (
        "本人会看到：谁在什么时候办的。您在账号记录里能看到码是否已使用。",
        "The owner will see who did this and when. The account's history shows you whether the code has been used.",
    ),
    "slip.waiting": (
        "还要本校另一位学籍管理员、学校领导，或更上一级同意，这个账号才能使用。",
        "This account works only once another registry admin or the leader of the school, or a bureau above, agrees.",
    ),
    "slip.print": ("打印", "Print"),
    "slip.reveal": ("本人在场：在屏幕上显示", "The owner is here: show it on the screen"),
    "slip.for": ("交给", "For"),
    "slip.open": ("请本人拆开。", "To be opened by this person only."),
    "slip.open.broken": (
        "封口破损时不要使用，请重新申请。",
        "If the seal is broken, do not use it; ask for another one.",
    ),
    "slip.fold.cover": ("① 先把下面这一格向上折，盖住激活码或重设码", "1. Fold this part up over the code"),
    "slip.fold.back": (
        "② 再把上面写着姓名的一格向后折，封好",
        "2. Then fold the part with the name backwards, and seal it",
    ),
    "slip.address": ("网址", "Address"),
    "slip.qr": ("二维码，扫一扫就带上码", "QR code that brings the code along"),
    "slip.ends": ("有效至", "Valid until"),
    "slip.step.reset.1": (
        "打开上面的网址，填账号、重设码，再设一个只有您知道的密码。",
        "Open the address, enter account and reset code, and choose a password that only you know.",
    ),
    "slip.step.reset.2": (
        "家长还要填孩子的出生日期。重设码只能用一次。",
        "Parents also enter their child's birth date. The code works once.",
    ),
    "slip.step.activation.1": (
        "扫二维码，或打开上面的网址填账号、激活码，再设一个只有您知道的密码，就登录了。",
        "Scan the QR code, or open the address and enter account and activation code; choose a password that only you "
        "know, and you are signed in.",
    ),
    "slip.step.activation.2": (
        "激活码只能用一次。如果提示已经用过，而您没有用过，请立即报告。",
        "The code works once. If it is said to be used and you have not used it, report it.",
    ),
    "activation.title": ("用激活码开通账号", "Activate your account"),
    "activation.lead": (
        "第一次登录时用。账号和激活码在发给您的信息表或账号单里；在这里设好密码，就登录了。",
        "For your first sign-in. Account and activation code are on the sheet or slip you were given; choose a "
        "password here and you are signed in.",
    ),
    "activation.filled": ("账号和激活码已从二维码填好。", "Account and code have been filled in from the QR code."),
    "activation.code": ("激活码", "Activation code"),
    "activation.name": ("您的真实姓名", "Your real name"),
    "activation.name.hint": (
        "账号实名，只属于您一个人。统一发放的省、市、区县账号必须填写；发放时已登记姓名的账号可以不填。",
        "An account has a real name and one owner. Needed for the account of a province, city or county that was "
        "issued to all at once; an account that was issued to your name needs none.",
    ),
    "history.named": ("本人登记真实姓名", "Real name entered by the owner"),
    "problem.name-needed": (
        "这是单位统一发放的账号，请填写您本人的真实姓名。",
        "This account bears its unit's name. Please enter your own real name.",
    ),
    "problem.name-differs": (
        "这个账号发放时登记的是另一个姓名。账号只属于一个人，请让上级用“换人”给您发一个。",
        "This account was issued to another name and belongs to one person. Ask the level above to hand it over.",
    ),
    "activation.go": ("设密码并登录", "Set the password and sign in"),
    "activation.lost": (
        "激活码丢了、过期了，或者已被别人用过：请发给您的那一级重新发一个。",
        "Lost, ended, or used by somebody else: ask those who gave it to you for another one.",
    ),
    "sign-in.activate": ("第一次登录：我有激活码", "First sign-in: I have an activation code"),
    "done.activated": ("密码已设好，账号已开通。", "Your password is set and your account is active."),
    "done.chosen-waiting": (
        "密码已设好。这个账号还要等本校学籍管理员、学校领导或更上一级同意，同意后就能用它登录。",
        "Your password is set. The account waits for the yes of the school's registry admin, its leader, or a bureau "
        "above; then you can sign in with it.",
    ),
    "history.registry-bound": ("第一次从学籍系统登录", "Arrived from the registry for the first time"),
    "history.activated": ("使用激活码，设了密码", "Account activated, a password was chosen"),
    "history.activation-renewed": ("换发激活码", "Another activation code was made"),
    "reset.title": ("用重设码设新密码", "Choose a password with a reset code"),
    "reset.lead": (
        "重设码在班主任、学校或上级交给您的纸单里。",
        "The code is inside the slip that the class teacher, the school or the level above gave you.",
    ),
    "reset.code": ("重设码", "Reset code"),
    "reset.code.hint": ("16位，四个一组", "16 characters in groups of four"),
    "reset.born": ("孩子的出生日期（只有家长要填）", "Your child's birth date (parents only)"),
    "reset.born.hint": ("8位数字，例如 20160501", "8 digits, for example 20160501"),
    "reset.go": ("设为新密码并登录", "Set the password and sign in"),
    "sign-in.reset": ("我有重设码", "I have a reset code"),
    "children.held": (
        "账号重设以后，还有{n}个别的班的孩子暂不显示。填孩子的出生日期即可恢复。",
        "After the reset, {n} of your children in other classes are not shown. Enter a child's birth date to go on.",
    ),
    "children.held.go": ("恢复", "Show my child"),
    "children.born": ("孩子的出生日期", "The child's birth date"),
    "account.title": ("我的账号", "My account"),
    "account.lead": (
        "这里是别人和您自己对这个账号做过的事。如果不是您办的，请马上告诉上一级。",
        "What you and others did to this account. Tell the level above at once if something was not on your behalf.",
    ),
    "account.lead.guardian": (
        "您和别人对这个账号做过的事。有不是您本人办的，请马上告诉班主任。",
        "What you and others did to this account. Tell the class teacher at once if something was not on your behalf.",
    ),
    "account.details": ("姓名和账号名", "Name and account name"),
    "account.details.hint": (
        "换了手机号，就在这里改账号名，以后用新的登录。改姓名以后会和学籍名册重新核对，班主任看得到结果。每次修改都有记录。",
        "If your phone number has changed, change the account name here and sign in with the new one. "
        "A new name is compared with the roster again, and the class teacher sees the result. Every change is "
        "recorded.",
    ),
    "account.details.save": ("保存修改", "Save"),
    "account.erase": ("注销账号", "Erase my account"),
    "account.erase.hint": (
        "您的姓名、账号名和密码会删除，账号不能恢复，也不再关联任何孩子。已上传的照片会留在学校；要撤回照片，"
        "请先到“我的孩子”里撤回同意。以后想再用，请向班主任要新的注册码。",
        "Your name, account name and password are deleted for good, and no child is connected to you any more. "
        "Photos that were sent stay with the school; to withdraw them, first withdraw your consent under “My "
        "children”. To come back, ask the class teacher for a new registration code.",
    ),
    "account.erase.sure": ("我知道不能撤销", "I understand that this cannot be undone"),
    "history.name-changed": ("修改姓名", "Name changed"),
    "history.login-changed": ("修改账号名", "Account name changed"),
    "account.history": ("账号记录", "Account history"),
    "account.history.link": ("记录", "History"),
    "account.by": ("由{name}（{role}）办理", "by {name} ({role})"),
    "account.by-clock": ("由系统自动办理", "by the system"),
    "account.by-owner": ("由本人办理", "by the owner"),
    "history.opened": ("账号发放", "Account issued"),
    "history.accepted": ("账号获同意", "Account accepted"),
    "history.rejected": ("账号未获同意，已停用", "Account rejected and closed"),
    "history.password-changed": ("修改密码", "Password changed"),
    "history.password-reset": ("重设密码，发出重设码", "Password reset, a reset code was made"),
    "history.reset-code-used": ("使用重设码，设了新密码", "Reset code used, a new password was chosen"),
    "history.sealed": ("半年未用，账号封存", "Sealed after 180 days without use"),
    "history.lock-lifted": ("解除登录锁定", "Sign-in lock lifted"),
    "history.path-granted": ("增加班级", "Class added"),
    "history.path-revoked": ("取消班级", "Class taken away"),
    "history.closed": ("账号停用", "Account closed"),
    "history.handed-over": ("换人：交接给另一个人，账号停用", "Handed over to another person, account closed"),
    "accounts.hand-over": ("换人：交接给另一个人", "Hand over to another person"),
    "accounts.hand-over.hint": (
        "账号只属于一个人。原账号立即停用，办过的事仍记在原来的人名下；接手的人在同一个单位或班级得到自己的账号和激活码。",
        "An account belongs to one person. This one ends at once, and what was done stays under its owner's name; the "
        "successor gets an own account with an activation code, for the same unit or classes.",
    ),
    "accounts.hand-over.name": ("接手的人：真实姓名", "The successor's real name"),
    "accounts.hand-over.go": ("停用原账号，发给接手的人", "End it and issue the successor's"),
    "state.active": ("正常", "active"),
    "state.not-activated": ("未激活", "not activated"),
    "state.activation-ended": ("激活码已过期，请重设", "activation code has ended: reset it"),
    "state.waiting": ("待同意", "waits for a yes"),
    "state.reset": ("已重设，等本人使用重设码", "reset: waiting for its owner"),
    "state.sealed": ("半年未用，已封存", "sealed after 180 days without use"),
    "state.closed": ("已停用", "closed"),
    "accounts.waiting": ("待您同意的学校账号", "School accounts waiting for your yes"),
    "accounts.waiting.hint": (
        "上级或学校发放、重设了这些学校账号。认识本人、知道这件事，才点“同意”。",
        "A bureau or the school issued or reset these accounts. Agree only if you know the person and the reason.",
    ),
    "accounts.waiting.none": ("没有待同意的账号。", "No account is waiting."),
    "accounts.yes": ("同意", "Agree"),
    "accounts.no": ("不同意，停用", "Refuse and close"),
    "accounts.unseal": ("解除封存", "Lift the seal"),
    "accounts.unseal.hint": (
        "账号半年没有使用，已自动封存。确认本人还在这个岗位后解除：会打印一张重设码纸单，本人用它设新密码，账号就能再用。",
        "Nobody used this account for 180 days, so it was sealed. Once you know that its owner still has this post, "
        "lift the seal: a slip with a reset code is made, and with a new password the account works again.",
    ),
    "accounts.reset.at": ("{at} 重设", "reset {at}"),
    "accounts.reset.used": ("，{at} 已使用", ", used {at}"),
    "accounts.reset.unused": ("，尚未使用", ", not used yet"),
    "accounts.close": ("停用账号", "Close the account"),
    "accounts.close.hint": (
        "立即退出，以后不能登录，也不能恢复；账号名不再发放。",
        "It is signed out at once, for good. Its name is never issued again.",
    ),
    "accounts.classes": ("所带班级", "Classes"),
    "accounts.classes.give": ("增加一个班", "Add a class"),
    "accounts.classes.take": ("取消一个班", "Take a class away"),
    "done.accepted": ("已同意这个账号。", "The account has been accepted."),
    "done.rejected": ("已停用这个账号。", "The account has been refused and closed."),
    "done.closed": ("账号已停用。", "The account has been closed."),
    "done.classes": ("所带班级已更新。", "The classes have been updated."),
    "done.regained": ("孩子已恢复显示。", "Your child is shown again."),
    "done.reset": (
        "新密码已设好。请看看下面的账号记录。",
        "Your new password is set. Please look at the account's history below.",
    ),
    "accounts.unlock": ("解除登录锁定", "Lift sign-in lock"),
    "accounts.unlock.hint": (
        "有人多次输错密码时，本人要等15分钟。确认是本人后可以马上解除，密码不变；一天最多三次，本人会在账号记录里看到。",
        "After several wrong passwords the owner waits 15 minutes. Once you know it is the owner, lift that, "
        "three times a day at most; the password stays, and the owner sees it in the history.",
    ),
    "done.unlocked": ("已解除，本人可以马上再登录。", "The lock is lifted; the owner can sign in at once."),
    "problem.too-many-lifts": (
        "这个账号一天内已解除锁定三次。请稍后再试，或给本人重设密码。",
        "The lock of this account was lifted three times within a day. Wait, or reset the password.",
    ),
    "problem.reset-code-wrong": (
        "账号和重设码对不上，或者这个码已经用过、换过。请对照纸单。",
        "Account and reset code do not belong together, or the code was used or replaced. Compare it with the slip.",
    ),
    "problem.reset-code-ended": ("重设码已过期，请再申请一次。", "The reset code has ended; ask for another reset."),
    "problem.reset-code-needed": (
        "这个账号的密码被重设了。请用纸单上的重设码设新密码；如果您没有申请，请马上报告上一级。",
        "The password of this account was reset. Use the reset code from the slip; "
        "if you did not ask for it, tell the level above at once.",
    ),
    "problem.birth-date-wrong": ("出生日期对不上，请检查。", "The birth date does not match; please check it."),
    "problem.birth-dates-spoiled": (
        "出生日期试错太多次。请用第2页的注册码添加孩子，或重新注册。",
        "Too many wrong birth dates. Add the child with the registration code on page 2, or register anew.",
    ),
    "problem.account-closed": ("这个账号已停用。", "This account is closed."),
    "problem.account-waiting": (
        "这个账号还要等本校学籍管理员、学校领导或更上一级同意。",
        "This account waits for the yes of the school's registry admin, its leader, or a bureau above.",
    ),
    "problem.account-sealed": (
        "这个账号超过180天没有使用，已封存。请上一级重设。",
        "This account was not used for 180 days and is sealed; ask the level above to reset it.",
    ),
    "problem.activation-code-wrong": (
        "账号和激活码对不上，或者这个码已经用过、换过。请对照纸上的账号和码；不是您用的，请马上报告发放的人。",
        "Account and activation code do not belong together, or the code was used or replaced. Compare them with the "
        "paper; if it was used and not by you, tell the person who gave it to you at once.",
    ),
    "problem.activation-code-ended": (
        "激活码14天内有效，现在已过期。请发给您的那一级重新发一个。",
        "The activation code was valid for 14 days and has ended; ask those who gave it to you for another one.",
    ),
    "problem.account-not-activated": (
        "这个账号还没有激活。请先用激活码设密码。",
        "This account is not active yet: choose a password with the activation code first.",
    ),
    "problem.account-activated": ("这个账号本人已经激活了。", "The owner has activated this account already."),
    "problem.account-not-waiting": ("这个账号已经处理过了。", "This account has already been decided on."),
    "problem.own-account": (
        "不能停用自己的账号，请同事或上一级办理。",
        "You cannot close your own account; a colleague or the level above does it.",
    ),
    "problem.last-class": (
        "这是这个账号唯一的班级；请改为停用账号。",
        "This is the account's only class; close the account instead.",
    ),
}
