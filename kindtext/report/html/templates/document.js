"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const marks = all("a.ev");
  const items = byId("passages") ? [...byId("passages").children] : [];
  const wide = window.matchMedia("(min-width: 70rem)");

  // Filters

  const filters = byId("filters");
  const form = filters.querySelector("form");
  const boxes = (name) => all(`input[name="${name}"]`, form);

  function follow() {
    for (const pole of boxes("pole")) {
      const own = boxes("signal").filter((box) => box.dataset.pole === pole.value);
      const on = own.filter((box) => box.checked).length;
      pole.checked = on > 0;
      pole.indeterminate = on > 0 && on < own.length;
    }
  }

  function apply() {
    follow();
    const chosen = (name) => new Set(boxes(name).filter((box) => box.checked).map((box) => box.value));
    const signals = chosen("signal");
    const stances = chosen("stance");
    const only = boxes("only").some((box) => box.checked);
    const everything = !only && stances.size === boxes("stance").length;
    let lit = 0;
    for (const mark of marks) {
      const on = mark.dataset.s.split(" ").some((signal) => signals.has(signal));
      mark.classList.toggle("off", !on);
      mark.tabIndex = on ? 0 : -1;
    }
    let shown = 0;
    let judged = 0;
    let headings = [];
    for (const item of items) {
      if (item.matches(".heading")) {
        headings.push(item);
        item.hidden = !everything;
      } else if (item.matches(".passage")) {
        judged += 1;
        const here = item.querySelectorAll("a.ev:not(.off)").length;
        item.hidden = !stances.has(item.dataset.stance) || (only && !here);
        if (!item.hidden) {
          shown += 1;
          lit += here;
          if (headings.length) headings[headings.length - 1].hidden = false;
        }
        headings = [];
      } else {
        item.hidden = !everything;
      }
    }
    byId("status").textContent =
      `${shown} of ${judged} passages and ${lit} of ${marks.length} highlights shown`;
    hide();
  }

  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.name === "pole") {
      for (const own of boxes("signal")) if (own.dataset.pole === box.value) own.checked = box.checked;
    }
    apply();
  });
  form.addEventListener("reset", () => window.setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());

  // The card beside a highlight: on hover, on focus, on tap; Escape closes it

  const card = byId("card");
  let current = null;
  let timer = 0;

  function part(tag, text, name) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  // What a cell says, without the small print below it.
  function ownText(cell) {
    const copy = cell.cloneNode(true);
    for (const small of copy.querySelectorAll(".place")) small.remove();
    return copy.textContent.trim();
  }

  function tell(row, several) {
    const [words, signal, asserts, agent, effect] = [...row.cells].map(ownText);
    const box = document.createElement("div");
    box.append(part("p", `${signal} (${row.dataset.pole})`, "card-title"));
    if (several) box.append(part("p", `“${words}”`, "card-quote"));
    const facts = document.createElement("dl");
    const rows = [["Asserts", asserts], ["Who acts", agent], ["Effect", effect]];
    if (row.dataset.rung) rows.splice(1, 0, ["People", row.dataset.rung]);
    for (const [name, value] of rows) {
      facts.append(part("dt", `${name}: `), part("dd", value));
    }
    box.append(facts);
    const advice = byId(`s-${row.dataset.s}`);
    if (advice) box.append(part("p", `Advice: ${advice.querySelector(".advice").textContent}`, "card-advice"));
    return box;
  }

  function show(mark) {
    window.clearTimeout(timer);
    if (current === mark) return;
    hide();
    current = mark;
    const first = Number(mark.hash.slice(2));
    const several = Number(mark.dataset.n);
    card.replaceChildren();
    for (let i = 0; i < several; i += 1) card.append(tell(byId(`n${first + i}`), several > 1));
    card.hidden = false;
    mark.dataset.described = mark.getAttribute("aria-describedby");
    mark.setAttribute("aria-describedby", "card");
    mark.classList.add("open");
    place(mark);
  }

  function place(mark) {
    const line = mark.getClientRects()[0];
    const room = document.documentElement.clientWidth;
    const left = Math.max(12, Math.min(line.left, room - card.offsetWidth - 12));
    const below = line.bottom + 8;
    const fits = below + card.offsetHeight < window.innerHeight || line.top < card.offsetHeight + 16;
    const last = [...mark.getClientRects()].pop();
    card.style.left = `${left + window.scrollX}px`;
    card.style.top = `${(fits ? last.bottom + 8 : line.top - card.offsetHeight - 8) + window.scrollY}px`;
  }

  function hide() {
    window.clearTimeout(timer);
    if (!current) return;
    current.setAttribute("aria-describedby", current.dataset.described);
    current.classList.remove("open");
    current = null;
    card.hidden = true;
  }

  function later(action, wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(action, wait);
  }

  const markOf = (event) => (event.target instanceof Element ? event.target.closest("a.ev:not(.off)") : null);
  document.addEventListener("pointerover", (event) => {
    const mark = markOf(event);
    if (event.pointerType === "touch") return;
    if (mark) later(() => show(mark), 120);
    else if (card.contains(event.target)) window.clearTimeout(timer);
    else if (current && current !== document.activeElement) later(hide, 250);
  });
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event);
    if (mark) show(mark);
    else hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  // A tap or click shows the card; Enter follows the link to the list.
  document.addEventListener("click", (event) => {
    const mark = markOf(event);
    if (mark && event.detail > 0) {
      event.preventDefault();
      show(mark);
    } else if (!card.contains(event.target)) {
      hide();
    }
  });

  // A link into what is folded or filtered away shows it first.

  function reveal() {
    const target = location.hash.length > 1 ? byId(location.hash.slice(1)) : null;
    if (!target) return;
    const passage = target.closest(".passage, .unjudged, .heading");
    if (passage && passage.hidden) {
      form.reset();
      window.setTimeout(() => target.scrollIntoView());
    }
    const folded = target.closest("details:not([open])");
    if (folded && folded !== target) folded.open = true;
    if (folded) target.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);

  // On paper all is open; afterwards it is as it was.

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const one of opened) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });

  if (items.length) {
    filters.hidden = false;
    filters.open = wide.matches;
    wide.addEventListener("change", () => { filters.open = wide.matches; });
    form.reset();
    follow();
  }
  reveal();
})();
