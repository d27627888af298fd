"""Texts of activation sheets: of a school's class teachers, of the bureaus below."""

from __future__ import annotations

TEXTS = {
    "sheets.title": ("打印班主任平台信息表", "Print the class teachers' sheets"),
    "sheets.short": (
        "每位班主任一张：账号、班级、激活码",
        "One for each class teacher: account, class, activation code",
    ),
    "sheets.lead": (
        "给还没有激活账号的班主任打印信息表：姓名、班级、账号、激活码（文字和二维码）、网址和用法。已经激活的只列出账号，没有码。",
        "Sheets for class teachers who have not activated their accounts: name, class, account, activation code as "
        "text and QR code, address, and what to do. Active people are listed without a code.",
    ),
    "sheets.pending": ("未激活", "Not activated"),
    "sheets.active": ("已激活", "Activated"),
    "sheets.confirm": (
        "我知道：已经发出、还没用过的{n}个激活码会作废，要把新的信息表重新发给这些老师。",
        "I know: {n} activation codes that were handed out and not used become void, and these teachers "
        "need the new sheets.",
    ),
    "sheets.go": ("生成新的激活码并打印", "Make new activation codes and print"),
    "sheets.recorded": (
        "每次打印都有记录：谁、什么时候、哪些账号。",
        "Every print is recorded: who, when, which accounts.",
    ),
    "sheets.all-active": ("所有班主任都已激活账号。", "Every class teacher has activated the account."),
    "sheets.nobody": ("还没有班主任账号。", "There are no class teachers' accounts yet."),
    "sheets.made": ("已生成{n}个新的激活码。", "{n} new activation codes have been made."),
    "sheets.pages": ("打开：每人一页", "Open: a page each"),
    "sheets.list": ("打开：一页四张，剪开发放", "Open: four to a page, to cut"),
    "sheets.zip": ("下载：每个单位一个PDF（ZIP）", "Download: a PDF for each unit (ZIP)"),
    "sheets.next": (
        "打印后当面交给本人，14天内有效。不要拍照发到群里。",
        "Print and hand them over in person; they are valid for 14 days. Do not post photos of them in group chats.",
    ),
    "sheets.kept": (
        "半小时内可以再打开；之后要重新生成，旧码作废。",
        "They can be opened again for half an hour; later new codes have to be made, and the old ones are void.",
    ),
    "kick-off.title": ("启动：为各省市县发放账号", "Kick-off: accounts for all provinces, cities and counties"),
    "kick-off.link": ("为各省市县统一发放账号", "Accounts for all provinces, cities and counties"),
    "kick-off.lead": (
        "按机构树为每个省、市、区县各开一个管理员账号，已经有的不再开。账号没有密码，凭激活单上的激活码由本人设密码。",
        "One admin account for every province, city and county of the tree; who has one gets no second. The accounts "
        "have no password: their owners choose it with the activation code on the sheet.",
    ),
    "kick-off.units": ("省、市、区县", "Provinces, cities, counties"),
    "kick-off.accounts": ("已有账号", "With an account"),
    "kick-off.go": ("开始发放", "Begin"),
    "kick-off.go-on": ("继续：还有{n}个省级单位", "Go on: {n} provinces are left"),
    "kick-off.again": (
        "可以随时中断，也可以重复：接着办没办完的，不会重复开账号。",
        "It can be interrupted and repeated at any time: it goes on with what is left, and opens nothing twice.",
    ),
    "kick-off.complete": ("每个单位都有账号了。", "Every unit has an account."),
    "kick-off.by-province": ("按省打印激活单", "Activation sheets by province"),
    "kick-off.sheets.hint": (
        "打印会生成新的激活码，14天内有效；每次打印都有记录。",
        "Printing makes new activation codes, valid for 14 days; every print is recorded.",
    ),
    "kick-off.row": (
        "单位{units}，有账号{accounts}，已激活{activated}",
        "{units} units, {accounts} accounts, {activated} activated",
    ),
    "kick-off.sheets": ("打印激活单", "Print the sheets"),
    "kick-off.confirm": (
        "我知道：这个省已经发出、还没用过的{n}个激活码会作废，要重新发放新的激活单。",
        "I know: {n} activation codes of this province that were handed out and not used become void; the new sheets "
        "have to be handed out.",
    ),
    "problem.logins-taken": (
        "这些单位的账号名被别人用了，没有开成，请在“账号”页单独发放。其他单位可以继续。",
        "Somebody else has the account names of these units; issue their accounts on the page of accounts. The others "
        "go on.",
    ),
    "problem.codes-would-be-void": (
        "有些激活码已经发出、还没用过，重新打印会让它们作废。请在下面确认。",
        "Some activation codes were handed out and not used yet; printing again makes them void. "
        "Say yes to that below.",
    ),
    "problem.nothing-to-activate": ("这里的账号都已激活。", "Every account here has been activated."),
    "problem.too-many-accounts": (
        "一次最多打印500个账号，请选择下级单位。",
        "One print has at most 500 accounts; choose a unit below.",
    ),
}
