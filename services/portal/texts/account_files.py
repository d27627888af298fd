"""Texts of accounts from a spreadsheet."""

from __future__ import annotations

TEXTS = {
    "accounts.export": ("导出这份名单（CSV）", "Take this list out (CSV)"),
    "accounts.export.hint": (
        "导出有记录；文件里有姓名，请妥善保管。",
        "It is recorded. The file holds names; keep it safe.",
    ),
    "accounts.export.unit": ("单位代码", "Unit"),
    "accounts.export.unit-name": ("单位", "Name of the unit"),
    "accounts.export.role": ("角色", "Role"),
    "accounts.export.name": ("姓名", "Name"),
    "accounts.export.login": ("账号名", "Account name"),
    "accounts.export.state": ("状态", "State"),
    "accounts.export.used": ("最近使用", "Last used"),
    "account-files.title": ("用表格批量开账号", "Accounts from a spreadsheet"),
    "account-files.link": ("用表格批量开账号", "Accounts from a spreadsheet"),
    "account-files.lead": (
        "一次最多20万行。先检查，不开账号；您看过结果、确认以后才开。",
        "At most 200,000 lines at once. The file is checked first and opens nothing; you look at the result, then say "
        "yes.",
    ),
    "account-files.columns": (
        "表头要有：角色、单位代码、账号名、姓名。一行一个人，姓名写真实姓名。单位代码是区划代码、学校标识码或班级代码。",
        "Headings: role, unit, login, name. One line for each person, with the real name. "
        "The unit is the code of a division, a school or a class.",
    ),
    "account-files.file": ("选择文件", "Choose the file"),
    "account-files.file.hint": (".xlsx、.xls 或 .csv，最大14 MB", ".xlsx, .xls or .csv, at most 14 MB"),
    "account-files.send": ("上传并检查", "Send and check"),
    "account-files.busy": (
        "上一个文件还没有结束。请先确认或放弃它，再上传新的。",
        "Your last file is not finished. Say yes to it or give it up before you send another one.",
    ),
    "account-files.yours": ("您的文件", "Your files"),
    "account-files.of": ("{at} 的文件", "File of {at}"),
    "account-files.state.received": ("正在检查", "Being checked"),
    "account-files.state.checked": ("检查完毕，等您确认", "Checked; waits for your yes"),
    "account-files.state.running": ("正在开账号", "Opening accounts"),
    "account-files.state.finished": ("已完成", "Finished"),
    "account-files.state.refused": ("没有采用", "Not taken"),
    "account-files.state.discarded": ("已放弃", "Given up"),
    "account-files.progress": ("{done} / {lines} 行", "{done} of {lines} lines"),
    "account-files.waits": (
        "可以离开这一页，后台接着办；中断了也会从断开的地方继续，不会重复，也不会漏。",
        "You may leave this page; it goes on in the background, and after an interruption from where it was, with no "
        "double and nothing left out.",
    ),
    "account-files.lines": ("行数", "Lines"),
    "account-files.would-open": ("将开账号", "Would open"),
    "account-files.opened": ("已开账号", "Opened"),
    "account-files.had-one": ("已有账号", "Have one already"),
    "account-files.wrong": ("有错的行", "Wrong lines"),
    "account-files.yes": ("我看过了，开这{n}个账号。", "I have looked; open these {n} accounts."),
    "account-files.start": ("开账号", "Open the accounts"),
    "account-files.yes.wrong": (
        "有错的行不会开账号，也不影响别的行。改好以后可以再上传整个文件：已开的不会重复。",
        "Wrong lines open nothing and hold up no other. Correct them and send the whole file again later: what is open "
        "is not opened twice.",
    ),
    "account-files.none": (
        "没有一行可以开账号。请改好下面的问题，再上传。",
        "No line opens an account. Correct what is listed below and send the file again.",
    ),
    "account-files.day": ("一天内不确认，文件会自动删除。", "Without a yes within a day the file is deleted."),
    "account-files.discard": ("放弃这个文件", "Give this file up"),
    "done.file-discarded": ("已放弃，文件已删除。", "Given up; the file is deleted."),
    "account-files.line": ("行", "Line"),
    "account-files.column": ("列", "Column"),
    "account-files.what": ("什么问题，怎么改", "What is wrong, and how to fix it"),
    "account-files.shown": (
        "只列出前{n}行，下载的表格里有全部。",
        "The first {n} are listed; the table has all of them.",
    ),
    "account-files.download": ("下载全部有错的行", "Download all wrong lines"),
    "account-files.next": ("下一步：打印激活单", "Next: print the activation sheets"),
    "account-files.next.hint": (
        "账号已开，还没有密码。在这里或由各单位打印激活单交给本人：打印该单位所有还没激活的账号。"
        "激活码只在打印时生成，14天内有效；每次打印都有记录。",
        "The accounts are open and have no password. Print the activation sheets here, or let each unit print its own: "
        "a print has all accounts of the unit that nobody has activated. Codes are made only by printing and are good "
        "for 14 days; every print is recorded.",
    ),
    "account-files.unit": ("{n} 个账号", "{n} accounts"),
    "account-files.confirm": (
        "我知道：已经发出、还没用过的{n}个激活码会作废，要重新发放新的激活单。",
        "I know: {n} activation codes that were handed out and not used become void; the new sheets have to be handed "
        "out.",
    ),
    "account-files.by-unit": ("每个单位分开打印", "Print each unit on its own"),
    "account-files.more": (
        "还有{n}个单位没有列出，由它们自己打印。",
        "{n} more units are not listed; they print their own sheets.",
    ),
    "account-files.column.role": ("角色", "role"),
    "account-files.column.unit": ("单位代码", "unit"),
    "account-files.column.path": ("路径", "path"),
    "account-files.column.login": ("账号名", "login"),
    "account-files.column.display_name": ("姓名", "name"),
    "account-files.error.unknown-role": (
        "没有这个角色。请写：省级管理员、市级管理员、区县管理员、学籍管理员、校领导、班主任等。",
        "There is no such role. Write its name as the page of accounts shows it, such as Province admin.",
    ),
    "account-files.error.unknown-unit": (
        "没有这个代码的单位，或者级别与角色不符。请核对代码。",
        "No unit has this code, or its level does not fit the role. Check the code.",
    ),
    "account-files.error.bad-login": (
        "账号名要3到64个字符，不能有空格。",
        "An account name has 3 to 64 characters and no spaces.",
    ),
    "account-files.error.bad-display-name": (
        "请写真实姓名，不能空，不能有<>，最多100个字符。",
        "Write the real name: not empty, without < or >, at most 100 characters.",
    ),
    "account-files.error.login-taken": (
        "这个账号名别人已经用了。请换一个。",
        "Somebody else has this account name. Choose another.",
    ),
    "account-files.error.login-twice": (
        "上面已有一行用了这个账号名。请换一个，或删去这一行。",
        "A line above has this account name. Choose another or delete the line.",
    ),
    "account-files.error.outside-scope": (
        "不归您开：角色或单位不在您的权限内。请由它的上一级开。",
        "Not yours to open: role or unit are outside your scope. The level above it opens it.",
    ),
    "account-files.error.wrong-place": (
        "这个角色不能设在这个单位。请核对角色和代码。",
        "This role has no place at this unit. Check role and code.",
    ),
    "account-files.reason.file-empty": ("文件里没有一行账号。", "The file holds no line of an account."),
    "account-files.reason.file-headings": (
        "找不到表头。请在第一行写：角色、单位代码、账号名、姓名。",
        "The headings are missing. Write in the first row: role, unit, login, name.",
    ),
    "account-files.reason.file-too-many-lines": (
        "超过20万行。请分成几个文件。",
        "More than 200,000 lines. Divide the file.",
    ),
    "account-files.reason.file-encrypted": (
        "文件加了密码。请另存为不加密的文件。",
        "The file is protected by a password. Save it without one.",
    ),
    "account-files.reason.file-damaged": (
        "文件打不开。请用表格软件打开，另存为 .xlsx 或 .csv。",
        "The file cannot be read. Open it in a spreadsheet program and save it as .xlsx or .csv.",
    ),
    "account-files.reason.file-too-costly": (
        "文件太大。请删去多余的工作表和格式，另存后再上传。",
        "The file is too large. Delete sheets and formats that are not needed, save it anew and send it again.",
    ),
    "account-files.reason.file-wrong-type": (
        "这不是表格。请上传 .xlsx、.xls 或 .csv。",
        "This is no spreadsheet. Send .xlsx, .xls or .csv.",
    ),
    "account-files.reason.file-gone": ("文件已过期删除。请再上传。", "The file was deleted. Send it again."),
    "account-files.reason.sender-may-not": (
        "上传的账号已无权开这些账号，后面的没有开。",
        "The account that has sent it may no longer issue accounts; the rest was not opened.",
    ),
    "problem.file-in-work": (
        "您的另一个文件还没有结束。请先确认或放弃它。",
        "Another file of yours is not finished. Say yes to it or give it up first.",
    ),
    "problem.file-not-checked": ("这个文件不能开始：还没检查完，或已经开始过。", "This file cannot be started now."),
    "problem.nothing-to-open": ("没有一行可以开账号。", "No line of this file opens an account."),
    "problem.file-has-run": ("已经开始开账号，不能放弃。", "The run has begun; it cannot be given up."),
}
