// The Back key goes one step back in what is being filled in, and loses nothing of it.
const box = () => document.querySelector("dialog[open]");
// From a check page back into its form.
const edit = () => (box() ?? document.querySelector("main .sheet"))?.querySelector("[name=step][value=edit]");

// One entry of the history for the dialog, and one for its check page.
let entries = 0;
let leaving = false;

function drop(count) {
  if (!count) return;
  entries -= count;
  leaving = true;
  history.go(-count);
}

function keep() {
  const wanted = (box() ? 1 : 0) + (edit() ? 1 : 0);
  for (; entries < wanted; entries += 1) history.pushState({ step: true }, "");
  drop(entries - wanted);
}

// On a page of its own the next step takes the place of this one: a dialog above would hold every field a second time.
function inPlace() {
  for (const form of document.querySelectorAll("main .sheet form[hx-post]")) {
    form.setAttribute("hx-target", "closest .sheet");
    form.setAttribute("hx-select", ".sheet");
    form.setAttribute("hx-swap", "outerHTML");
  }
}

// What was typed into a dialog, by the address of its form and the name of the field: it is there when the dialog opens again, and
// goes when somebody closes it herself.
const typed = new Map();
let byBack = false;

function fillAgain(form) {
  for (const [name, { type, value, checked }] of typed.get(form.action) ?? []) {
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
  typed.set(form.action, (typed.get(form.action) ?? new Map()).set(field.name, { type, value, checked }));
});

// A link within the dialog, from a mistake to its field, is no step: the browser would make one of it, and its end a Back.
document.addEventListener("click", (event) => {
  const link = event.target.closest('dialog a[href^="#"]');
  if (!link) return;
  event.preventDefault();
  document.getElementById(link.hash.slice(1))?.focus();
});

window.addEventListener("popstate", (event) => {
  if (!leaving && !entries) return;
  event.stopImmediatePropagation();
  if (leaving) {
    leaving = false;
    return;
  }
  entries -= 1;
  if (edit()) return edit().click();
  byBack = true;
  box()?.close();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.closest("dialog, main .sheet")) return;
  inPlace();
  if (box() && entries === 0) box().querySelectorAll("form").forEach(fillAgain);
  keep();
});
document.addEventListener(
  "close",
  () => {
    if (!byBack) typed.clear();
    byBack = false;
    drop(entries);
  },
  true,
);
inPlace();
