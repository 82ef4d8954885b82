// On a screen that has the room, the row one is at is shown beside the list: the first one, the focused one, the pressed one.
const pane = () => document.querySelector("[data-peek]");
const rows = () => [...document.querySelectorAll("[data-queue] tbody tr")];

function show(row) {
  const link = row?.querySelector("a[hx-get]");
  if (!link || !pane()?.checkVisibility()) return;
  for (const one of rows()) one.classList.toggle("is-here", one === row);
  link.dispatchEvent(new Event("peek"));
}

document.addEventListener("focusin", (event) => show(event.target.closest("[data-queue] tbody tr")));
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-queue] tbody tr");
  if (row && pane()?.checkVisibility() && !event.target.closest("a, button, label, input")) row.querySelector("a")?.focus();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.matches("[data-queue]")) show(rows()[0]);
});
window.addEventListener("load", () => show(rows()[0]));
