// What do Detect's charts say, and how large? Plotly's figures come from spkbound/ui/charts.py without words on bars.
import { sizeOf } from "./dom.js";
import { t } from "./i18n.js";

const percent = (share) => `${Math.round(100 * share)} %`;

const WORDS = {
  sizes: ([from, to, n]) => [sizes(Math.ceil(from), Math.floor(to)), t("{n} segment|{n} segments", { n })],
  shares: ([from, to, n]) => [t("{from} to {to}", { from: percent(from), to: percent(to) }), t("{n} boundary|{n} boundaries", { n })],
};

function sizes(least, most) {
  if (least === most) return t("{n} utterance|{n} utterances", { n: least });
  return t("{from} to {to} utterances", { from: least, to: most });
}

/** What stands beside the pointer on a bar; `bar` is [from, to, how many]. */
export const wordsOfBar = (kind, bar) => WORDS[kind](bar).join("<br>");

/** @param charts values of gr.Plot, or null; their updates, with the words and the sizes of this page; tells that they came */
export function finishCharts(charts) {
  document.dispatchEvent(new CustomEvent("spkbound:charts", { detail: { all: charts.every(Boolean) } }));
  return charts.map((chart) => chart && { ...chart, plot: finish(JSON.parse(chart.plot)) });
}

function finish(figure) {
  const { layout } = figure, [bars] = figure.data;
  layout.title.text = t(layout.title.text);
  layout.title.font.size = sizeOf("t3");
  layout.font.size = sizeOf("t1");
  layout.margin = { l: 4.2 * sizeOf("t1"), r: sizeOf("s4"), t: 3.2 * sizeOf("t3"), b: 3 * sizeOf("t1") };
  layout.hoverlabel = { font: { size: sizeOf("t2") } };
  bars.hovertext = bars.customdata.map((bar) => wordsOfBar(bars.meta, bar));
  bars.hoverinfo = "text";
  return JSON.stringify(figure);
}
