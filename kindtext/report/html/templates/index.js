"use strict";
(() => {
  const table = document.querySelector("table.index");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];

  function sort(head) {
    const column = head.cellIndex;
    const number = head.dataset.type === "number";
    const up = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") !== "ascending" : !number;
    const value = (row) => row.cells[column].dataset.v;
    const compare = (a, b) => {
      if (a === "" || b === "") return (a === "") - (b === ""); // what is missing comes last, either way
      const order = number ? a - b : a.localeCompare(b);
      return up ? order : -order;
    };
    body.append(...[...body.rows].sort((a, b) => compare(value(a), value(b))));
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    document.getElementById("status").textContent =
      `Sorted by ${head.textContent.trim()}, ${up ? "lowest" : "highest"} first`;
  }

  for (const head of heads) head.querySelector("button").addEventListener("click", () => sort(head));
})();
