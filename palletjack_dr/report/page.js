"use strict";
// The viewer: shows one frame of the page's data, as the hash (#frame=12) says, and switches layers.
{
  const frames = JSON.parse(document.getElementById("data").textContent);
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const vectors = one("#vectors");
  const EDGES = [0, 1, 2, 3].flatMap((i) => [[i, (i + 1) % 4], [i + 4, ((i + 1) % 4) + 4], [i, i + 4]]);
  const HIDDEN = 1, VISIBLE = 2;
  let current = 0;

  function shape(parent, kind, attributes, text) {
    const made = document.createElementNS(vectors.namespaceURI, kind);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return parent.appendChild(made);
  }

  function rectangle(parent, [x1, y1, x2, y2], attributes) {
    shape(parent, "rect", { x: x1, y: y1, width: x2 - x1, height: y2 - y1, ...attributes });
  }

  const percent = (share) => (share === null ? "" : `${(100 * share).toFixed(share && share < 0.095 ? 1 : 0)} %`);

  function drawPose(parent, thing) {
    const there = (point) => point && point[0] !== null && !(point[0] === -1 && point[1] === -1 && point[2] === 0);
    for (const [from, to] of EDGES) {
      const [a, b] = [thing.pose[from], thing.pose[to]];
      if (!there(a) || !there(b)) continue;
      const dash = a[2] === HIDDEN || b[2] === HIDDEN ? "5 4" : "none";
      const width = from < 4 && to < 4 ? 2.6 : 1.2;
      shape(parent, "line", { x1: a[0], y1: a[1], x2: b[0], y2: b[1], stroke: thing.color, "stroke-width": width, "stroke-dasharray": dash });
    }
    for (const [x, y, flag] of thing.pose) {
      if (flag === 0) continue;
      const fill = flag === VISIBLE ? thing.color : "none";
      shape(parent, "circle", { cx: x, cy: y, r: 4, stroke: flag === VISIBLE ? "#000" : thing.color, "stroke-width": 1.2, fill });
    }
  }

  function drawVectors(svg, frame, inFull) {
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
    const groups = Object.fromEntries(["amodal", "boxes", "pose"].map((k) => [k, shape(svg, "g", { class: `layer-${k}` })]));
    for (const thing of frame.things) {
      if (thing.amodal) rectangle(groups.amodal, thing.amodal, { stroke: thing.color, "stroke-width": 1.5, "stroke-dasharray": "7 5" });
      rectangle(groups.boxes, thing.box, { stroke: thing.color, "stroke-width": inFull ? 2 : 1.5 });
      if (!inFull) continue;
      const hidden = thing.occlusion ? `, ${percent(thing.occlusion)} hidden` : "";
      const caption = `${thing.label} ${thing.id}, ${thing.distance} m${hidden}`;
      const x = Math.max(Math.min(thing.box[0] + 2, frame.width - 8 * caption.length), 4);
      shape(groups.boxes, "text", { x, y: Math.max(thing.box[1] - 6, 16), fill: thing.color }, caption);
      drawPose(groups.pose, thing);
    }
  }

  function fillTable(frame) {
    const body = one("#things tbody");
    body.replaceChildren();
    for (const t of frame.things) {
      const row = body.insertRow();
      const swatch = document.createElement("i");
      swatch.style.background = t.color;
      row.insertCell().append(swatch, `${t.label} ${t.id}`);
      const size = `${t.box[2] - t.box[0]} x ${t.box[3] - t.box[1]}`;
      for (const value of [t.distance, percent(t.occlusion), percent(t.truncation), size, t.light]) {
        const cell = row.insertCell();
        cell.className = "num";
        cell.textContent = value ?? "";
      }
    }
    if (!frame.things.length) body.insertRow().insertCell().textContent = "no visible target";
  }

  function show(index, note = "") {
    current = (index + frames.length) % frames.length;
    const frame = frames[current];
    const thumb = one(`.thumb[data-frame="${frame.frame}"]`);
    const sources = { rgb: thumb.querySelector("img")?.src, depth: frame.depth, masks: frame.masks, amodal_masks: frame.amodal_masks };
    one("#stage").style.aspectRatio = `${frame.width} / ${frame.height}`;
    for (const [layer, source] of Object.entries(sources)) {
      const image = one(`#stage .layer-${layer}`);
      if (source) image.src = source;
      else image.removeAttribute("src");
    }
    one("#stage .layer-rgb").alt = `frame ${frame.frame}`;
    one("#missing").hidden = !frame.missing;
    one("#missing").textContent = frame.missing;
    one("#title").textContent = `frame ${frame.frame} (${current + 1} of ${frames.length})`;
    one("#near").textContent = frame.range ? `depth ${frame.range[0]} m` : "depth: no file for this frame";
    one("#far").textContent = frame.range ? `${frame.range[1]} m; black: nothing there` : "";
    one(".turbo").hidden = !frame.range;
    drawVectors(vectors, frame, true);
    fillTable(frame);
    one("#reasons").replaceChildren(...frame.reasons.map((reason) => Object.assign(document.createElement("b"), { textContent: reason })));
    const refused = frame.refused.length ? `${frame.refused.length} attempt${frame.refused.length > 1 ? "s" : ""} refused: ${[...new Set(frame.refused)].join("; ")}` : "";
    const split = frame.split && `split ${frame.split}`;
    one("#notes").textContent = [note, split, frame.lens && `lens ${frame.lens}`, refused].filter(Boolean).join(" · ");
    all(".thumb").forEach((t) => (t === thumb ? t.setAttribute("aria-current", "true") : t.removeAttribute("aria-current")));
    all(".ranks a").forEach((a) => a.classList.toggle("now", a.hash === `#frame=${frame.frame}`));
  }

  function follow() {
    const wanted = /^#frame=(\d+)$/.exec(location.hash);
    if (!wanted) return false;
    const number = Number(wanted[1]);
    const distance = frames.map((f) => Math.abs(f.frame - number));
    const nearest = distance.indexOf(Math.min(...distance));
    show(nearest, distance[nearest] ? `frame ${number} is not in this page, this is the nearest` : "");
    return true;
  }

  function step(by) {
    location.replace(`#frame=${frames[(current + by + frames.length) % frames.length].frame}`);
  }

  one("#previous").onclick = () => step(-1);
  one("#next").onclick = () => step(1);
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.("select, .scroll")) return;
    event.preventDefault();
    step(by);
  });
  for (const link of all(".thumb, .ranks a")) link.addEventListener("click", () => { follow(); one("#viewer").scrollIntoView({ block: "nearest" }); });
  for (const box of all("[data-layer]")) {
    const apply = () => document.body.classList.toggle(`off-${box.dataset.layer}`, !box.checked);
    box.onchange = apply;
    apply();
  }
  const group = one("#group");
  if (group) {
    const apply = () => all(".group-tables").forEach((tables) => (tables.hidden = tables.dataset.group !== group.value));
    group.onchange = apply;
    apply();
  }
  for (const frame of frames) drawVectors(one(`.thumb[data-frame="${frame.frame}"] svg`), frame, false);
  if (follow()) one("#viewer").scrollIntoView();
  else show(0);
}
