(() => {
  const tip = document.getElementById("tip");
  const hide = () => { tip.hidden = true; };
  const show = (target) => {
    tip.textContent = target.dataset.tip;
    tip.hidden = false;
    const at = target.getBoundingClientRect();
    const box = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - box.width / 2), innerWidth - box.width - 8);
    const above = at.top - box.height - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 8 ? above : Math.min(at.bottom + 8, innerHeight - box.height - 8)}px`;
  };
  document.addEventListener("pointerover", (event) => {
    const target = event.target.closest?.("[data-tip]");
    if (target) show(target); else hide();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.dataset?.tip) show(event.target); else hide();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", hide, { passive: true });

  /* Arrow keys walk along the columns of a chart that has the focus. */
  for (const plot of document.querySelectorAll("svg.plot")) {
    const columns = [...plot.querySelectorAll("g[data-tip]")];
    let place = -1;
    const leave = () => { columns[place]?.classList.remove("at"); hide(); };
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step || !columns.length) return;
      event.preventDefault();
      leave();
      place = Math.min(Math.max(0, place + step), columns.length - 1);
      columns[place].classList.add("at");
      show(columns[place]);
    });
    plot.addEventListener("blur", leave);
  }
})();
