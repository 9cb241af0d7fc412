"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const nodes = data.nodes.map(row => Object.fromEntries(data.fields.map((field, i) => [field, row[i]])));
  const bars = data.bars.map(([node, lane, start, end, round, cut, name], i) => ({ i, node: nodes[node], place: node, lane, start, end, round, cut, name }));
  const FAILED = ["error", "fail", "runtime error", "partial success"];
  const SVG = "http://www.w3.org/2000/svg";

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const draw = (tag, attributes) => {
    const made = document.createElementNS(SVG, tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    return made;
  };

  // The same rules as report/units.py.
  const seconds = s => {
    if (s < 9.995) return `${s.toFixed(2)} s`;
    if (s < 59.95) return `${s.toFixed(1)} s`;
    const whole = Math.round(s);
    if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
    const minutes = Math.round(s / 60);
    return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  };
  const size = bytes => {
    const names = ["B", "kB", "MB", "GB", "TB"];
    let step = 0;
    while (bytes >= 999.5 && step < names.length - 1) { bytes /= 1024; step += 1; }
    return `${bytes.toFixed(step && bytes < 99.5 ? 1 : 0)} ${names[step]}`;
  };
  const dollars = d => d === 0 ? "$0" : d >= 0.0995 ? `$${d.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
    : `$${d.toFixed(Math.min(1 - Math.floor(Math.log10(d)), 7))}`;
  const count = n => n === null ? "" : n.toLocaleString("en-US");
  const clock = s => {
    const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60, rest = s - 3600 * h - 60 * m;
    const tail = Number.isInteger(+rest.toFixed(3)) ? String(Math.round(rest)) : rest.toFixed(2).replace(/0+$/, "");
    return h ? `${h}:${String(m).padStart(2, "0")}:${tail.padStart(2, "0")}` : data.seconds >= 90 ? `${m}:${tail.padStart(2, "0")}` : `${60 * m + +tail} s`;
  };

  document.getElementById("theme").onclick = () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  };

  // The reader's own time; UTC on hover.
  for (const time of document.querySelectorAll("time")) {
    time.title = time.textContent;
    time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
  }

  timeline();
  table();

  function timeline() {
    const chart = document.getElementById("chart"), tip = document.getElementById("tip"), whole = document.getElementById("whole");
    const lanes = data.lanes.length, gap = 3, height = lanes > 24 ? 11 : lanes > 12 ? 15 : 20, tall = lanes * (height + gap) + gap;
    const end = Math.max(data.seconds, 0.001), least = Math.min(end, 0.02);
    let from = 0, to = end;

    const marks = make("div", { className: "marks" }), plot = make("div", { className: "plot" }), ticks = make("div", { className: "ticks" });
    const axis = make("div", { className: "axis" }), over = make("div", { className: "over" }), load = make("div", { className: "plot load" });
    const names = make("div", { className: "names" }), shown = make("div", { className: "window" });
    const svg = draw("svg", { preserveAspectRatio: "none" });
    plot.style.height = `${tall}px`;
    const many = data.rounds.length > 1;
    names.style.top = `${many ? 18 : 0}px`;
    data.lanes.forEach((name, lane) => {
      if (lanes <= 24 || lane % 4 === 0) {
        const label = make("span", { textContent: name });
        label.style.top = `${gap + lane * (height + gap) + height / 2 - 9}px`;
        names.append(label);
      }
    });
    const rects = bars.map(bar => {
      const failed = bar.node && FAILED.includes(bar.node.status) && !bar.cut;
      const rect = draw("rect", {
        class: bar.cut ? "cut" : failed ? "failed" : bar.node.kind, x: bar.start, width: Math.max(bar.end - bar.start, 0), "data-bar": bar.i,
        y: gap + bar.lane * (height + gap), height,
      });
      svg.append(rect);
      return rect;
    });
    plot.append(axis, svg, over);
    load.append(concurrency(), shown);
    if (many) chart.append(marks);
    chart.append(names, plot, ticks, load);

    // How many threads are at work, over the whole run.
    function concurrency() {
      const steps = bars.flatMap(bar => [[bar.start, 1], [bar.end, -1]]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      let busy = 0, path = "M0 1", most = 1;
      const levels = steps.map(([at, change]) => { busy += change; most = Math.max(most, busy); return [at, busy]; });
      let level = 0;
      for (const [at, now] of levels) { path += `L${at} ${1 - level / most}L${at} ${1 - now / most}`; level = now; }
      const area = draw("svg", { preserveAspectRatio: "none", viewBox: `0 0 ${end} 1` });
      area.append(draw("path", { d: `${path}L${end} 1Z` }));
      return area;
    }

    const percent = at => 100 * (at - from) / (to - from);
    function show(a, b) {
      const span = Math.min(Math.max(b - a, least), end);
      from = Math.min(Math.max(a, 0), end - span);
      to = from + span;
      svg.setAttribute("viewBox", `${from} 0 ${span} ${tall}`);
      whole.disabled = span >= end;
      shown.hidden = span >= end;
      shown.style.left = `${100 * from / end}%`;
      shown.style.width = `${100 * span / end}%`;
      const width = plot.clientWidth || 1000;
      const rough = span / (width / 90), power = 10 ** Math.floor(Math.log10(rough));
      const steps = rough > 30 ? [60, 120, 300, 600, 900, 1800, 3600, 7200, 14400] : [1, 2, 5, 10].map(step => step * power).concat(rough > 5 ? [15, 30, 60] : []);
      const step = steps.sort((x, y) => x - y).find(step => step >= rough) || steps[steps.length - 1];
      axis.replaceChildren();
      ticks.replaceChildren();
      marks.replaceChildren();
      over.replaceChildren();
      for (let n = Math.ceil(from / step); n * step <= to; n += 1) {
        const at = n * step, line = make("i"), label = make("span", { textContent: clock(at), className: at === from ? "first" : "" });
        line.style.left = label.style.left = `${percent(at)}%`;
        axis.append(line);
        if (percent(at) < 97) ticks.append(label);
      }
      for (const [number, begins, ends, waited, killed] of data.rounds) {
        if (ends < from || begins > to) continue;
        const left = Math.max(percent(begins), 0), right = Math.min(percent(ends), 100);
        const text = `invocation ${number}${killed ? ", killed" : ""}${waited >= 1 ? `, ${seconds(waited)} later` : ""}`;
        const mark = make("span", { textContent: text, title: text });
        mark.style.left = `${left}%`;
        mark.style.maxWidth = `${right - left}%`;
        marks.append(mark);
        if (number > 1 && begins > from) {
          const line = make("i", { className: "round" });
          line.style.left = `${percent(begins)}%`;
          axis.append(line);
        }
      }
      bars.forEach((bar, i) => rects[i].classList.toggle("wide", (bar.end - bar.start) / span * width > 4));
      if (height >= 15) {
        for (const bar of bars) {
          const left = Math.max(percent(bar.start), 0), right = Math.min(percent(bar.end), 100), wide = (right - left) / 100 * width;
          if (wide < 34) continue;
          const label = make("span", { textContent: bar.name });
          Object.assign(label.style, { left: `calc(${left}% + 5px)`, width: `${wide - 8}px`, top: `${gap + bar.lane * (height + gap) + height / 2 - 8}px` });
          over.append(label);
        }
      }
    }

    // Which bars stand out: those that were looked for, or the critical path.
    const find = document.getElementById("find"), only = document.getElementById("only-critical");
    find.oninput = only.onchange = () => {
      const words = find.value.trim().toLowerCase();
      chart.classList.toggle("dim", Boolean(words) || only.checked);
      bars.forEach((bar, i) => rects[i].classList.toggle("lit",
        (!words || bar.name.toLowerCase().includes(words)) && (!only.checked || Boolean(bar.node && bar.node.critical && !bar.cut))));
    };

    const at = event => { const box = plot.getBoundingClientRect(); return from + (to - from) * Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1); };
    let held = null, box = null;
    plot.onpointerdown = event => { if (event.button === 0) { held = at(event); plot.setPointerCapture(event.pointerId); } };
    plot.onpointermove = event => {
      if (held !== null) {
        const now = at(event), [a, b] = [Math.min(held, now), Math.max(held, now)];
        if (!box && percent(b) - percent(a) > 0.4) plot.append(box = make("div", { className: "drag" }));
        if (box) Object.assign(box.style, { left: `${percent(a)}%`, width: `${percent(b) - percent(a)}%` });
      }
      const under = document.elementFromPoint(event.clientX, event.clientY);
      hover(under && under.dataset && under.dataset.bar !== undefined && !box ? bars[under.dataset.bar] : null, event);
    };
    plot.onpointerup = event => {
      if (box) { const now = at(event); show(Math.min(held, now), Math.max(held, now)); box.remove(); }
      held = box = null;
    };
    plot.onpointerleave = () => hover(null);
    plot.ondblclick = whole.onclick = () => show(0, end);
    load.onclick = event => {
      const place = load.getBoundingClientRect(), middle = end * (event.clientX - place.left) / place.width, half = (to - from) / 2;
      show(middle - half, middle + half);
    };
    plot.addEventListener("wheel", event => {
      const side = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        const pin = at(event), grow = Math.exp(event.deltaY / 300);
        event.preventDefault();
        show(pin - (pin - from) * grow, pin + (to - pin) * grow);
      } else if (Math.abs(side) > 1) {
        event.preventDefault();
        const move = side / plot.clientWidth * (to - from);
        show(from + move, to + move);
      }
    }, { passive: false });
    chart.onkeydown = event => {
      const step = (to - from) / 8, middle = (from + to) / 2;
      const keys = {
        Escape: () => show(0, end), ArrowLeft: () => show(from - step, to - step), ArrowRight: () => show(from + step, to + step),
        "+": () => show(middle - 3 * step, middle + 3 * step), "-": () => show(middle - 6 * step, middle + 6 * step),
      };
      if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
    };

    let near = [], told = null;
    function hover(bar, event) {
      if (bar !== told) {
        near.forEach(rect => rect.classList.remove("near"));
        near = !bar || !bar.node ? [] : bars.filter(other => other.node && (other.place === bar.place || bar.node.reads.includes(other.place) || other.node.reads.includes(bar.place))).map(other => rects[other.i]);
        near.forEach(rect => rect.classList.add("near"));
        told = bar;
        if (bar) tip.replaceChildren(...describe(bar));
      }
      tip.hidden = !bar;
      if (bar) {
        const wide = tip.offsetWidth, high = tip.offsetHeight;
        tip.style.left = `${Math.max(Math.min(event.clientX + 14, innerWidth - wide - 8), 8)}px`;
        tip.style.top = `${event.clientY + 18 + high > innerHeight ? event.clientY - high - 12 : event.clientY + 18}px`;
      }
    }
    function describe(bar) {
      const node = bar.node, list = make("dl");
      const rows = [["at", `${clock(bar.start)} to ${clock(bar.end)}, ${data.lanes[bar.lane]}${many ? `, invocation ${bar.round}` : ""}`]];
      if (bar.cut) rows.push(["status", "cut by the end of the invocation, ran again"]);
      else rows.push(["status", node.status], ["took", seconds(node.seconds)]);
      if (node) {
        rows.push(["Athena", `${seconds(node.running)} running, ${seconds(node.planning)} planning, ${seconds(node.queued)} queued`]);
        rows.push(["scanned", `${size(node.bytes)} in ${count(node.queries)} queries, ${dollars(node.dollars)}`]);
        if (node.rows !== null) rows.push(["rows", count(node.rows)]);
        if (node.critical) rows.push(["", "on the critical path"]);
      }
      for (const [term, text] of rows) list.append(make("dt", { textContent: term }), make("dd", { textContent: text }));
      return [make("b", { textContent: bar.name }), make("span", { className: "muted", textContent: node ? node.made.replace("_", " ") : "" }), list];
    }

    new ResizeObserver(() => show(from, to)).observe(plot);
    show(0, end);
  }

  function table() {
    const LIMIT = 100, all = document.getElementById("all"), filter = document.getElementById("filter"), more = document.getElementById("more");
    const columns = [
      ["node", "name"], ["kind", "made"], ["status", "status"], ["took", "seconds", seconds], ["running", "running", seconds], ["planning", "planning", seconds],
      ["queued", "queued", seconds], ["scanned", "bytes", size], ["rows", "rows", count], ["queries", "queries", count], ["cost", "dollars", dollars],
      ...(data.rounds.length > 1 ? [["invocation", "round", count]] : []),
    ];
    let by = "seconds", down = true, limit = LIMIT;
    const body = make("tbody"), heads = columns.map(([title, field, unit]) => {
      const button = make("button", { type: "button", textContent: title, onclick: () => { down = by === field ? !down : Boolean(unit); by = field; fill(); } });
      return make("th", { className: unit ? "n" : "" }, button);
    });
    all.append(make("thead", {}, make("tr", {}, ...heads)), body);
    function fill() {
      const words = filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const found = nodes.filter(node => words.every(word => `${node.id} ${node.made} ${node.status}`.toLowerCase().includes(word)));
      const less = (a, b) => typeof a === "string" ? a.localeCompare(b) : (a ?? -1) - (b ?? -1);
      found.sort((a, b) => (down ? -1 : 1) * less(a[by], b[by]));
      columns.forEach(([, field], i) => field === by ? heads[i].setAttribute("aria-sort", down ? "descending" : "ascending") : heads[i].removeAttribute("aria-sort"));
      body.replaceChildren(...found.slice(0, limit).map(node => make("tr", { className: FAILED.includes(node.status) ? "bad" : "" },
        ...columns.map(([, field, unit]) => {
          const cell = make("td", { className: unit ? "n" : "", textContent: unit ? unit(node[field]) : String(node[field]).replace("_", " ") });
          if (field === "name") { cell.title = node.id; cell.replaceChildren(...node.name.split(/(?<=_)/).flatMap(part => [part, make("wbr")])); cell.prepend(make("i", { className: `dot ${node.kind}` })); }
          return cell;
        }))));
      more.hidden = found.length <= limit;
      more.textContent = `show all ${count(found.length)}`;
    }
    filter.oninput = () => { limit = LIMIT; fill(); };
    more.onclick = () => { limit = Infinity; fill(); };
    fill();
  }
})();
