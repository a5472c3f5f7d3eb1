// Asks for the scene every second and shows it. Texts go in as text, never as markup.
const $ = (id) => document.getElementById(id);
const make = (tag, cls, text) => {
  const el = document.createElement(tag);
  if (cls) el.className = cls;
  if (text !== undefined) { el.textContent = text; el.dir = "auto"; }
  return el;
};
const post = (path, body) =>
  fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).then(refresh);
let customer = localStorage.getItem("customer") || "";
const clock = (iso) => (iso || "").slice(11, 16);

function bubble(b, mineTaps) {
  const li = make("li", b.mine ? "mine" : "theirs");
  if (b.template) li.append(make("small", "tag", "template"));
  li.append(make("p", "", b.text));
  for (const [id, title] of b.buttons) {
    const button = make("button", "reply", title);
    if (mineTaps) button.onclick = () => post("/sandbox/tap", { customer, message: b.id, button: id });
    li.append(button);
  }
  li.append(make("small", "at", `${clock(b.at)} ${b.mine ? "" : b.status}`));
  return li;
}

function fill(list, items, key) {
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...items);
  list.scrollTop = list.scrollHeight;
}

function showLead(lead) {
  const box = $("lead");
  const key = JSON.stringify(lead);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  if (!lead) return box.replaceChildren(make("p", "empty", "Nothing yet: place a call."));
  const rows = [["Status", lead.status], ["Name", lead.name], ["Need", lead.need], ["When", lead.preference && lead.preference.text]];
  const dl = make("dl");
  for (const [name, value] of rows) { dl.append(make("dt", "", name), make("dd", value ? "" : "empty", value || "not known yet")); }
  box.replaceChildren(dl);
}

async function refresh() {
  const answer = await fetch(`/sandbox/scene?customer=${encodeURIComponent(customer)}`);
  if (!answer.ok) return;
  const s = await answer.json();
  if (!customer && s.customers.length) customer = s.customers[0];
  const select = $("customer");
  if (!select.options.length) {
    for (const phone of s.customers) { const o = make("option", "", phone); o.value = phone; select.append(o); }
    select.value = customer;
  }
  $("business").textContent = `${s.business} · ${s.lines.join(", ")}`;
  $("now").textContent = `${s.now.slice(0, 16).replace("T", " ")} (×${s.speed})`;
  fill($("chat"), s.chat.map((b) => bubble(b, true)), JSON.stringify([customer, s.chat]));
  fill($("owner"), s.owner.map((b) => bubble(b, false)), JSON.stringify(s.owner));
  fill($("decisions"), s.decisions.map((d) => {
    const li = make("li", d.verdict);
    li.append(make("small", "tag", `${clock(d.at)} · ${d.verdict} · ${d.rule}`), make("p", "", d.words));
    return li;
  }), JSON.stringify(s.decisions));
  showLead(s.lead);
}

$("customer").onchange = (e) => { customer = e.target.value; localStorage.setItem("customer", customer); refresh(); };
$("call").onclick = () => post("/sandbox/call", { customer });
$("say").onsubmit = (e) => {
  e.preventDefault();
  const text = e.target.text.value.trim();
  if (!text) return;
  e.target.reset();
  post("/sandbox/say", { customer, text });
};
for (const b of document.querySelectorAll("[data-speed]")) b.onclick = () => post("/sandbox/time", { speed: Number(b.dataset.speed) });
for (const b of document.querySelectorAll("[data-advance]")) b.onclick = () => post("/sandbox/time", { advance_seconds: Number(b.dataset.advance) });
refresh();
setInterval(refresh, 1000);
