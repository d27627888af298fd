// The code of the QR arrives behind "#", which browsers never send. Into the field with it, and out of the address bar.
const field = document.querySelector("[data-code-field]");
const grouped = (code) => code.replace(/[^0-9A-Za-z]/g, "").toUpperCase().replace(/(.{4})(?=.)/g, "$1-");

function take() {
  const code = location.hash.slice(1).split(".")[0];
  if (!field || !/^[0-9A-Za-z-]{16,19}$/.test(code)) return;
  field.value = grouped(code);
  const filled = document.getElementById("code-filled");
  if (filled) filled.hidden = false;
  history.replaceState(null, "", location.pathname + location.search);
}

take();
addEventListener("hashchange", take);
// Switching the language keeps the code, again behind "#".
document.querySelector("[data-keep-code]")?.addEventListener("click", (event) => {
  if (field?.value) event.currentTarget.hash = field.value.replace(/[^0-9A-Za-z]/g, "");
});
