// The QR code's code arrives behind "#", which browsers never send. Move it from the address bar to the field.
const field = document.querySelector("[data-code-field]");
const grouped = (code) => code.replace(/[^0-9A-Za-z]/g, "").toUpperCase().replace(/(.{4})(?=.)/g, "$1-");

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return ""; }
}

function prefill() {
  const [code, ...rest] = location.hash.slice(1).split(".");
  if (!field || !/^[0-9A-Za-z-]{16,19}$/.test(code)) return;
  field.value = grouped(code);
  const login = document.querySelector("[data-login-field]");   // of an activation code, whose QR names its account
  if (login && rest.length) login.value = decoded(rest.join("."));
  const filled = document.getElementById("code-filled");
  if (filled) filled.hidden = false;
  history.replaceState(null, "", location.pathname + location.search);
}

prefill();
addEventListener("hashchange", prefill);
// Switching the language keeps the code behind "#".
document.querySelector("[data-keep-code]")?.addEventListener("click", (event) => {
  if (field?.value) event.currentTarget.hash = field.value.replace(/[^0-9A-Za-z]/g, "");
});
