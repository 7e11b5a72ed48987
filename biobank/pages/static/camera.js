// Reads codes with the camera, as a scanner would type them. It stays open from page to page until it is closed.
"use strict";

const opener = document.getElementById("camera");
const finder = document.getElementById("viewfinder");
const video = finder.querySelector("video");
const LOOK_MS = 120;
const FORMATS = ["data_matrix", "code_128", "qr_code"];
let detector = null;
let identifiers = [];
let stream = null;
let target = document.getElementById("scan");

opener.hidden = !navigator.mediaDevices;
opener.addEventListener("click", () => (stream ? closeCamera() : openCamera()));
document.addEventListener("focusin", (event) => {
  if (event.target.matches("#scan, input.scanned")) target = event.target;
});
if (sessionStorage.getItem("camera") === "open") openCamera();

async function openCamera() {
  finder.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  tell("Show one code.");
  try {
    detector = detector || await load();
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch (error) {
    tell(error.name === "NotAllowedError" ? "This browser may not use the camera." : `No camera: ${error.message}`);
    sessionStorage.removeItem("camera");
    return;
  }
  sessionStorage.setItem("camera", "open");
  video.srcObject = stream;
  await video.play();
  look();
}

function closeCamera() {
  for (const track of stream.getTracks()) track.stop();
  stream = null;
  finder.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  sessionStorage.removeItem("camera");
  sessionStorage.removeItem("scanned");
  target.focus();
}

// The reader comes from this server alone; it is loaded when the camera is opened first.
function load() {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = finder.dataset.detector;
    script.onerror = () => failed(new Error("the reader could not be loaded"));
    script.onload = () => {
      const { BarcodeDetector, prepareZXingModule } = BarcodeDetectionAPI;
      const overrides = { locateFile: () => finder.dataset.reader };
      prepareZXingModule({ overrides, fireImmediately: true }).then((reader) => {
        keepIdentifiers(reader);
        done(new BarcodeDetector({ formats: FORMATS }));
      }, failed);
    };
    document.head.append(script);
  });
}

// The reader tells which kind of symbol it read as a scanner does, ]d2 for a Data Matrix of GS1; a detector leaves it out.
function keepIdentifiers(reader) {
  const read = reader.readBarcodesFromPixmap;
  reader.readBarcodesFromPixmap = (...told) => {
    const found = read(...told);
    identifiers = Array.from({ length: found.size() }, (_, at) => found.get(at).symbologyIdentifier);
    return found;
  };
}

async function look() {
  if (!stream) return;
  const seen = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await detector.detect(video) : [];
  const told = identifiers.length === seen.length ? identifiers : [];  // else nobody can say which of them is whose
  const codes = new Map(seen.map((one, at) => [one.rawValue, told[at] || ""]));
  if (codes.size > 1) tell("More than one code: show only the one that is meant.");
  if (codes.size === 1) take(...[...codes][0]);
  setTimeout(look, LOOK_MS);
}

// A code counts again once it was out of sight for a second.
function take(code, identifier) {
  if (again(code)) return;
  tell(`Read ${code}`);
  target.focus();
  target.value = code;
  say(target, `camera${identifier}`);
  if (target.id === "scan") target.form.requestSubmit();
  else target.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
}

function tell(words) {
  finder.querySelector("[role=status]").textContent = words;
}
