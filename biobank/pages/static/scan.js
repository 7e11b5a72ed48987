// Tells a scan from typing, and counts a code once that comes twice within a second. Without this file every code counts as typed.
"use strict";

const QUICK_MS = 50; // between two keys of a scanner, on average; the quickest hands need about twice that
const PAUSE_MS = 500; // after which another run begins
const TWICE_MS = 1000;
const SHORTEST = 6;
const runs = new WeakMap(); // of a field: how many keys came without a pause, when the first and when the last

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("input")) return;
  const at = event.timeStamp;
  const run = runs.get(field);
  const oneKey = event.inputType === "insertText" && event.data && event.data.length === 1;
  if (!oneKey) runs.delete(field);
  else if (run && at - run.last <= PAUSE_MS) runs.set(field, { keys: run.keys + 1, first: run.first, last: at });
  else runs.set(field, { keys: 1, first: at, last: at });
  say(field, "");
});

// The Enter of a scanner: what came in one quick run was scanned. A second time within a second, it is taken away again.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches("input")) return;
  const run = runs.get(field);
  if (!run || run.keys < SHORTEST || run.last - run.first > QUICK_MS * (run.keys - 1)) return;
  const code = field.value.slice(-run.keys);
  runs.delete(field);
  if (again(code)) {
    field.value = field.value.slice(0, -code.length);
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (code === field.value) {
    say(field, "scanned");
  }
}, true);

// Whether `code` was scanned less than a second ago, on this page or on the one before.
function again(code) {
  const last = JSON.parse(sessionStorage.getItem("scanned") || "{}");
  sessionStorage.setItem("scanned", JSON.stringify({ code, at: Date.now() }));
  return last.code === code && Date.now() - last.at < TWICE_MS;
}

// How the code of a field came, beside the field.
function say(field, how) {
  const beside = field.nextElementSibling;
  if (beside && beside.name === `${field.name}.how`) beside.value = how;
}
