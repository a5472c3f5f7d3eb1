// Keeps the pages fresh, sends their forms without loading them anew, and listens to the keyboard. Makes no words of its own;
// without it everything can be read and done, with a page load more.
const find = (id) => document.getElementById(id);
const parse = (text) => new DOMParser().parseFromString(text, "text/html");
const clean = (url) => { const to = new URL(url, location.href); to.searchParams.delete("said"); to.searchParams.delete("what"); return to; };
const ends = () => document.querySelectorAll(".chat").forEach((chat) => { chat.scrollTop = chat.scrollHeight; });

// What is shown

function busy(part) {
  const at = document.activeElement;
  if (at && part.contains(at) && at.matches("textarea, select, input:not([type=hidden])")) return true;
  const given = (it) => Math.max([...it.options].findIndex((option) => option.defaultSelected), 0);
  if ([...part.querySelectorAll("select")].some((it) => it.options.length && it.selectedIndex !== given(it))) return true;
  return [...part.querySelectorAll("textarea, input")].some((it) => it.type !== "hidden" && it.defaultValue !== undefined
    && it.type !== "checkbox" && it.type !== "radio" && it.value !== it.defaultValue);
}

function swap(old, part) {
  for (const once of part?.querySelectorAll("input[name=once]") ?? []) { // the same form, still not sent
    const was = old.querySelector("input[name=once]");
    if (was) once.setAttribute("value", was.value);
  }
  if (!part || old.outerHTML === part.outerHTML) return;
  if (busy(old)) { left = true; return; }
  const open = [...old.querySelectorAll("details[open][id]")].map((it) => it.id);
  const chat = old.matches(".chat") ? old : old.querySelector(".chat");
  const last = chat && chat.scrollHeight - chat.scrollTop - chat.clientHeight < 90;
  const from = chat ? chat.scrollTop : 0;
  const focus = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const ticked = [...old.querySelectorAll("[form]:checked")].map((it) => it.value);
  const fresh = document.importNode(part, true);
  for (const it of fresh.querySelectorAll("[type=checkbox][form]")) it.checked = ticked.includes(it.value);
  for (const id of open) { const it = fresh.querySelector(`[id="${CSS.escape(id)}"]`); if (it) it.open = true; }
  old.replaceWith(fresh);
  const now = fresh.matches(".chat") ? fresh : fresh.querySelector(".chat");
  if (now) now.scrollTop = last ? now.scrollHeight : from;
  if (focus) fresh.querySelector(`[href="${CSS.escape(focus)}"]`)?.focus();
}

// What was typed is kept where the page has to be left for the door, and is there again afterwards

const typed = (it) => `typed:${location.pathname}#${it.id}`;

function leave(to) {
  for (const it of document.querySelectorAll("main textarea[id]")) if (it.value !== it.defaultValue) sessionStorage.setItem(typed(it), it.value);
  if (to) location.assign(to); else location.reload();
}

for (const it of document.querySelectorAll("main textarea[id]")) {
  it.value = sessionStorage.getItem(typed(it)) ?? it.value;
  sessionStorage.removeItem(typed(it));
}

let due = null, looking = false, again = false, left = false; // left: a part was being written in, and is still to be swapped
const parts = (page) => [...page.querySelectorAll("[data-live][id]")].map((it) => it.id).join(" ");

async function refresh() {
  due = null;
  if (looking) { again = true; return; }
  looking = true;
  try {
    const answer = await fetch(clean(location.href), { headers: { "x-refresh": "1" } });
    const door = new URL(answer.url).pathname === "/sign-in";
    if (door || answer.status === 401) { leave(door ? answer.url : ""); return; }
    if (answer.ok && !answer.redirected) { // what a form showed once (a link, recovery codes) is not at its address: it stays
      const page = parse(await answer.text());
      left = false;
      if (parts(page) !== parts(document)) swap(find("main"), page.getElementById("main")); // parts came or went
      for (const old of document.querySelectorAll("[data-live][id]")) swap(old, page.getElementById(old.id));
      ready();
    }
  } catch { /* the stream says when the program is back */ }
  looking = false;
  if (again) { again = false; soon(); }
}

function soon() {
  if (!due) due = setTimeout(refresh, 120);
}

let stream = null, wait = 2000;

