// Buttons that only a script can serve (they show once it runs), and which button Enter means.
document.documentElement.classList.add("js");

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

const ACTS = {
  "[data-copy]": copy,
  "[data-reveal-password]": reveal,
  "[data-clear]": clear,
  "[data-print]": () => print(),
};

document.addEventListener("click", (event) => {
  for (const [kind, act] of Object.entries(ACTS)) {
    const button = event.target.closest(kind);
    if (button) act(button);
  }
});

// Another size: what is half filled in stays, and what was pressed stays where it is.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.closest("[data-sizes]") || button?.name !== "size") return;
  event.preventDefault();
  const place = button.getBoundingClientRect().top;
  for (const one of document.querySelectorAll("[data-sizes] [name=size]")) {
    document.documentElement.classList.toggle(one.value, one.value === button.value);
    one.setAttribute("aria-pressed", String(one.value === button.value));
  }
  scrollBy(0, button.getBoundingClientRect().top - place);
  fetch(event.target.action, { method: "POST", body: new FormData(event.target, button), redirect: "manual" });
});

// Enter in a search box that stands in a larger form searches; the form's own button does something else.
document.addEventListener("keydown", (event) => {
  const search = event.key === "Enter" && event.target.closest("[data-enter] input")?.closest("[data-enter]");
  if (!search) return;
  event.preventDefault();
  search.querySelector("button").click();
});

// How long until another code can be had.
for (const place of document.querySelectorAll("[data-countdown]")) {
  const ends = Date.now() + place.dataset.countdown * 1000;
  const timer = setInterval(() => {
    const left = Math.max(Math.ceil((ends - Date.now()) / 1000), 0);
    place.textContent = left;
    if (!left) clearInterval(timer);
  }, 1000);
}
