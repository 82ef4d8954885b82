// Ticking in tables: one box ticks all of its column, and where one row is chosen, the whole row chooses.
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
  row.querySelector('input[type="radio"]')?.click();
});
