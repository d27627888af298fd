"""All pages of the portal: a module for each kind of person."""
from __future__ import annotations

from services.portal.pages import accounts, campaigns, family, figures, photos, public, reports, school, school_class, sign_in
from services.portal.request_context import get, post

ROUTES = [
    get("/", public.home),
    get("/sign-in", sign_in.show), post("/sign-in", sign_in.enter), post("/sign-out", sign_in.leave),
    get("/password", sign_in.show_password, ()), post("/password", sign_in.change_password, ()),

    get("/u", photos.show), post("/u", photos.send, limit=photos.LIMIT),
    get("/u/for/<pupil>", photos.show_for, photos.SENDERS),
    get("/u/<photo>", photos.status), get("/photos/<photo>/image", photos.image, photos.SENDERS),
    get("/photos/<photo>/thumbnail", photos.thumbnail, photos.SENDERS),

    get("/r", family.show), post("/r", family.register),
    get("/children", family.children, family.GUARDIANS), post("/children/withdrawals", family.withdraw, family.GUARDIANS),
    post("/children/choices", family.replace, family.GUARDIANS), post("/children/guardians", family.accept_guardian, family.GUARDIANS),

    get("/class", school_class.choose, school_class.STAFF), get("/class/<class_id>", school_class.show, school_class.STAFF),
    post("/class/<class_id>/reviews", school_class.review, school_class.STAFF), post("/class/<class_id>/paper", school_class.paper, school_class.STAFF),
    post("/class/<class_id>/codes", school_class.new_code, school_class.STAFF),
    post("/class/<class_id>/guardians", school_class.decide_guardian, school_class.STAFF),
    post("/class/<class_id>/resets", school_class.reset_guardian, ("teacher",)),

    get("/school", school.show, school.ADMINS), post("/school/classes", school.open_class, school.ADMINS),
    get("/school/import", school.show_import, school.ADMINS), post("/school/import", school.send_import, school.ADMINS, school.IMPORT_LIMIT),
    get("/school/print", school.show_print, school.ADMINS), post("/school/print", school.send_print, school.ADMINS),
    get("/school/prints/<print_id>.pdf", school.forms_pdf, school.ADMINS),

    get("/figures", figures.start, ()), get("/figures/<unit>", figures.show, ()), get("/figures/<unit>.csv", figures.table, ()),

    get("/reports", reports.show, reports.READERS), post("/reports", reports.make, reports.READERS), post("/reports/days", reports.close_day, ("ministry",)),
    get("/reports/<report>", reports.read, reports.READERS), get("/reports/<report>.<ending>", reports.download, reports.READERS),

    get("/accounts", accounts.show, accounts.ISSUERS), get("/accounts/new", accounts.show_new, accounts.ISSUERS),
    post("/accounts/new", accounts.issue, accounts.ISSUERS), post("/accounts/resets", accounts.reset, accounts.ISSUERS),
    post("/accounts/units", accounts.open_unit, accounts.ISSUERS),

    get("/campaigns", campaigns.show, ("ministry",)), post("/campaigns", campaigns.plan, ("ministry",)),
    post("/campaigns/opened", campaigns.open_campaign, ("ministry",)),
]
