// Check a complete upload code before a photo is taken; where it is not enough, say so and put the photo's fields away.
const CODE_LENGTH = 16;
const PAUSE = 300;   // ms after the last key
const form = document.getElementById("upload");
const field = form.elements.upload_code;
const box = document.getElementById("code-problem");
const way = document.getElementById("photo-way");
const instead = document.getElementById("code-instead");
let checked = "", timer;

const complete = (text) => text.includes("/") || text.normalize("NFKC").replace(/[^0-9A-Za-z]/g, "").length === CODE_LENGTH;

function show(sentence, code, next) {
  box.querySelector("strong").textContent = sentence;
  box.dataset.code = code;   // for programs, not for people
  const link = box.querySelector("a");   // where a code belongs that was entered here
  link.hidden = !next;
  if (next) { link.href = next.href; link.textContent = next.text; }
  box.hidden = !sentence;
  instead.hidden = code !== "code-alone-off";
  way.hidden = Boolean(sentence);
}

async function check() {
  const text = field.value.trim();
  if (text === checked) return;
  show("", "");
  checked = text;
  if (!complete(text)) return;
  const body = new URLSearchParams({ form_token: form.elements.form_token.value, upload_code: text });
  try {
    const response = await fetch("/u/code", { method: "POST", body, headers: { Accept: "application/json" } });
    const found = response.ok ? await response.json() : {};
    if (field.value.trim() === text && found.sentence) show(found.sentence, found.code, found.link);
  } catch { /* no network: the upload says the same */ }
}

field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(check, PAUSE); });
addEventListener("hashchange", check);   // after prefill_code.js has moved the code into the field
check();
