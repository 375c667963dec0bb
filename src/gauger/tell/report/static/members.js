for (const part of document.querySelectorAll("[data-members]")) {
  const PAGE = 25;
  const data = JSON.parse(document.getElementById(part.dataset.members).textContent);
  const all = data.account.map((_, row) => row);
  const ties = data.ties.map((row) => row.map((tie) => data.vocabulary[tie]).join(", "));
  const haystack = all.map((row) => `${data.account[row]} ${ties[row]}`.toLowerCase());
  const body = part.querySelector("tbody");
  const status = part.querySelector(".status");
  const still = part.querySelector(".still-status");
  const [previous, next] = [part.querySelector(".previous"), part.querySelector(".next")];
  let rows = all, page = 0, sort = null, falling = true;

  const exact = (value) => value.toLocaleString("en-US");
  const short = (value) => {
    for (const [size, name] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
      if (value < size) continue;
      const part = value / size;
      return `${Number(part.toFixed(part >= 100 ? 0 : part >= 10 ? 1 : 2)).toLocaleString("en-US")} ${name}`;
    }
    return exact(value);
  };
  const [low, high] = data.scale;
  const at = (value, end) => `${((Math.min(Math.max(value ?? end, low), high) - low) / (high - low)) * 100}%`;
  const day = (seconds) => new Date(seconds * 1000).toISOString();
  const cell = (name, text, tip) => {
    const made = document.createElement("td");
    if (name) made.className = name;
    made.textContent = text;
    if (tip && tip !== text) made.dataset.tip = tip;
    return made;
  };
  const span = (name, text) => {
    const made = document.createElement("span");
    made.className = name;
    made.textContent = text;
    return made;
  };
  const strength = (row) => {
    const [value, lower, upper] = [data.lr[row], data.lower[row], data.upper[row]].map((each) => each ?? "unbounded");
    const made = cell("lr-plot", "", `log10 LR ${value}${lower === upper ? "" : `\nbounds ${lower} to ${upper}`}`);
    const line = span(`dot-line ${data.lr[row] < 0 ? "against" : "for"}`, "");
    line.style.setProperty("--low", at(data.lower[row], low));
    line.style.setProperty("--at", at(data.lr[row], 0));
    line.style.setProperty("--high", at(data.upper[row], high));
    made.append(line, span("lr", data.said[row]), " ", span("lr-bounds", data.bounds[row]));
    return made;
  };
  const moment = (name, seconds) => cell(name, day(seconds).slice(0, 10), day(seconds).replace("T", " ").replace(".000Z", " UTC"));
  const marked = (row) => data.marked[row] === null ? "" : data.part[row] + data.carries[0] + (data.marked[row] < 0.5 ? data.carries[1] : "");
  const line = (row) => {
    const made = document.createElement("tr");
    made.append(
      cell("id", data.account[row]),
      strength(row),
      cell("surely", data.surely[data.belonging[row]]),
      cell("number", data.part[row], marked(row)),
      cell("number", short(data.exchanges[row]), exact(data.exchanges[row])),
      cell("number", short(data.input[row]), exact(data.input[row])),
      cell("number", short(data.output[row]), exact(data.output[row])),
      moment("date", data.first[row]),
      moment("date", data.last[row]),
      cell("ties", ties[row]),
    );
    return made;
  };
  const draw = () => {
    const shown = rows.slice(page * PAGE, (page + 1) * PAGE);
    body.replaceChildren(...shown.map(line));
    if (!shown.length) {
      const empty = document.createElement("tr");
      empty.className = "none";
      const words = cell("", "No account matches the filter.");
      words.colSpan = 10;
      empty.append(words);
      body.append(empty);
    }
    const from = rows.length ? page * PAGE + 1 : 0;
    const words = `${exact(rows.length)} account${rows.length === 1 ? "" : "s"}`;
    status.textContent = rows.length === all.length && all.length <= PAGE ? words : `${exact(from)} to ${exact(from ? from + shown.length - 1 : 0)} of ${exact(rows.length)}${rows.length < all.length ? `, ${exact(all.length)} without the filter` : ""}`;
    still.textContent = `Showing ${status.textContent}.`;
    previous.disabled = page === 0;
    next.disabled = (page + 1) * PAGE >= rows.length;
  };
  const arrange = () => {
    const words = part.querySelector(".filter").value.trim().toLowerCase();
    rows = words ? all.filter((row) => haystack[row].includes(words)) : [...all];
    if (sort) {
      const column = sort === "ties" ? ties : data[sort];
      const order = (a, b) => (column[a] < column[b] ? -1 : column[a] > column[b] ? 1 : a - b);
      rows.sort((a, b) => (falling ? order(b, a) : order(a, b)));
    }
    page = 0;
    draw();
  };
  for (const head of part.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const text = ["account", "ties", "first", "belonging", "marked"].includes(head.dataset.sort);
      falling = sort === head.dataset.sort ? !falling : !text;
      sort = head.dataset.sort;
      for (const other of part.querySelectorAll("th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      arrange();
    });
  }
  part.querySelector(".filter").addEventListener("input", arrange);
  previous.addEventListener("click", () => { page -= 1; draw(); });
  next.addEventListener("click", () => { page += 1; draw(); });
  const copy = part.querySelector(".copy-accounts");
  copy.addEventListener("click", () => copyText(rows.map((row) => data.account[row]).join("\n"), copy));
  part.querySelector(".table-tools").hidden = false;
  still.classList.add("on-paper");
  draw();
}
