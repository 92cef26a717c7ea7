
"use strict";
// A box that is wider than the screen says so: a note below tables, and an edge that fades while there is more to the right.
for (const box of document.querySelectorAll(".chart, .wide")) {
  const look = () => {
    box.classList.toggle("overflows", box.scrollWidth > box.clientWidth + 1);
    box.classList.toggle("more", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
  };
  box.addEventListener("scroll", look, { passive: true });
  addEventListener("resize", look);
  look();
}

// Values under the pointer, at the same instant in every chart; the arrow keys step from frame to frame.
const views = [...document.querySelectorAll(".chart")].map((chart) => {
  const source = chart.querySelector("script");
  const areas = [...chart.querySelectorAll(`[id^="${chart.dataset.name}-area-"]`)];
  if (!source || !areas.length) return null;
  const cursor = chart.appendChild(document.createElement("div"));
  const readout = chart.appendChild(document.createElement("div"));
  cursor.className = "cursor";
  readout.className = "readout";
  cursor.hidden = readout.hidden = true;
  return { chart, areas, cursor, readout, table: JSON.parse(source.textContent) };
}).filter(Boolean);

function nearest(times, instant) {
  let best = 0;
  for (let i = 1; i < times.length; i += 1) {
    if (Math.abs(times[i] - instant) < Math.abs(times[best] - instant)) best = i;
  }
  return best;
}

const sign = document.documentElement.dataset.decimalSign;
const written = (number, decimals) => number.toFixed(decimals).replace("-", "−").replace(".", sign);

function frameOf(view) {
  const outer = view.chart.getBoundingClientRect();
  const boxes = view.areas.map((area) => area.getBoundingClientRect());
  const left = boxes[0].left - outer.left + view.chart.scrollLeft;
  const top = Math.min(...boxes.map((box) => box.top)) - outer.top;
  const bottom = Math.max(...boxes.map((box) => box.bottom)) - outer.top;
  return { left, width: boxes[0].width, top, bottom, start: boxes[0].left };
}

function show(instant) {
  for (const view of views) {
    const { left, width, top, bottom } = frameOf(view);
    const { table, cursor, readout } = view;
    const row = nearest(table.time, instant);
    const x = left + (width * (table.time[row] - table.start)) / (table.end - table.start);
    cursor.hidden = readout.hidden = false;
    cursor.style.left = `${x}px`;
    cursor.style.top = `${top}px`;
    cursor.style.height = `${bottom - top}px`;
    readout.replaceChildren();
    const lines = [`${written(table.time[row], 3)} s`, ...table.curves.map((curve) => {
      const value = curve.values[row];
      return `${curve.label}: ${value === null ? "–" : written(value, curve.decimals) + curve.unit}`;
    })];
    for (const line of lines) readout.appendChild(document.createElement("div")).textContent = line;
    const room = view.chart.scrollWidth - x - 12;
    readout.style.left = `${readout.offsetWidth < room ? x + 10 : x - readout.offsetWidth - 10}px`;
    readout.style.top = `${top + 4}px`;
    view.row = row;
  }
}

function hide() {
  for (const view of views) view.cursor.hidden = view.readout.hidden = true;
}

for (const view of views) {
  const follow = (event) => {
    const { width, start } = frameOf(view);
    const part = Math.min(Math.max((event.clientX - start) / width, 0), 1);
    show(view.table.start + part * (view.table.end - view.table.start));
  };
  view.chart.addEventListener("pointermove", follow);
  view.chart.addEventListener("pointerdown", follow);
  view.chart.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hide(); });
  view.chart.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const last = view.table.time.length - 1;
    show(view.table.time[Math.min(Math.max((view.row ?? 0) + step, 0), last)]);
  });
}
