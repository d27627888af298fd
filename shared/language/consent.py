"""The consent of a guardian (PIPL Art. 14, 28, 31): its version and its wording, which change together.

A guardian consents for each child; identity records the version in the child's binding and takes no other version.
"""

from __future__ import annotations

CONSENT_VERSION = "2026-12"
CONSENT_TEXT = (  # Chinese, English
    "为核对这个孩子的学籍信息，我们处理：您的姓名和账号、与孩子的关系、确认表照片。"
    "您的姓名和与孩子的关系，班主任、学校和孩子的第一位家长能看到。"
    "只用于本次核查，存放在本省；您可以随时查看、下载、更正，也可以随时撤回照片或撤回同意。",
    "To check this child's registry data we process your name, account, relation to the child, and the photo of the "
    "form. The class teacher, the school and the child's first guardian can see your name and relation. "
    "The data is used for this check only and stored in your province. "
    "You can see, copy or correct it, and withdraw the photo or your consent, at any time.",
)
