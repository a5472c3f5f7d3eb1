// Looks a page over as a person with a keyboard, a screen reader or weak eyes would, and lists what is wrong with it.
(() => {
  const faults = [];
  const where = (it) => `${it.tagName.toLowerCase()}${it.id ? `#${it.id}` : ""}.${[...it.classList].join(".")} "${(it.textContent || "").trim().slice(0, 30)}"`;
  const seen = (it) => it.getClientRects().length > 0 && it.checkVisibility({ visibilityProperty: true });
  const name = (it) => (it.getAttribute("aria-label") || it.textContent || it.getAttribute("title") || "").trim();

  if (!document.documentElement.lang || !document.documentElement.dir) faults.push("the document has no language or direction");
  if (document.querySelectorAll("h1").length !== 1) faults.push(`${document.querySelectorAll("h1").length} h1`);
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  for (const nav of document.querySelectorAll("nav")) if (!nav.getAttribute("aria-label")) faults.push(`nav without a name: ${where(nav)}`);
  if (document.querySelector(".frame") && !document.querySelector("a.skip[href='#main']")) faults.push("no way past the navigation");

  let level = 1;
  for (const heading of document.querySelectorAll("main h1, main h2, main h3, main h4")) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) faults.push(`heading skips from ${level} to ${now}: ${where(heading)}`);
    level = now;
  }
  const ids = [...document.querySelectorAll("[id]")].map((it) => it.id);
  for (const id of new Set(ids.filter((id, nth) => ids.indexOf(id) !== nth))) faults.push(`id twice: ${id}`);
  for (const it of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!it.labels?.length && !it.getAttribute("aria-label")) faults.push(`field without a label: ${it.name} ${where(it)}`);
  }
  for (const it of document.querySelectorAll("a[href], button, summary")) if (seen(it) && !name(it)) faults.push(`nothing to read out: ${where(it)}`);
  for (const it of document.querySelectorAll("img")) if (!it.hasAttribute("alt")) faults.push(`picture without words: ${where(it)}`);
  for (const it of document.querySelectorAll("svg")) if (!it.getAttribute("aria-hidden") && !it.getAttribute("aria-label")) faults.push("drawing without words");
  for (const it of document.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
    for (const attribute of ["aria-describedby", "aria-labelledby"]) {
      const id = it.getAttribute(attribute);
      if (id && !document.getElementById(id)) faults.push(`${attribute} names nothing: ${id}`);
    }
  }
  for (const it of document.querySelectorAll("[tabindex]")) if (Number(it.getAttribute("tabindex")) > 0) faults.push(`an order of its own: ${where(it)}`);
  for (const it of document.querySelectorAll("[hidden]")) if (seen(it)) faults.push(`hidden, and still seen: ${where(it)}`);
  if (document.querySelector("[style]:not(svg [style])")) faults.push("a style within the page");

  const parts = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const over = (top, below) => top.slice(0, 3).map((c, i) => c * (top[3] ?? 1) + below[i] * (1 - (top[3] ?? 1)));
  const ground = (it) => {
    const layers = [];
    for (let at = it; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length && (colour[3] ?? 1) > 0) layers.push(colour);
      if (colour.length && (colour[3] ?? 1) === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const it = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !seen(it) || it.closest(".unseen, .skip, option, script, noscript")) continue;
    const style = getComputedStyle(it), below = ground(it);
    const text = over(parts(style.color), below);
    const [a, b] = [light(text), light(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${where(it)}`);
  }
  // What is isolated does not tell a direction: such a line begins at the left on every page.
  for (const it of document.querySelectorAll("main [dir=auto]")) {
    const rest = it.cloneNode(true);
    rest.querySelectorAll("bdi").forEach((own) => own.remove());
    if (it.querySelector("bdi") && !rest.textContent.trim()) faults.push(`only isolated words: ${where(it)}`);
  }
  for (const it of document.querySelectorAll("main *, #nav *")) {
    const box = it.getBoundingClientRect();
    if (!seen(it) || it.closest(".scroll, .board, .unseen, .chat, svg, [dir=ltr]") || box.width === 0) continue;
    if (box.right > innerWidth + 1 || box.left < -1) { faults.push(`sticks out: ${where(it)}`); break; }
  }
  return faults;
})()
