// What a form needs around its sending: nothing goes out twice or unseen, nothing typed is lost, mistakes come first.
function hold(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function say(words) {
  const open = document.querySelector("dialog[open] .sheet__body");
  const place = open ?? document.querySelector("main");
  place?.querySelector("[data-trouble]")?.remove();
  const notice = document.createElement("p");
  notice.className = "notice notice--error";
  notice.dataset.trouble = "";
  notice.setAttribute("role", "alert");
  notice.textContent = words;
  place?.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}

// After a decision the next case stands where the last one stood: a second click of the same hand must not decide it
// unseen. The message of the first decision tells such a page.
const shownAt = performance.now();
const SEEN = 800;
const justShown = () => document.querySelector("main > .messages") && performance.now() - shownAt <= SEEN;

// Rows ticked for another button of the page would be passed over: that is asked about, not guessed.
const unused = (name) => [...document.querySelectorAll("input:checked")].filter((box) => box.name === name).length;

// A second submit within five seconds is a slip; searching twice, or trying another size, is not.
let sent = new WeakMap();
const changesData = (form) => (form.method === "post" && form.dataset.sizes === undefined) || form.hasAttribute("hx-post");

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const { decides, ticked, tickedWords } = form.dataset;
    if (decides !== undefined && justShown()) return hold(event);
    if (ticked && unused(ticked)) {
      hold(event);
      return say(tickedWords.replace("{}", unused(ticked)));
    }
    if (!changesData(form)) return;
    if (Date.now() - (sent.get(form) ?? 0) < 5000) hold(event);
    else if (!form.hasAttribute("hx-post")) sent.set(form, Date.now());
  },
  true,
);

// htmx may still ask for confirmation after the submit event, so its forms count from the request itself.
document.addEventListener("htmx:beforeRequest", (event) => sent.set(event.detail.elt, Date.now()));
document.addEventListener("htmx:afterRequest", (event) => sent.delete(event.detail.elt));

// A page that comes back from the browser's cache may be sent again.
window.addEventListener("pageshow", () => {
  sent = new WeakMap();
});

// The page stays when the network or the portal fails, and says what happened.
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    if ([409, 422].includes(event.detail.xhr?.status)) return;
    say("网络或系统暂时有问题，这一步没有完成。您填写的内容还在，请稍后再试一次。");
  });
}

// After a failed submit the reader starts at the list of what to change, and the title of the page says so.
function unmarkTitle() {
  document.title = document.title.replace(/^错误：/, "");
}

function focusErrors(scope) {
  const wanted = "[data-error-summary]";
  const summary = scope.matches?.(wanted) ? scope : scope.querySelector?.(wanted);
  if (!summary) return;
  if (!document.title.startsWith("错误")) document.title = `错误：${document.title}`;
  summary.focus();
}

// A mistake of a dialog's last step is over with its next one, and with the dialog.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.matches("dialog")) unmarkTitle();
});
document.addEventListener("close", unmarkTitle, true);

document.addEventListener("htmx:afterSettle", (event) => focusErrors(event.target));
focusErrors(document);
