// Polls with growing pauses until the photo's result is final, then shows it in place.
const PAUSES = [1500, 2000, 3000, 4000, 6000, 10000];
const LONG = 8;   // polls, about 45 seconds: there is a queue
const box = document.getElementById("status");
let tries = 0;

async function poll() {
  try {
    const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.getElementById("status");
    if (response.ok && found && !("looking" in found.dataset)) {
      box.replaceChildren(...found.childNodes);
      delete box.dataset.looking;
      return;
    }
  } catch { /* no connection: poll again */ }
  tries += 1;
  if (tries === LONG) document.getElementById("later").hidden = false;
  setTimeout(poll, PAUSES[Math.min(tries, PAUSES.length - 1)]);
}

if (box && "looking" in box.dataset) setTimeout(poll, PAUSES[0]);
