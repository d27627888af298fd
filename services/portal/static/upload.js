// Preview, compression, upload with progress, retries with the same key. The form also works without this script.
const LARGE = 1024 * 1024;
const LARGEST = 15 * 1024 * 1024;   // upload's limit
const LONGEST_SIDE = 3200;
const SHORTEST_SIDE = 1080;         // of a long screenshot: legible
const PAUSES = [1000, 2000, 4000, 8000, 15000, 30000];
const STALLED = 90000;   // ms without a byte sent or received; a slow connection may take as long as it needs
const CODE_LENGTH = 16;

const form = document.getElementById("upload");
const take = document.getElementById("take");
const choose = document.getElementById("choose");
const button = document.getElementById("send");
const box = document.getElementById("progress");
const bar = box.querySelector("progress");
const line = box.querySelector("[role=status]");
const preview = document.getElementById("preview");
const problem = document.getElementById("upload-problem");
const words = line.dataset;
let shown = "";
form.classList.add("enhanced");

const file = () => take.files[0] || choose.files[0];
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

for (const [input, other] of [[take, choose], [choose, take]]) {
  input.addEventListener("change", () => {
    if (!input.files.length) return;
    other.value = "";
    problem.replaceChildren();
    show(input.files[0]);
  });
}

function show(chosen) {
  if (shown) URL.revokeObjectURL(shown);
  shown = URL.createObjectURL(chosen);
  const image = preview.querySelector("img");
  image.onerror = () => { image.hidden = true; };   // HEIC in most browsers: the name and size still help
  image.onload = () => { image.hidden = false; };
  image.src = shown;
  preview.querySelector("figcaption").textContent = chosen.size < 1048576 ? `${Math.ceil(chosen.size / 1024)} kB` : `${(chosen.size / 1048576).toFixed(1)} MB`;
  preview.hidden = false;
}

// A smaller JPEG of a large photo, at the quality of an archive, which it may then be as it is; the original if it cannot be compressed.
async function shrunk(original) {
  if (original.size <= LARGE) return original;
  const address = URL.createObjectURL(original);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const [short, long] = [image.naturalWidth, image.naturalHeight].sort((one, other) => one - other);
    const scale = Math.min(1, Math.max(LONGEST_SIDE / long, SHORTEST_SIDE / short));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return smaller && smaller.size < original.size ? new File([smaller], "photo.jpg", { type: "image/jpeg" }) : original;
  } catch {
    return original;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function post(body) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    let stalled;
    const watch = () => { clearTimeout(stalled); stalled = setTimeout(() => request.abort(), STALLED); };
    request.upload.onprogress = (event) => {
      watch();
      if (event.lengthComputable) bar.value = Math.round(100 * event.loaded / event.total);
    };
    request.onload = () => done({ status: request.status, body: request.response });
    request.onerror = request.onabort = () => failed(new Error("line"));
    request.onloadend = () => clearTimeout(stalled);
    watch();
    request.send(body);
  });
}

function online() {
  if (navigator.onLine) return Promise.resolve();
  line.textContent = words.offline;
  return new Promise((done) => addEventListener("online", done, { once: true }));
}

// The first conclusive response; null if every attempt lost the connection.
async function send(body) {
  let last = null;
  for (let tries = 0; tries <= PAUSES.length; tries += 1) {
    await online();
    line.textContent = tries ? words.again : words.sending;
    bar.value = 0;
    try {
      last = await post(body);
      if (last.status < 500) return last;
    } catch { /* connection lost: try again */ }
    if (tries < PAUSES.length) {
      line.textContent = words.again;
      await wait(PAUSES[tries]);
    }
  }
  return last;
}

// Problems that are found before the upload begins.
function validate(original) {
  if (!original) return [words.none, "no-photo", "photo"];
  const typed = form.elements.upload_code?.value.trim();
  if (typed !== undefined && !typed.includes("/") && typed.normalize("NFKC").replace(/[^0-9A-Za-z]/g, "").length !== CODE_LENGTH) return [words.nocode, "code-length", "upload_code"];
  return null;
}

function showProblem(sentence, code, where, signIn, next) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  if (where && form.elements[where] instanceof HTMLInputElement) form.elements[where].setAttribute("aria-invalid", "true");
  const message = document.createElement("div");
  message.className = "box box-problem";
  const text = document.createElement("p");
  const strong = document.createElement("strong");
  strong.textContent = sentence;
  text.append(strong);
  message.append(text);
  if (signIn) {   // in a new tab, so that the chosen photo is kept here
    const link = document.createElement("a");
    link.href = "/sign-in";
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = words.signin;
    message.append(link);
  }
  if (next) {   // where a code belongs that was entered here
    const link = document.createElement("a");
    link.href = next.href;
    link.className = "button";
    link.textContent = next.text;
    message.append(link);
  }
  if (code) message.dataset.code = code;   // for programs, not for people
  problem.replaceChildren(message);
  problem.focus();
}

function busy(yes) {
  form.dataset.busy = yes ? "1" : "";
  form.setAttribute("aria-busy", String(yes));
  button.disabled = yes;
  box.hidden = !yes;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.dataset.busy) return;
  const original = file();
  const found = validate(original);
  if (found) { showProblem(...found); return; }
  problem.replaceChildren();
  const body = new FormData(form);
  busy(true);
  if (original.size > LARGE) line.textContent = words.shrinking;
  body.delete("photo");
  const photo = await shrunk(original);
  if (photo.size > LARGEST) { busy(false); showProblem(words.toolarge, "too-large", "photo"); return; }
  body.append("photo", photo, photo.name);
  const sent = await send(body);
  if (sent?.body?.location) { location.assign(sent.body.location); return; }
  busy(false);
  showProblem(sent?.body?.sentence || (sent ? words.failed : words.line), sent?.body?.code || "", sent?.body?.where, sent?.status === 401, sent?.body?.link);
  if (sent?.body?.code === "form-expired") await renewToken();
  // After a refusal the next attempt is a new request; after a failure it keeps the key, so that nothing is sent twice.
  if (sent?.body && sent.status < 500) form.elements.key.value = newKey();
});

// The token of a page that was open too long, so that the same form can be sent once more.
async function renewToken() {
  try {
    const page = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
    const token = new DOMParser().parseFromString(page, "text/html").querySelector("#upload [name=form_token]");
    if (token) form.elements.form_token.value = token.value;
  } catch { /* no connection: the next attempt says the same */ }
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
