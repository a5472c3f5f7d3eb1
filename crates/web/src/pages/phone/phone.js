// Swaps the parts that the server sends, posts forms, and chooses the view on narrow screens. Makes no markup of its own.
const find = (id) => document.getElementById(id);
const atEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 80;
const toEnd = (list) => { list.scrollTop = list.scrollHeight; };

function complain(text) {
  find("problem").textContent = text;
  find("problem").hidden = !text;
}

// A part that was just pressed keeps the focus, and a list that was at its end stays there.
function swap(part) {
  const old = find(part.id);
  if (!old) return;
  const follow = part.classList.contains("chat") && atEnd(old);
  const scrolled = old.scrollTop;
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const focused = active?.value;
  const typing = active?.name === "text" && active.type === "text" && part.querySelector('input[name="text"]:not([type])');
  if (typing) typing.value = focused;
  old.replaceWith(part);
  if (typing) return typing.focus();
  if (follow) toEnd(part); else part.scrollTop = scrolled;
  if (focused) part.querySelector(`[value="${CSS.escape(focused)}"]`)?.focus();
  const section = part.closest("main > section");
  const tab = section && document.querySelector(`[data-show="${section.className}"]`);
  if (tab && tab.getAttribute("aria-pressed") === "false") tab.classList.add("news");
}

function listen() {
  let first = true; // all parts come at once at the beginning: nothing of it is news
  const live = new EventSource(document.body.dataset.live);
  live.addEventListener("open", () => { find("lost").hidden = true; first = true; });
  live.addEventListener("error", () => { find("lost").hidden = false; });
  live.addEventListener("problem", (event) => complain(JSON.parse(event.data).detail));
  live.addEventListener("parts", (event) => {
    const parts = new DOMParser().parseFromString(JSON.parse(event.data), "text/html").body;
    for (const part of [...parts.children]) swap(part);
    if (first) document.querySelectorAll(".news").forEach((tab) => tab.classList.remove("news"));
    first = false;
  });
  addEventListener("pagehide", () => live.close());
}

async function post(form, button) {
  const body = Object.fromEntries(new FormData(form, button));
  if ("numbers" in form.dataset) for (const name in body) body[name] = Number(body[name]);
  try {
    const answer = await fetch(form.getAttribute("action"), { // a button of a form may be called "action" too
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
    if (answer.ok) return complain("");
    const problem = await answer.json();
    complain(problem.detail || problem.title);
  } catch {
    complain(find("lost").textContent);
  }
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  post(form, event.submitter);
  form.reset();
  form.closest(".phone")?.querySelectorAll(".chat").forEach(toEnd);
});

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-show]");
  if (!tab) return;
  find("views").dataset.view = tab.dataset.show;
  for (const one of document.querySelectorAll("[data-show]")) one.setAttribute("aria-pressed", String(one === tab));
  tab.classList.remove("news");
  document.querySelectorAll(".chat").forEach(toEnd);
});

// The browser's own ear and voice, where it has them: what is heard is typed, what the receptionist says is read out.
const Ear = window.SpeechRecognition || window.webkitSpeechRecognition;
let spoken = 0;

function readOut() {
  const lines = [...document.querySelectorAll("#call [data-said]")];
  if (lines.length < spoken) spoken = 0;
  const news = lines.slice(spoken);
  spoken = lines.length;
  if (!find("call")?.classList.contains("aloud") || !("speechSynthesis" in window)) return;
  for (const line of news) {
    const words = new SpeechSynthesisUtterance(line.textContent);
    words.lang = "en-GB";
    speechSynthesis.speak(words);
  }
}

function listenIn(button) {
  const ear = new Ear();
  ear.lang = "en-GB";
  ear.addEventListener("result", (event) => {
    const form = button.closest("form");
    form.elements.text.value = event.results[0][0].transcript;
    form.requestSubmit();
  });
  button.setAttribute("aria-pressed", "true");
  ear.addEventListener("end", () => button.setAttribute("aria-pressed", "false"));
  ear.start();
}

let aloud = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ear]");
  if (!button || !Ear) return;
  aloud = true;
  if ("speechSynthesis" in window) speechSynthesis.cancel();
  listenIn(button);
});

function dress() {
  const call = find("call");
  if (!call) return;
  call.classList.toggle("aloud", aloud);
  const button = call.querySelector("[data-ear]");
  if (button) button.hidden = !Ear;
  readOut();
}
new MutationObserver(dress).observe(document.body, { childList: true, subtree: true });
dress();

addEventListener("resize", () => document.querySelectorAll(".chat").forEach(toEnd));
document.querySelectorAll(".chat").forEach(toEnd);
document.querySelector('.people [aria-current="true"]')?.scrollIntoView({ block: "nearest", inline: "center" });
listen();
