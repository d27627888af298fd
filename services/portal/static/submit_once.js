// Ignore a second tap while a form is being sent; the form's key makes it harmless in any case.
const RETRY_AFTER = 60000;
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    setTimeout(() => enable(form), RETRY_AFTER);   // after a stalled connection the page is still open
  });
}
function enable(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
}
// After the browser's back button the forms can be used enable.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-once]").forEach(enable);
});
// Move focus to the problem, so that it is read first; in a long list to the very field, which says what is wrong.
(document.querySelector("main details[open] [aria-invalid]") ?? document.querySelector(".box-problem"))?.focus();
