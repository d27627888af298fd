// A run in steps: the page that follows a step sends the next one, until nothing is left. Without scripts a person does.
const form = document.querySelector("form.goes-on");
if (form) setTimeout(() => form.requestSubmit(), 300);   // long enough for the numbers to be read
