// Ticking in tables: one box ticks its column, a row is chosen wherever it is pressed, and nothing is done with nothing ticked.
function boxesOf(name, near) {
  const scope = near.closest("table, form") ?? document;
  return [...scope.querySelectorAll('input[type="checkbox"]')].filter(
    (box) => box.name === name && !box.disabled,
  );
}

function syncChecks(changed) {
  for (const all of document.querySelectorAll("[data-check-all]")) {
    const boxes = boxesOf(all.dataset.checkAll, all);
    if (changed === all) for (const box of boxes) box.checked = all.checked;
    const checked = boxes.filter((box) => box.checked).length;
    all.checked = boxes.length > 0 && checked === boxes.length;
    all.indeterminate = checked > 0 && checked < boxes.length;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches('input[type="checkbox"]')) syncChecks(event.target);
});
document.addEventListener("htmx:afterSettle", () => syncChecks());
syncChecks();

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr");
  if (!row || event.target.closest("a, button, label, input")) return;
  row.querySelector('input[type="radio"], .table--picks tbody input')?.click();
});

// Nothing ticked: it is said beside the sum, and the first box has the focus. The portal says the same without a script.
document.addEventListener(
  "click",
  (event) => {
    const { needs, needsWords } = event.target.closest("[data-needs]")?.dataset ?? {};
    if (!needs) return;
    const form = event.target.form ?? event.target.closest("form");
    const boxes = [...form.querySelectorAll("input")].filter((box) => box.name === needs);
    if (boxes.length === 0 || boxes.some((box) => box.checked)) return;
    event.preventDefault();
    event.stopPropagation();
    form.querySelector("output").textContent = needsWords;
    boxes[0].focus();
  },
  true,
);

// A browser that comes back ticks the boxes again, and the sum follows.
window.addEventListener("pageshow", () => {
  document.querySelector(".picks input:checked")?.dispatchEvent(new Event("change", { bubbles: true }));
});
