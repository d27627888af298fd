// Asks again while a worker has something to do, and shows what the page then says in place.
const PAUSE = 3000;

async function look() {
  try {
    const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.getElementById("watched");
    if (response.ok && found) {
      if (!("atWork" in found.dataset)) { location.replace(location.pathname); return; }
      document.getElementById("watched").replaceChildren(...found.childNodes);
    }
  } catch { /* no connection: ask again */ }
  setTimeout(look, PAUSE);
}

if (document.getElementById("watched")?.dataset.atWork !== undefined) setTimeout(look, PAUSE);
