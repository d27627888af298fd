// The button that prints a slip; without a script the browser's own menu prints it.
const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => window.print());
