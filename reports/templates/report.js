"use strict";
(() => {
  const main = document.querySelector("main");
  const reports = [...document.querySelectorAll(".report")];
  const shown = (el) => el.getClientRects().length > 0;
  const fold = (text) => text.normalize("NFKC").toLowerCase();

  // Language: remember the choice in the hash, and show the part in which a linked anchor stands.
  const choose = (report) => {
    const input = report && document.getElementById("show-" + report.id.slice(7));
    if (input) input.checked = true;
  };

  const startOf = (report) => report.querySelector("h1").id.slice(0, -3);

  // Undecided rules bear their anchors once, in the leading language; here the same rules of the other language get theirs.
  const rules = (report) => [...report.querySelectorAll(".pack .group li")];
  for (const report of reports.slice(1)) {
    const start = startOf(report);
    const theirs = rules(report);
    rules(reports[0]).forEach((rule, at) => {
      const own = theirs[at];
      own.id = start + rule.id;
      for (const mark of rule.querySelectorAll("wbr")) own.prepend(Object.assign(document.createElement("wbr"), { id: start + mark.id }));
    });
  }

  // Filters: rows and cards that carry data-s (severity) and data-b (basis), and every open question.
  const state = { q: "", s: "", b: "" };
  const items = (report) => [...report.querySelectorAll(".card, details[data-s], .group, .group li, .questions tbody tr")].map((el) => {
    const box = el.closest("[data-s]");
    return { el, s: box ? box.dataset.s : "", b: box ? box.dataset.b : "unknown", text: fold(el.textContent) };
  });
  const known = new Map();
  const apply = () => {
    const words = fold(state.q).split(/\s+/).filter(Boolean);
    const on = state.q || state.s || state.b;
    for (const report of reports) {
      if (!known.has(report)) known.set(report, items(report));
      let count = 0;
      for (const { el, s, b, text } of known.get(report)) {
        const fits = (!state.s || s === state.s) && (!state.b || b === state.b) && words.every((word) => text.includes(word));
        el.classList.toggle("off", !fits);
        if (fits && !el.matches(".group") && !(el.matches(".card") && el.parentElement.matches("details[data-s]"))) count += 1;
        if (fits && on) for (let box = el.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
      }
      const form = report.querySelector(".tools");
      form.querySelector(".shown-count").textContent = String(count);
      for (const name of ["q", "s", "b"]) if (form.elements[name].value !== state[name]) form.elements[name].value = state[name];
    }
  };

  const read = () => {
    const hash = decodeURIComponent(location.hash.slice(1));
    if (hash.startsWith("?")) {
      const found = new URLSearchParams(hash.slice(1));
      for (const name of ["q", "s", "b"]) state[name] = found.get(name) || "";
      if (found.get("lang")) choose(document.getElementById("report-" + found.get("lang")));
      apply();
      return;
    }
    const target = hash && document.getElementById(hash);
    if (!target) return;
    choose(target.closest(".report"));
    if (target.closest(".off")) {
      Object.assign(state, { q: "", s: "", b: "" });
      apply();
    }
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    for (const box of target.querySelectorAll(":scope > details")) if (!target.matches(".pack")) box.open = true;
    target.scrollIntoView();
  };
  const write = (report) => {
    const found = new URLSearchParams(Object.entries(state).filter(([, value]) => value));
    if (reports.length > 1 && report && report !== reports[0]) found.set("lang", report.id.slice(7));
    history.replaceState(null, "", [...found].length ? "#?" + found : location.pathname + location.search);
    apply();
  };

  for (const form of document.querySelectorAll(".tools")) {
    form.hidden = false;
    const change = () => {
      for (const name of ["q", "s", "b"]) state[name] = form.elements[name].value;
      write(form.closest(".report"));
    };
    form.addEventListener("input", change);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(change));
  }
  main.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-filter]");
    if (cell) {
      const found = new URLSearchParams(cell.dataset.filter);
      Object.assign(state, { q: "", s: found.get("s") || "", b: found.get("b") || "" });
      event.preventDefault();
      write(cell.closest(".report"));
      const report = cell.closest(".report");
      const first = known.get(report).map(({ el }) => el).find((el) => !el.matches(".off, .group") && shown(el));
      if (first) first.scrollIntoView({ block: "center" });
      return;
    }
    const link = event.target.closest(".here");
    if (link && navigator.clipboard) {
      navigator.clipboard.writeText(link.href).then(() => {
        link.textContent = "✓";
        setTimeout(() => { link.textContent = "#"; }, 1200);
      }, () => {});
    }
  });

  // Questions named by number under undecided rules, as links: without script the number is the reference.
  for (const box of document.querySelectorAll(".pack .group li > i")) {
    const start = startOf(box.closest(".report"));
    const at = box.textContent.lastIndexOf(" · ") + 3;
    const words = box.textContent.slice(at).split(" ");
    box.textContent = box.textContent.slice(0, at);
    for (const word of words) {
      const target = document.getElementById(start + "q" + (/^[^+\d]+(\d+)$/.exec(word) || [])[1]);
      const link = document.createElement(target ? "a" : "span");
      if (target) link.href = "#" + target.id;
      link.textContent = word;
      box.append(link, " ");
    }
  }

  // A link to copy beside every heading and on every card.
  for (const report of reports) {
    for (const place of report.querySelectorAll("h2[id], .card")) {
      const link = document.createElement("a");
      link.className = "here";
      link.href = "#" + place.id;
      link.textContent = "#";
      link.setAttribute("aria-label", report.dataset.copy + ": " + (place.querySelector("h3") || place).textContent);
      (place.querySelector(".card-head") || place).append(link);
    }
  }

  // Sorting: a button in each heading of a sortable table.
  for (const table of document.querySelectorAll(".sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      const label = document.createElement("span");
      button.type = "button";
      button.className = "sort";
      button.textContent = head.textContent;
      label.className = "sort-label";
      label.hidden = true;
      label.textContent = head.textContent;
      head.replaceChildren(button, label);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => row.cells[column].textContent.trim();
        const number = (row) => parseFloat(value(row).replace("<", ""));
        const rows = [...body.rows].sort((a, b) => (head.classList.contains("num") ? number(a) - number(b) : value(a).localeCompare(value(b))));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  }

  // Print: everything unfolded, then as it was.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const box of closed) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of closed) box.open = false;
  });

  addEventListener("hashchange", read);
  apply();
  read();
})();
