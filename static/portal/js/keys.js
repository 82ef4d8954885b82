// Presses what a key is written on, and walks the rows of a list with J and K; off while somebody types.
const TEXT = "input:not([type=radio], [type=checkbox]), select, textarea";
const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());

function walk(steps) {
  const links = shown("main tbody tr").map((row) => row.querySelector("a")).filter(Boolean);
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = here < 0 && steps < 0 ? links.length - 1 : here + steps;
  links[next]?.focus();
}

// A number answers the first question that is still open.
const answered = (radio) => radio.closest("fieldset").querySelector(":checked") !== null;

function press(target) {
  target.focus();
  if (!target.matches(TEXT)) target.click();
}

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.altKey || event.repeat || event.isComposing || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const sends = event.ctrlKey && key === "enter";
  if (!sends && (event.ctrlKey || event.target.matches(TEXT))) return;
  if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  const wanted = sends ? "ctrl enter" : key;
  const scope = (sends && event.target.closest("form")) || document;
  const written = shown("[data-key]").filter((one) => one.dataset.key === wanted && scope.contains(one));
  const target = written.find((one) => one.type !== "radio" || !answered(one)) ?? written[0];
  if (!target) return;
  event.preventDefault();
  press(target);
});
