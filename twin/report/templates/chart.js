(function () {
  "use strict";
  const story = JSON.parse(document.getElementById("story").textContent);
  const chart = document.getElementById("chart");
  const stock = document.getElementById("stock");
  const boxes = [...document.querySelectorAll("input[name=policy]")];
  const ink = "#1d2330", quiet = "#566070", line = "#e3e6ea";
  const days = Array.from({ length: story.days }, (_, day) => day + 1);
  const said = name => name.replace(/&/g, "&amp;").replace(/</g, "&lt;"); // Plotly takes what looks like a tag for one
  const held = name => ({ title: said(name).replace(/^(.*?)\.(.*)$/, "$2 in $1, pc"), of: story.stocks[name], share: false });
  const panels = [
    { ...held(stock.value), weight: 5 },
    story.running && { title: "Lines running, % of shifts" + (story.smoothed ? ", mean of 7 days" : ""), of: story.running, share: true, weight: 3 },
    story.lost && { title: story.loss, of: story.lost, share: false, weight: 3 },
  ].filter(Boolean);

  function date(day) {
    if (!story.start) return "";
    const then = new Date(story.start + "T00:00:00Z");
    then.setUTCDate(then.getUTCDate() + day - 1);
    return then.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  }

  /* One trace for each policy and panel; all share the days, so that pointing at one reads them all. */
  function traces() {
    return panels.flatMap((panel, k) => story.policies.map(policy => ({
      type: "scatter", mode: "lines+markers", name: said(policy.name), x: days, y: panel.of[policy.key],
      xaxis: "x", yaxis: "y" + (k ? k + 1 : ""), showlegend: false, meta: policy.key,
      line: { color: policy.colour, width: 2, dash: k ? policy.dash : "solid" },
      marker: { symbol: policy.symbol, size: 7, maxdisplayed: 9, line: { color: "#fff", width: 0.5 } },
      hovertemplate: "%{y:" + (panel.share ? ".0%" : ",.4~s") + "}",
    })));
  }

  /* Grey while a disruption lasts, lighter while the place recovers, its name on top. */
  function bands() {
    const end = story.days;
    return story.struck.flatMap(s => {
      const to = s.to === null ? end : s.to, over = s.to === null ? end : s.over === null ? end : s.over;
      const band = (from, until, opacity) => ({
        type: "rect", xref: "x", yref: "paper", y0: 0, y1: 1, layer: "below", line: { width: 0 },
        x0: Math.max(from, 0), x1: Math.min(until, end), fillcolor: "#8a8f98", opacity: opacity,
      });
      return [band(s.from, to, 0.24), band(to, over, 0.1)].filter(b => b.x1 > b.x0);
    });
  }

  function words(tops) {
    const names = new Map();
    story.struck.forEach(s => { if (!names.has(s.name)) names.set(s.name, s); });
    const struck = [...names.values()].slice(0, 3).map(s => ({
      text: said(s.name), x: Math.max(s.from, 0), xref: "x", y: 1, yref: "paper", xanchor: "left", yanchor: "top",
      showarrow: false, font: { color: ink, size: 12 }, bgcolor: "rgba(255,255,255,0.7)",
    }));
    const titles = panels.map((panel, k) => ({
      text: "<b>" + panel.title + "</b>", x: 0, xref: "paper", xanchor: "left", xshift: -52, y: tops[k], yref: "paper",
      yanchor: "bottom", yshift: 4, showarrow: false, font: { color: ink, size: 13 },
    }));
    return [...titles, ...struck];
  }

  function layout() {
    const gap = 0.1, whole = panels.reduce((sum, p) => sum + p.weight, 0), free = 1 - gap * (panels.length - 1);
    let top = 1;
    const tops = [], axes = {};
    panels.forEach((panel, k) => {
      const tall = free * panel.weight / whole;
      tops.push(top);
      axes["yaxis" + (k ? k + 1 : "")] = {
        domain: [Math.max(top - tall, 0), top], rangemode: "tozero", gridcolor: line, zerolinecolor: quiet, nticks: 5, fixedrange: true, ticks: "outside", ticklen: 4, tickcolor: "rgba(0,0,0,0)",
        tickformat: panel.share ? ".0%" : "~s", ...(panel.share ? { range: [0, 1.05] } : {}),
      };
      top -= tall + gap;
    });
    return {
      ...axes, margin: { l: 52, r: 12, t: 30, b: 72 }, hovermode: "x unified", hoversubplots: "axis", hoverdistance: 40,
      font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: quiet },
      paper_bgcolor: "#fff", plot_bgcolor: "rgba(0,0,0,0)", shapes: bands(), annotations: words(tops), dragmode: false,
      hoverlabel: { bgcolor: "#fff", bordercolor: quiet, font: { color: ink, size: 13 } },
      xaxis: { domain: [0, 1], range: [0, story.days + 1], anchor: "y" + (panels.length > 1 ? panels.length : ""), gridcolor: "rgba(0,0,0,0)",
        ticks: "outside", tickcolor: quiet, linecolor: quiet, title: { text: "days since the end of the warm-up", font: { size: 13 }, standoff: 12 },
        nticks: 8, showspikes: true, spikemode: "across", spikethickness: 1, spikedash: "solid", spikecolor: quiet, spikesnap: "hovered data" },
    };
  }

  function ticks() {
    const wide = chart.clientWidth, most = wide < 500 ? 4 : 8;
    const step = [1, 2, 5, 7, 14, 28, 30, 60, 90, 120, 180, 365, 730, 1825].find(s => story.days / s <= most) || 3650;
    const at = Array.from({ length: Math.floor(story.days / step) + 1 }, (_, k) => k * step);
    return { "xaxis.tickvals": at, "xaxis.ticktext": at.map(day => story.start ? day + "<br>" + date(day + 1).replace(/ \d+$/, "") : day) };
  }

  document.querySelector(".interactive").hidden = false;
  Plotly.newPlot(chart, traces(), layout(), { displayModeBar: false, responsive: true, scrollZoom: false })
    .then(() => Plotly.relayout(chart, ticks()));
  window.addEventListener("resize", () => Plotly.relayout(chart, ticks()));
  stock.addEventListener("change", () => {
    const shown = held(stock.value), first = story.policies.map((_, k) => k);
    Plotly.update(chart, { y: story.policies.map(p => shown.of[p.key]) }, { "annotations[0].text": "<b>" + shown.title + "</b>", "yaxis.autorange": true }, first);
  });
  boxes.forEach(box => box.addEventListener("change", () => {
    const which = chart.data.flatMap((trace, k) => trace.meta === box.value ? [k] : []);
    Plotly.restyle(chart, { visible: box.checked }, which);
  }));
})();
