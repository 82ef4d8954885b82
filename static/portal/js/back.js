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

// A link within the dialog, from a mistake to its field, is no step: the browser would make one of it, and Back of that.
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
  // Asks first when something is typed there (dialog.js), as its own button does.
  box()?.querySelector("[data-close]")?.click();
  if (box()) keep();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.closest("dialog, main .sheet")) return;
  inPlace();
  keep();
});
document.addEventListener("close", () => drop(entries), true);
inPlace();
