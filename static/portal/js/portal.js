// Comforts on top of pages that work without this file.
const root = document.documentElement;
root.classList.add("js");

const dialog = () => document.getElementById("dialog");
const nearest = (event, selector) =>
  event.target instanceof Element ? event.target.closest(selector) : null;

// What was typed into the dialog and not sent yet is asked about before it is gone.
let typed = false;
const mayLeave = () => !typed || confirm("填写的内容还没有保存，要离开吗？");

function closeDialog() {
  const box = dialog();
  if (box?.open) box.close();
}

const titleWithout = () => document.title.replace(/^错误：/, "");

// After a failed submit the reader starts at the list of what to change.
function focusErrors(scope = document) {
  const wanted = "[data-error-summary]";
  const summary = scope.matches?.(wanted) ? scope : scope.querySelector?.(wanted);
  if (!summary) return;
  if (!document.title.startsWith("错误")) document.title = `错误：${titleWithout()}`;
  summary.focus();
}

async function copy(button) {
  const status = button.parentElement.querySelector("[role=status]");
  let words = "已复制";
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // No clipboard outside https: select the number so that one key copies it.
    const number = button.parentElement.querySelector("strong");
    if (number) getSelection().selectAllChildren(number);
    words = "已选中，可以复制";
  }
  if (status) status.textContent = words;
}

function reveal(button) {
  const input = document.getElementById(button.dataset.revealPassword);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.querySelector("[data-reveal-label]").textContent = shown ? "隐藏" : "显示";
}

function clear(button) {
  const input = document.getElementById(button.dataset.clear);
  input.value = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.focus();
}

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

document.addEventListener("click", (event) => {
  const close = nearest(event, "[data-close]");
  if (close && close.closest("dialog")) {
    event.preventDefault();
    if (mayLeave()) closeDialog();
    return;
  }
  const copyButton = nearest(event, "[data-copy]");
  if (copyButton) copy(copyButton);
  const revealButton = nearest(event, "[data-reveal-password]");
  if (revealButton) reveal(revealButton);
  const clearButton = nearest(event, "[data-clear]");
  if (clearButton) clear(clearButton);
  if (nearest(event, "[data-print]")) window.print();
});

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.type === "checkbox") syncChecks(event.target);
});

// Enter in a search box of a pane searches that pane; the form around it has other buttons too.
document.addEventListener("keydown", (event) => {
  const search = event.key === "Enter" ? nearest(event, ".transfer__search input") : null;
  if (!search) return;
  event.preventDefault();
  search.closest(".transfer__search").querySelector("button").click();
});

// After a decision the next case stands where the last one stood: a second click of the same hand must not decide it
// unseen. The message of the first decision tells such a page.
const shownAt = performance.now();
const SEEN = 800;
document.addEventListener(
  "submit",
  (event) => {
    const follows = event.target.closest("#decide") && document.querySelector("#main > .messages");
    if (!follows || performance.now() - shownAt > SEEN) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// In a list of which one is chosen, the whole row chooses.
document.addEventListener("click", (event) => {
  const row = nearest(event, "tr");
  if (!row || nearest(event, "a, button, label, input")) return;
  row.querySelector('input[type="radio"]')?.click();
});

// People ticked but not left out would be passed: that is asked about, not guessed.
document.addEventListener(
  "submit",
  (event) => {
    const ticked = document.querySelectorAll('#people input[name="line"]:checked').length;
    if (!ticked || !event.target.getAttribute("action")?.endsWith("/approve/")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(`您勾选了 ${ticked} 人但没有排除。请先点【排除勾选的人员】，或取消勾选后再通过。`);
  },
  true,
);

// A second submit within five seconds is a slip; searching twice is not.
let sent = new WeakMap();
const changesData = (form) => form.method === "post" || form.hasAttribute("hx-post");

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!changesData(form)) return;
    if (Date.now() - (sent.get(form) ?? 0) < 5000) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (!form.hasAttribute("hx-post")) {
      sent.set(form, Date.now());
    }
  },
  true,
);

// htmx may still ask for confirmation after the submit event, so its forms count from the request itself.
document.addEventListener("htmx:beforeRequest", (event) => sent.set(event.detail.elt, Date.now()));
document.addEventListener("htmx:afterRequest", (event) => sent.delete(event.detail.elt));

document.addEventListener("htmx:afterSwap", (event) => {
  const box = dialog();
  if (event.detail.target === box) {
    typed = Boolean(box.querySelector("[data-error-summary]"));
    document.title = titleWithout();
    if (box.childElementCount === 0) closeDialog();
    else if (!box.open) box.showModal();
    // The next step took the place of the button just pressed: the reader goes on at its beginning.
    else if (!box.contains(document.activeElement)) box.querySelector(".sheet__body")?.focus();
  }
});
document.addEventListener("htmx:afterSettle", (event) => {
  syncChecks();
  focusErrors(event.target);
});

// Nothing typed is lost when the network or the portal fails: the page stays, and says what happened.
function sayTrouble() {
  say("网络或系统暂时有问题，这一步没有完成。您填写的内容还在，请稍后再试一次。");
}

function say(words) {
  const place = dialog()?.open ? dialog().querySelector(".sheet__body") : document.getElementById("main");
  place?.querySelector("[data-trouble]")?.remove();
  const notice = document.createElement("p");
  notice.className = "notice notice--error";
  notice.dataset.trouble = "";
  notice.setAttribute("role", "alert");
  notice.textContent = words;
  place?.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    if (![409, 422].includes(event.detail.xhr?.status)) sayTrouble();
  });
}

// A page that comes back from the browser's cache may be sent again.
window.addEventListener("pageshow", () => {
  sent = new WeakMap();
});

// Emptied on close, so that the page never holds two elements with one id.
dialog()?.addEventListener("close", () => {
  dialog().replaceChildren();
  document.title = titleWithout();
  typed = false;
});
dialog()?.addEventListener("input", () => {
  typed = true;
});
dialog()?.addEventListener("cancel", (event) => {
  if (!mayLeave()) event.preventDefault();
});
syncChecks();
focusErrors();
