"""Texts for school admins who come from the registry."""

from __future__ import annotations

TEXTS = {
    "registry.sign-in": ("从学籍系统登录", "Sign in from the registry"),
    "registry.sign-in.hint": (
        "学校学籍管理员：用学籍系统的身份登录，不用另设密码。",
        "Registry admins of schools: sign in with your account of the registry; no other password is needed.",
    ),
    "registry.connect": ("与学籍系统的身份关联", "Connect with my account of the registry"),
    "registry.connect.hint": (
        "关联以后，从学籍系统的“数据质量核查”页面可以直接进来。须刚刚输过密码，而且两边姓名、学校一致。",
        "From then on you come in directly from the registry's page. Your password must have been given in the last "
        "minutes, and name and school must be the same on both sides.",
    ),
    "registry.confirm": (
        "没有密码？从学籍系统重新登录，然后再办一次。",
        "No password? Sign in from the registry again, then repeat the step.",
    ),
    "registry.password": ("用密码登录", "Sign in with a password"),
    "registry.activate": ("用激活码开通账号", "Activate an account with a code"),
    "done.registry": (
        "已从学籍系统登录，账号已为您开通。以后从学籍系统进来，就是这个账号。",
        "You have arrived from the registry and your account is open. From now on the registry leads to this account.",
    ),
    "problem.registry-not-configured": (
        "本平台还没有与学籍系统连通。请用密码登录；没有账号的，请向县（区）教育局要激活码。",
        "This platform is not connected to the registry. Sign in with a password, or ask the county bureau for an "
        "activation code.",
    ),
    "problem.registry-unavailable": (
        "学籍系统暂时连不上。请稍后再试，或用密码登录；没有密码的，请向县（区）教育局要激活码。",
        "The registry cannot be reached at the moment. Try again later or sign in with a password; without one, ask "
        "the county bureau for an activation code.",
    ),
    "problem.registry-sign-in-ended": (
        "这次登录已经用过、超过十分钟，或不是在这个浏览器开始的。请从学籍系统的页面重新进入。",
        "This sign-in was used, is older than ten minutes, or was begun in another browser. Start again from the "
        "registry's page.",
    ),
    "problem.registry-sign-in-refused": (
        "学籍系统没有让您登录。请在学籍系统里确认身份后再试，或用密码登录。",
        "The registry has not signed you in. Check your account there and try again, or sign in with a password.",
    ),
    "problem.registry-answer-wrong": (
        "学籍系统的答复与这次登录不符，没有登录。请从学籍系统的页面重新进入。",
        "The registry's answer does not belong to this sign-in, so you are not signed in. Start again from the "
        "registry's page.",
    ),
    "problem.registry-answer-incomplete": (
        "学籍系统没有给出您的姓名或学校标识码。请先请学籍系统的客服补全您的信息。",
        "The registry gives no name or no school code for you. Ask its service desk to complete your entry.",
    ),
    "problem.registry-school-unknown": (
        "平台里还没有贵校。请县（区）教育局先登记贵校，然后再来。",
        "The platform does not know your school yet. Ask the county bureau to register it, then come again.",
    ),
    "problem.registry-school-closed": (
        "贵校在平台里已经停用。请问县（区）教育局，学生现在归哪所学校。",
        "Your school is closed here. Ask the county bureau which school keeps its pupils now.",
    ),
    "problem.registry-other-school": (
        "学籍系统里您的学校，和您账号的学校不同。请原学校的上一级教育局停用原来的账号，然后再来。",
        "The registry names another school than your account belongs to. Ask the bureau above your old school to close "
        "that account, then come again.",
    ),
    "problem.registry-sign-in-first": (
        "贵校已有您名下的账号。请先用密码登录，再到自己的账号页点“与学籍系统的身份关联”。忘记密码的，请上一级教育局重设。",
        "Your school has an account in your name. Sign in with its password, then connect it on the page of your "
        "account. If you have lost the password, ask the bureau above for a reset.",
    ),
    "problem.registry-another-person": (
        "学籍系统里的姓名和您现在的账号不同，没有关联。请先退出，再以本人身份进入。",
        "The registry names another person than your account does; nothing was connected. Sign out, and come in as "
        "yourself.",
    ),
    "problem.registry-account-bound": (
        "这个账号已经与学籍系统里的另一个人关联。请在两边都退出，再以本人身份进入。",
        "This account is connected to another person of the registry. Sign out on both sides, and come in as yourself.",
    ),
}
