"use strict";
// Without this script the page has all it shows; with it, a link opens what it leads to, print opens everything, and cases are searched.
(() => {
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.querySelector(":scope > details");
    if (folded) folded.open = true;
  };
  addEventListener("hashchange", open);
  open();

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("section > details:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  for (const details of document.querySelectorAll("section > details")) {
    const tables = [...details.querySelectorAll(":scope > .cases")];
    if (tables.length === 0) continue;
    const label = document.createElement("label");
    const input = document.createElement("input");
    const found = document.createElement("output");
    label.className = "search";
    label.append("Search prompts and completions ", input);
    input.type = "search";
    label.append(found);
    tables[0].before(label);
    let rows = null;
    input.addEventListener("input", () => {
      rows ??= tables.map(table => [table, [...table.querySelectorAll("tbody tr")].map(row => [row, row.textContent.toLowerCase()])]);
      const wanted = input.value.trim().toLowerCase();
      let count = 0;
      for (const [table, cases] of rows) {
        let any = false;
        for (const [row, text] of cases) {
          row.hidden = !text.includes(wanted);
          any ||= !row.hidden;
          count += row.hidden ? 0 : 1;
        }
        table.hidden = !any;
      }
      found.textContent = wanted ? ` ${count} found` : "";
    });
  }
})();
