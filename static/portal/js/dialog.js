// The dialog of every page: it opens with what htmx swaps into it, and keeps for its next opening what was typed and not sent.
const dialog = () => document.querySelector("dialog");
const formOf = (box) => box.querySelector("form[hx-post]");
const boxesOf = (form) => [...form.elements].filter((one) => one.name && !["hidden", "submit", "button", "password", "file"].includes(one.type));

// By where a form is sent. Account numbers are among it: it lives in this page alone, and goes with it.
const kept = new Map();
window.addEventListener("pagehide", () => kept.clear());

let typed = false;

// On a check page nothing is typed: what stood in the form before it stays kept.
function keep(box) {
  const form = formOf(box);
  const boxes = form ? boxesOf(form) : [];
  if (!typed || boxes.length === 0) return;
  const said = boxes.filter((one) => one.checked || !["radio", "checkbox"].includes(one.type));
  kept.set(form.getAttribute("hx-post"), new Set(said.map((one) => JSON.stringify([one.name, one.value]))));
}

function begin(form, told) {
  kept.delete(form.getAttribute("hx-post"));
  form.reset();
  typed = false;
  told.remove();
  boxesOf(form)[0]?.focus();
}

function fill(box) {
  const form = formOf(box);
  const said = form && kept.get(form.getAttribute("hx-post"));
  if (!said) return;
  const values = new Map([...said].map(JSON.parse));
  for (const one of boxesOf(form)) {
    if (["radio", "checkbox"].includes(one.type)) one.checked = said.has(JSON.stringify([one.name, one.value]));
    else if (values.has(one.name)) one.value = values.get(one.name);
  }
  typed = true;
  tell(box, form);
}

function tell(box, form) {
  const told = document.createElement("div");
  told.className = "notice";
  told.innerHTML = '<p class="notice__text" role="status"></p><button type="button" class="button button--secondary">重新填写</button>';
  told.querySelector("button").addEventListener("click", () => begin(form, told));
  box.querySelector(".sheet__body").prepend(told);
  // The region stands there before its words do, so that they are read out.
  setTimeout(() => {
    told.querySelector("p").textContent = "上次填写的内容还在，还没有提交。可以接着填，也可以重新填写。";
  }, 100);
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("dialog [data-close]")) return;
  event.preventDefault();
  dialog().close();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === dialog() && dialog().open) keep(dialog());
});

document.addEventListener("htmx:afterSwap", (event) => {
  const box = dialog();
  if (event.detail.target !== box) return;
  if (event.detail.requestConfig.verb === "get") fill(box);
  if (box.childElementCount === 0) box.close();
  else if (!box.open) box.showModal();
  // The next step took the place of the button just pressed: the reader goes on at its beginning.
  else if (!box.contains(document.activeElement)) box.querySelector(".sheet__body")?.focus();
});

document.addEventListener("input", (event) => {
  if (event.target.closest("dialog")) typed = true;
});

// This does not bubble, so it is heard on the way down.
document.addEventListener(
  "close",
  (event) => {
    if (event.target !== dialog()) return;
    keep(event.target);
    // Emptied, so that the page never holds two elements with one id.
    event.target.replaceChildren();
    typed = false;
  },
  true,
);
