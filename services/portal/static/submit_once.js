// A second tap on a form that is on its way is ignored here; the key in the form makes it harmless anyway.
const PATIENCE = 60000;
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    setTimeout(() => again(form), PATIENCE);   // stopped on a slow line: the page is still here
  });
}
function again(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
}
// Coming back by the browser's own button: the forms may be used again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-once]").forEach(again);
});
// What went wrong is where the next reading begins.
document.querySelector(".box-problem")?.focus();