function listen() {
  const at = document.body.dataset.liveAt, sign = find("live");
  if (!at) return;
  stream = new EventSource(at);
  const show = (on) => {
    if (!sign) return;
    sign.classList.toggle("on", on);
    sign.querySelector(".word").textContent = on ? sign.dataset.on : sign.dataset.off;
  };
  stream.addEventListener("open", () => { show(true); wait = 2000; soon(); }); // something may have changed before it opened
  stream.addEventListener("error", () => {
    show(false);
    if (stream.readyState !== EventSource.CLOSED) return; // it tries again by itself
    soon(); // where the session is over, this leads to the door
    setTimeout(listen, wait);
    wait = Math.min(wait * 2, 60000);
  });
  stream.addEventListener("change", (event) => {
    const kinds = event.data.split(" ");
    const cares = (part) => kinds.includes("all") || part.dataset.live.split(" ").some((kind) => kinds.includes(kind));
    if ([...document.querySelectorAll("[data-live]")].some(cares)) soon();
  });
}

addEventListener("pagehide", () => stream?.close());
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("focusout", () => { if (left) soon(); });
addEventListener("visibilitychange", () => { if (!document.hidden && stream) soon(); });
setInterval(() => { if (!document.hidden && stream) soon(); }, 60000); // "5 minutes ago", and what was missed

// Forms

function toast(element, wrong) {
  const box = find("toasts");
  if (!box) return;
  box.replaceChildren(element);
  const fade = () => (element.matches(":hover, :focus-within") ? setTimeout(fade, 1000) : element.remove());
  if (!wrong) setTimeout(fade, 8000);
}

function complain(page, form) {
  const problem = page.getElementById("problem");
  const words = problem ? problem.querySelector("p").textContent : page.body.textContent.trim();
  let named = 0;
  for (const fault of problem ? problem.querySelectorAll("[data-field]") : []) {
    const name = fault.dataset.field.split(".").pop().replace(/\[\d+\]/g, "");
    const found = form.elements[fault.dataset.field] || form.elements[name];
    const input = found instanceof RadioNodeList ? found[0] : found;
    if (!input || input.type === "hidden") continue;
    named += 1;
    input.setAttribute("aria-invalid", "true");
    const note = document.createElement("small");
    note.className = "fault"; note.id = `${input.id}-fault`; note.textContent = fault.textContent;
    input.setAttribute("aria-describedby", note.id);
    input.after(note);
    if (named === 1) input.focus();
  }
  const box = document.createElement("div");
  box.className = "toast wrong";
  box.textContent = words + (named ? "" : [...(problem ? problem.querySelectorAll("li") : [])].map((li) => ` ${li.textContent}`).join(""));
  toast(box, true);
}

const sending = new WeakSet();

async function send(form, button) {
  if (sending.has(form)) return;
  sending.add(form);
  form.querySelectorAll(".fault").forEach((note) => note.remove());
  form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
  const body = new URLSearchParams(new FormData(form, button));
  if (button) button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const page = parse(await answer.text());
    if (!answer.ok) return complain(page, form);
    if (new URL(answer.url).pathname === "/sign-in") { leave(`/sign-in?next=${encodeURIComponent(clean(location.href).pathname)}`); return; }
    if (!page.getElementById("main") || !page.body.dataset.liveAt) { location.assign(answer.url); return; }
    const to = clean(answer.url);
    if (to.href !== clean(location.href).href) { history.pushState(null, "", to); shown = here(); }
    document.title = page.title;
    for (const id of ["main", "nav"]) find(id)?.replaceWith(document.importNode(page.getElementById(id), true));
    ends();
    ready();
    const said = page.querySelector("#toasts > *");
    if (said) toast(document.importNode(said, true));
    find("main").querySelector("[data-focus]")?.focus();
  } catch {
    const sign = find("live");
    const box = document.createElement("div");
    box.className = "toast wrong"; box.textContent = sign ? sign.dataset.off : "…";
    toast(box, true);
  } finally {
    sending.delete(form);
    if (button) button.disabled = false;
  }
}

// Going back shows that page; a step within the page (to its content) is none.
const here = () => location.pathname + location.search;
let shown = here();
addEventListener("popstate", () => { if (here() !== shown) location.reload(); });

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get" && !event.defaultPrevented) onTheWay();
  if (form.getAttribute("method") !== "post" || "plain" in form.dataset) return;
  event.preventDefault();
  const sure = event.submitter?.dataset.sure;
  if (sure && !confirm(sure)) return;
  send(form, event.submitter);
});

// The next page is on its way: where it takes a moment, quiet rows stand for it

