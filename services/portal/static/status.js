// Looks again until it is settled what became of the photo, with growing pauses; then shows it in place.
const PAUSES = [1500, 2000, 3000, 4000, 6000, 10000];
const LONG = 8;   // looks, three quarters of a minute: a queue, not a moment
const box = document.getElementById("status");
let tries = 0;

async function look() {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("status");
    if (answer.ok && found && !("looking" in found.dataset)) {
      box.replaceChildren(...found.childNodes);
      delete box.dataset.looking;
      return;
    }
  } catch { /* no line at this moment: look again */ }
  tries += 1;
  if (tries === LONG) document.getElementById("later").hidden = false;
  setTimeout(look, PAUSES[Math.min(tries, PAUSES.length - 1)]);
}

if (box && "looking" in box.dataset) setTimeout(look, PAUSES[0]);
