for (const grid of document.querySelectorAll("[data-sharing]")) {
  const drawing = grid.querySelector("svg.sharing");
  const ties = [...drawing.querySelectorAll(".tie")];
  const members = [...drawing.querySelectorAll(".member")];
  const number = (tie, letter) => [...tie.classList].find((name) => name[0] === letter && /\d$/.test(name)).slice(1);
  const clear = () => {
    drawing.classList.remove("lit");
    for (const each of drawing.querySelectorAll(".on")) each.classList.remove("on");
  };
  const light = (chosen) => {
    clear();
    drawing.classList.add("lit");
    const reached = new Set(chosen.map((tie) => number(tie, "m")));
    for (const tie of chosen) tie.classList.add("on");
    for (const dot of members) if (reached.has(dot.dataset.member)) dot.classList.add("on");
  };
  for (const item of grid.querySelectorAll("[data-thing]")) {
    const start = () => light(ties.filter((tie) => tie.classList.contains(`t${item.dataset.thing}`)));
    item.addEventListener("pointerenter", start);
    item.addEventListener("focus", start);
    item.addEventListener("pointerleave", clear);
    item.addEventListener("blur", clear);
  }
  for (const dot of members) {
    dot.addEventListener("pointerenter", () => light(ties.filter((tie) => tie.classList.contains(`m${dot.dataset.member}`))));
    dot.addEventListener("pointerleave", clear);
  }
}
