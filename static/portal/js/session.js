// Two minutes before a sign-in ends the page says so, and one press stays.

// WCAG 2.2.1. Another window may have kept it alive, so the portal is asked first; to ask prolongs nothing.
const WARN = 120;
const { session, sessionUrl } = document.body.dataset;

let timer;
let box;

// In an open dialog only the dialog can be read and pressed.
const place = () => document.querySelector("dialog[open] .sheet__body") ?? document.querySelector("main");

function say(words, mayStay) {
  if (!box) {
    box = document.createElement("div");
    box.className = "notice notice--waiting session-ends";
    box.innerHTML = '<p role="status"></p><button type="button" class="button button--primary">继续</button>';
    box.querySelector("button").addEventListener("click", stay);
  }
  // The region stands there before its words do, so that they are read out.
  if (!place().contains(box)) place().prepend(box);
  box.querySelector("button").hidden = !mayStay;
  setTimeout(() => {
    box.querySelector("p").textContent = words;
  }, 100);
}

function hush() {
  box?.remove();
}

function wait(seconds) {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(seconds, 1) * 1000);
}

function told(left) {
  if (left > WARN) {
    hush();
    return wait(left - WARN);
  }
  if (left <= 0) return say("登录已过期。已经填好的不会丢：照常提交，重新登录后会回到这张表。", false);
  const minutes = Math.ceil(left / 60);
  say(`还有 ${minutes} 分钟就会自动退出。点【继续】可以接着填，已经填好的不受影响。`, true);
  wait(Math.min(left, 60));
}

async function ask(options) {
  try {
    const answer = await fetch(sessionUrl, { cache: "no-store", ...options });
    if (answer.ok) return told(Number(await answer.text()));
  } catch {
    // No network now: asked again below.
  }
  wait(20);
}

const look = () => ask();

async function stay() {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const back = box.contains(document.activeElement);
  await ask({ method: "POST", headers });
  if (back && !box.isConnected) place().focus({ preventScroll: true });
}

if (session) {
  wait(Number(session) - WARN);
  // A phone that slept has not counted.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
}
