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
  const focused = old.contains(document.activeElement) && document.activeElement.value;
  old.replaceWith(part);
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
    const answer = await fetch(form.action, {
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

addEventListener("resize", () => document.querySelectorAll(".chat").forEach(toEnd));
document.querySelectorAll(".chat").forEach(toEnd);
document.querySelector('.people [aria-current="true"]')?.scrollIntoView({ block: "nearest", inline: "center" });
listen();
