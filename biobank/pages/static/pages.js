// Comfort only: every page works without this file.
"use strict";

const scan = document.getElementById("scan");

// What a scanner types while no field has the focus goes into the scan box.
document.addEventListener("keydown", (event) => {
  const inField = document.activeElement && document.activeElement.matches("input, select, textarea");
  const typed = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (scan && !inField && typed) scan.focus();
});

// The Enter at the end of a scan goes on to the next field, and does not send a form that is half filled.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches("details.act input:not([type=submit])")) return;
  const all = [...field.form.querySelectorAll("input:not([type=hidden]), select, textarea, button.main")];
  const inputs = all.filter((one) => one.checkVisibility());
  const next = inputs[inputs.indexOf(field) + 1];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// An opened act puts the cursor into its first field.
document.addEventListener("toggle", (event) => {
  const act = event.target;
  if (!act.matches("details.act") || !act.open || act.querySelector("[autofocus]")) return;
  const first = act.querySelector("input:not([type=hidden]), select, textarea, button.main");
  if (first) first.focus({ preventScroll: true });
}, true);

// One click is enough.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  const button = event.submitter;
  setTimeout(() => { if (button) button.disabled = true; }, 0);
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});
