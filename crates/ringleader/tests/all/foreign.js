// English sentences on a Hebrew page: three Latin words in a row that no one wrote there as a name, a code or their own words.
(() => {
  const kept = "bdi, code, kbd, input, textarea, select, script, style, svg, [lang=en], [dir=ltr], .quote, .bubble, .words, title";
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.replace(/[\u2066-\u2069]/g, "");
    if (texts.currentNode.parentElement.closest(kept)) continue;
    const english = text.match(/[A-Za-z]{2,}(?:[ .']+[A-Za-z]{2,}){2,}/);
    if (english && !/^(WhatsApp Cloud API|Call Log)/.test(english[0])) found.push(english[0].slice(0, 60));
  }
  for (const it of document.querySelectorAll("[aria-label], [placeholder]")) {
    const text = it.getAttribute("aria-label") || it.getAttribute("placeholder");
    if (/[A-Za-z]{3,}(?: [A-Za-z]{2,}){2,}/.test(text) && !it.closest("[lang=en]")) found.push(text.slice(0, 60));
  }
  return found;
})()
