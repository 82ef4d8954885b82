// Presses what a key is written on, and walks the rows of a list; off while somebody types, and for who switched it off.
const TEXT = "input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]";
const { down, up } = document.querySelector("main").dataset;
const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
const rows = () => shown("main tbody tr").map((row) => row.querySelector("a")).filter(Boolean);

function walk(steps) {
  const links = rows();
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = here < 0 && steps < 0 ? links.length - 1 : here + steps;
  links[next]?.focus();
}

// A number answers the first question that is still open.
const answered = (radio) => radio.closest("fieldset").querySelector(":checked") !== null;

function press(target) {
  target.focus({ preventScroll: target.matches("a") }); // what opens elsewhere needs no look where it stands
  if (!target.matches(TEXT)) target.click();
}

// A key alone may be switched off; one that is held beside it means what it says (WCAG 2.1.4).
const quiet = () => document.body.classList.contains("quiet-keys");
const held = (event) => event.ctrlKey || (event.shiftKey && /^[a-z]$/i.test(event.key));

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.altKey || event.repeat || event.isComposing || document.querySelector("dialog[open]")) return;
  const key = event.key.normalize("NFKC").toLowerCase();
  const sends = event.ctrlKey && key === "enter";
  if (!sends && (quiet() || held(event) || event.target.matches(TEXT))) return;
  if (key === down || key === up) return walk(key === down ? 1 : -1);
  const wanted = sends ? "ctrl enter" : key;
  const scope = (sends && event.target.closest("form")) || document;
  const written = shown("[data-key]").filter((one) => one.dataset.key === wanted && scope.contains(one));
  const target = written.find((one) => one.type !== "radio" || !answered(one)) ?? written[0];
  if (!target) return;
  event.preventDefault();
  press(target);
});

// Who hears the page is told only of keys that do something.
function announce() {
  for (const one of document.querySelectorAll("[data-key]")) {
    const words = one.dataset.key.split(" ").map((part) => part[0].toUpperCase() + part.slice(1));
    if (words.length === 1 && quiet()) one.removeAttribute("aria-keyshortcuts");
    else one.setAttribute("aria-keyshortcuts", words.join("+").replace("Ctrl", "Control"));
  }
}

// The list behind `?`: of what its page may have, that which it has.
const has = (key) => (key === down || key === up ? rows().length > 0 : document.querySelector(`[data-key="${CSS.escape(key)}"]`));

function list(box) {
  for (const line of box.querySelectorAll("[data-lists]")) line.hidden = !has(line.dataset.lists);
  for (const part of box.querySelectorAll(".key-list")) part.hidden = !part.querySelector("[data-lists]:not([hidden])");
}

// Switched on or off: this page, and those that stand open in other tabs.
const tabs = new BroadcastChannel("single-keys");
const adopt = (on) => {
  document.body.classList.toggle("quiet-keys", !on);
  announce();
};
tabs.onmessage = (event) => adopt(event.data);

document.addEventListener("htmx:afterSwap", (event) => {
  const state = event.detail.target.querySelector("[data-single-keys]");
  if (!state) return;
  list(event.detail.target);
  adopt(state.dataset.singleKeys === "on");
  tabs.postMessage(!quiet());
});
document.addEventListener("htmx:afterSettle", announce);
announce();
tabs.postMessage(!quiet());
