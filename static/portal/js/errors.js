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
