// The Back key goes one step back in what is being filled in, and loses nothing of it.
const box = () => document.querySelector("dialog[open]");
// From a check page back into its form.
const edit = () => (box() ?? document.querySelector("main .sheet"))?.querySelector("[name=step][value=edit]");

// One entry of the history for the dialog, and one for its check page.
let entries = 0;
// The browser takes entries back in its own time, and calls off whatever leads elsewhere meanwhile: that waits until it is done.
let leaving = false;
let pressed;
let timer;

function drop(count) {
  if (!count) return;
  entries -= count;
  leaving = true;
  history.go(-count);
  timer = setTimeout(arrived, 1000);
}

function arrived() {
  clearTimeout(timer);
  leaving = false;
  const press = pressed;
  pressed = undefined;
  press?.();
}

window.addEventListener(
  "click",
  (event) => {
    // Told at once: a dialog's own word comes after whatever is pressed next.
    if (!leaving && event.target.closest("dialog [data-close]")) return drop(entries);
    const target = leaving && event.target.closest("a, button, [type=submit]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = () => target.click();
  },
  true,
);

function keep() {
  const wanted = (box() ? 1 : 0) + (edit() ? 1 : 0);
  for (; entries < wanted; entries += 1) history.pushState({ step: entries + 1 }, "");
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
  if (leaving) return arrived();
  // Where the browser stands, not where it should: an entry that was only being made is not there.
  entries = event.state?.step ?? 0;
  if (edit()) return edit().click();
  box()?.close();
});

// As soon as it can be seen: whoever goes back at once would meet an entry that is only being made, or press a form that htmx, which
// takes its time to settle, does not know yet and that would leave the page.
document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.target.closest("dialog, main .sheet")) return;
  queueMicrotask(() => {
    inPlace();
    window.htmx.process(event.target);
    keep();
  });
});
for (const name of ["cancel", "close"]) document.addEventListener(name, () => drop(entries), true);
inPlace();
