"use strict";
(() => {
  const reports = [...document.querySelectorAll(".report")];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const names = ["q", "g", "p", "o"];
  // The figures behind each row (data-k) stand in this order; what follows are the scores of the rule sets.
  const columns = ["", "name", "most", "width", "decided", "breached", "exposed", "unknown"];
  const state = { q: "", g: "", p: "", o: "", lang: "" };

  const tables = reports.flatMap((report) => [...report.querySelectorAll(".rows")]).map((table) => ({
    table,
    body: table.tBodies[0],
    rows: [...table.tBodies[0].rows].map((row) => ({
      row, keys: row.dataset.k.split(" ").map(Number), grade: row.dataset.g, packs: row.dataset.p.split(" "),
      name: row.querySelector("th").textContent, text: "",
    })),
  }));
  // What can be searched is the text of the ranking; rows of the heat map follow the row of the same rank.
  for (const report of reports) {
    const texts = new Map();
    for (const { table, rows } of tables) {
      if (!report.contains(table)) continue;
      for (const item of rows) {
        if (!texts.has(item.keys[0])) texts.set(item.keys[0], fold(item.row.textContent));
        item.text = texts.get(item.keys[0]);
      }
    }
  }

  let ordered = "";
  const order = () => {
    if (state.o === ordered) return;
    ordered = state.o;
    const place = ordered[0] === "p" ? columns.length + Number(ordered.slice(1)) : columns.indexOf(ordered);
    for (const { table, body, rows } of tables) {
      const language = table.closest("[lang]").lang;
      const compare = (a, b) => {
        const found = ordered === "name" ? a.name.localeCompare(b.name, language) : ordered ? b.keys[place] - a.keys[place] : 0;
        return found || a.keys[0] - b.keys[0];
      };
      body.append(...[...rows].sort(compare).map((item) => item.row));
      for (const button of table.querySelectorAll("[data-sort]")) {
        const head = button.closest("th");
        if (button.dataset.sort === ordered) head.setAttribute("aria-sort", ordered === "name" || !ordered ? "ascending" : "descending");
        else head.removeAttribute("aria-sort");
      }
    }
  };
  const apply = () => {
    const words = fold(state.q).split(/\s+/).filter(Boolean);
    for (const { rows } of tables) {
      for (const item of rows) {
        const fits = (!state.g || item.grade === state.g) && (!state.p || item.packs.includes(state.p)) && words.every((word) => item.text.includes(word));
        item.row.classList.toggle("off", !fits);
      }
    }
    order();
    for (const report of reports) {
      const form = report.querySelector(".tools");
      if (!form) continue;
      form.querySelector(".shown-count").textContent = String(report.querySelectorAll(".ranking tbody tr:not(.off)").length);
      for (const name of names) if (form.elements[name].value !== state[name]) form.elements[name].value = state[name];
    }
  };

  const choose = (report) => {
    const input = report && document.getElementById("show-" + report.id.slice(7));
    if (input) input.checked = true;
  };
  const shownLanguage = () => {
    const input = document.querySelector(".switch:checked");
    return input && input !== document.querySelector(".switch") ? input.id.slice(5) : "";
  };
  const read = () => {
    let hash = location.hash.slice(1);
    try {
      hash = decodeURIComponent(hash);
    } catch {
      // an address that somebody has cut in the middle of a character
    }
    if (hash.startsWith("?")) {
      const found = new URLSearchParams(location.hash.slice(2));
      for (const name of names) state[name] = found.get(name) || "";
      for (const form of document.querySelectorAll(".tools")) {
        for (const name of ["g", "p", "o"]) if (![...form.elements[name].options].some((one) => one.value === state[name])) state[name] = "";
      }
      if (found.get("lang")) choose(document.getElementById("report-" + found.get("lang")));
      apply();
      return;
    }
    const target = hash && document.getElementById(hash);
    if (!target) return;
    choose(target.closest(".report"));
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    if (!target.matches(".report")) target.scrollIntoView();
  };
  const write = () => {
    state.lang = shownLanguage();
    const found = new URLSearchParams(Object.entries(state).filter(([, value]) => value));
    history.replaceState(null, "", [...found].length ? "#?" + found : location.pathname + location.search);
    apply();
  };

  for (const form of document.querySelectorAll(".tools")) {
    form.hidden = false;
    const change = () => {
      for (const name of names) state[name] = form.elements[name].value;
      write();
    };
    form.addEventListener("input", change);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(change));
  }
  for (const button of document.querySelectorAll("[data-sort]")) {
    button.disabled = false;
    button.addEventListener("click", () => {
      state.o = state.o === button.dataset.sort ? "" : button.dataset.sort;
      write();
    });
  }
  for (const input of document.querySelectorAll(".switch")) input.addEventListener("change", write);
  const copy = (link) => navigator.clipboard.writeText(link.href).then(() => {
    link.textContent = "✓";
    setTimeout(() => { link.textContent = "#"; }, 1200);
  }, () => {});
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".here");
    if (link && navigator.clipboard) copy(link);
  });

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
  read();
})();
