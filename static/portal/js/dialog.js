// The dialog of every page: it opens with what htmx swaps into it, and asks before words typed there are lost.
const dialog = () => document.querySelector("dialog");

let typed = false;
const mayLeave = () => !typed || confirm("填写的内容还没有保存，要离开吗？");

document.addEventListener("click", (event) => {
  if (!event.target.closest("dialog [data-close]")) return;
  event.preventDefault();
  if (mayLeave()) dialog().close();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const box = dialog();
  if (event.detail.target !== box) return;
  // What was typed is still unsent on the check page, and back in the form; a mere answer holds nothing.
  typed = Boolean(box.querySelector("form") && (typed || box.querySelector("[data-error-summary]")));
  if (box.childElementCount === 0) box.close();
  else if (!box.open) box.showModal();
  // The next step took the place of the button just pressed: the reader goes on at its beginning.
  else if (!box.contains(document.activeElement)) box.querySelector(".sheet__body")?.focus();
});

document.addEventListener("input", (event) => {
  if (event.target.closest("dialog")) typed = true;
});

// These two do not bubble, so they are heard on the way down.
document.addEventListener(
  "cancel",
  (event) => {
    if (event.target === dialog() && !mayLeave()) event.preventDefault();
  },
  true,
);
document.addEventListener(
  "close",
  (event) => {
    if (event.target !== dialog()) return;
    // Emptied, so that the page never holds two elements with one id.
    event.target.replaceChildren();
    typed = false;
  },
  true,
);
