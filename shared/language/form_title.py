"""The title of the confirmation form on paper and on pages. Elsewhere it is called 确认表, "the form"."""

FORM_TITLE = "全国中小学生学籍基础信息确认表"
