// The browser's Back closes a dialog, as on a phone everything does, and what was typed into it is there when it opens again.
const dialog = () => document.querySelector("dialog");
const isOpened = () => history.state?.sheet === true;

// A step of our own in the history: htmx must not hear of it, it would load the page anew, without what is ticked there.
let stepping = false;
function stepBack() {
  stepping = true;
  history.back();
}

// What was typed, by the address of the form and the name of the field; it goes when somebody closes the dialog herself.
const kept = new Map();
let byBack = false;

function restore(form) {
  for (const [name, { type, value, checked }] of kept.get(form.action) ?? []) {
    for (const field of [...form.elements].filter((one) => one.name === name && one.type === type)) {
      if (["checkbox", "radio"].includes(type)) field.checked = checked && field.value === value;
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

document.addEventListener("input", ({ target: field }) => {
  const form = field.closest("dialog form");
  if (!form || !field.name || field.type === "hidden") return;
  const { type, value, checked } = field;
  kept.set(form.action, (kept.get(form.action) ?? new Map()).set(field.name, { type, value, checked }));
});

// A link within the dialog, from a mistake to its field, is no step: the browser would make one of it, and its end a Back.
document.addEventListener("click", (event) => {
  const link = event.target.closest('dialog a[href^="#"]');
  if (!link) return;
  event.preventDefault();
  document.getElementById(link.hash.slice(1))?.focus();
});

// An officer's dialogs come and go by single keys; theirs leave no step in the history.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const box = dialog();
  if (detail.target !== box || !box.open || isOpened() || !document.body.matches(".taxpayer")) return;
  history.pushState({ ...history.state, sheet: true }, "");
  box.querySelectorAll("form").forEach(restore);
});

window.addEventListener(
  "popstate",
  (event) => {
    const box = dialog();
    if (stepping || box.open) event.stopImmediatePropagation();
    if (!stepping && box.open) {
      byBack = true;
      box.close();
    } else if (!stepping && isOpened()) stepBack(); // forward, to a dialog that is gone
    else stepping = false;
  },
  true,
);

document.addEventListener(
  "close",
  (event) => {
    if (event.target !== dialog()) return;
    if (!byBack) {
      kept.clear();
      if (isOpened()) stepBack();
    }
    byBack = false;
  },
  true,
);

// After a reload, and for whoever comes back from a page that was opened from the dialog.
if (isOpened()) stepBack();