let late = null;
function onTheWay() {
  clearTimeout(late);
  late = setTimeout(() => find("main")?.setAttribute("aria-busy", "true"), 150);
}
function arrived() {
  clearTimeout(late);
  find("main")?.removeAttribute("aria-busy");
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.target) return;
  const to = new URL(link.href);
  const stays = to.hash && to.pathname + to.search === here(), file = /\.\w+$/.test(to.pathname);
  if (to.origin === location.origin && !stays && !file) onTheWay();
});
addEventListener("pageshow", arrived);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") arrived(); }); // they did not want it after all

// Small helps: copying, choosing at once, the keyboard

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const input = find(copy.dataset.copy);
    input.select();
    try { await navigator.clipboard.writeText(input.value); } catch { document.execCommand("copy"); }
    const label = copy.querySelector("span");
    if (label) label.textContent = copy.dataset.copied;
  }
  if (!event.target.closest("#nav .more")) document.querySelector("#nav .more details[open]")?.removeAttribute("open");
});

document.addEventListener("change", (event) => {
  const all = event.target.dataset.all;
  if (all) for (const it of document.getElementsByName(all)) it.checked = event.target.checked;
  if (event.target.matches("[data-at-once]")) event.target.form.requestSubmit();
  const into = event.target.dataset.into && find(event.target.dataset.into); // a file is read into the field beside it
  if (into) event.target.files[0]?.text().then((text) => { into.value = text; });
});

// The board: cards are dragged to another column

let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-lead]") ?? null;
  if (dragged) { event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", dragged.dataset.lead); }
});
document.addEventListener("dragend", () => { dragged = null; document.querySelector(".over")?.classList.remove("over"); });
document.addEventListener("dragover", (event) => {
  const column = dragged && event.target.closest?.("[data-change]");
  document.querySelectorAll(".over").forEach((it) => { if (it !== column) it.classList.remove("over"); });
  if (column && !column.contains(dragged)) { event.preventDefault(); column.classList.add("over"); }
});
document.addEventListener("drop", (event) => {
  const column = dragged && event.target.closest?.("[data-change]"), form = find("move");
  if (!column || !form || column.contains(dragged)) return;
  event.preventDefault();
  form.elements.lead.value = dragged.dataset.lead;
  form.elements.change.value = column.dataset.change;
  form.requestSubmit();
});

// The letter that is meant: as it is written, else the place of the key where another script is set, Hebrew say.
const letter = (event) => /^[a-z/]$/i.test(event.key) ? event.key.toLowerCase()
  : event.code === "Slash" ? "/" : event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;

let before = "";
document.addEventListener("keydown", (event) => {
  const palette = find("palette");
  if ((event.ctrlKey || event.metaKey) && letter(event) === "k" && palette) {
    event.preventDefault();
    if (!palette.open) palette.showModal();
    find("palette-words").focus();
    return;
  }
  if (event.key === "Enter" && event.target.matches("textarea[data-send]") && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (!event.repeat) event.target.form.requestSubmit(event.target.form.querySelector("button[type=submit]"));
    return;
  }
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?" && find("keys")) { event.preventDefault(); find("keys").showModal(); return; }
  const key = letter(event);
  if (key === "/") {
    const search = document.querySelector("main input[type=search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
  const there = before === "g" && document.querySelector(`#nav [data-key="${CSS.escape(key)}"]`);
  before = key;
  if (there) there.click();
});

find("palette-words")?.addEventListener("input", (event) => {
  const words = event.target.value.trim().toLowerCase();
  for (const li of document.querySelectorAll("#palette-places li")) li.hidden = !li.textContent.toLowerCase().includes(words);
  clearTimeout(typing);
  typing = setTimeout(people, 200, words);
});
let typing = 0;
async function people(words) {
  const asked = words.length > 1;
  const answer = asked ? await fetch(`/leads/find?${new URLSearchParams({ q: words })}`).catch(() => null) : null;
  if (find("palette-words").value.trim().toLowerCase() !== words) return; // what was typed since is on its way
  if (asked && !answer && find("palette").open) typing = setTimeout(people, 1000, words); // nothing came back: once more
  const found = answer?.ok && !answer.redirected ? parse(await answer.text()).querySelectorAll("li") : [];
  find("palette-people").replaceChildren(...found);
}
find("palette-words")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") document.querySelector("#palette li:not([hidden]) a")?.click();
});

if (location.href !== clean(location.href).href) { history.replaceState(null, "", clean(location.href)); shown = here(); }
const ready = () => document.querySelectorAll(".scripted[hidden]").forEach((it) => { it.hidden = false; });
ready();
ends();
listen();
