// How are the two lanes painted? On a 2d context, from rows and similarity; events and data: timeline.js.
import { SHAPES, count } from "../dom.js";
import { t } from "../i18n.js";
import { ticks, toPixel } from "./scale.js";
import { isOpen, markHeight, needsDensity, rowsBetween, similarityPerPixel, similarityRange, worstPerPixel } from "./timeline_model.js";

const GUTTER = 76; // px for the lanes' names
const LABELS = 16;

/** Where the lanes lie in a canvas of this size (px): similarity, density, and the enlarged lane with its views. */
export function lanes({ width, height, n, window }) {
  const scale = height / 128;
  const plot = { left: GUTTER, width: width - GUTTER };
  const above = 20 * scale;
  const density = 17 * scale;
  const enlargedTop = above + 1 + density + 7 + 20;
  return {
    width, height, plot, above, densityTop: above + 1, density, wholeBottom: above + 1 + density,
    enlargedTop, enlarged: height - enlargedTop - LABELS,
    whole: { lo: 0, hi: Math.max(n, 1), ...plot }, near: { ...window, ...plot },
  };
}

/** What no decision changes: similarity in both lanes, names and places. scene: {whole, near, colours, font} */
export function drawGround(c, scene, lane) {
  backdrop(c, scene, lane);
  const span = similarityRange(scene.whole.triples);
  drawSimilarity(c, scene.whole.triples, { view: lane.whole, top: 0, height: lane.above, span, colour: scene.colours.edge });
  drawSimilarity(c, scene.near.triples, { view: lane.near, top: lane.enlargedTop + 14, height: lane.enlarged - 14, span, colour: scene.colours.edge });
  labels(c, scene, { view: lane.whole, y: lane.wholeBottom, most: 8 });
  labels(c, scene, { view: lane.near, y: lane.enlargedTop + lane.enlarged, most: lane.plot.width / 75 });
}

/** What is decided, and where we are. scene: {n, rows, current, closeup: {lo, hi} | null, colours, font} */
export function drawReview(c, scene, lane) {
  drawDensity(c, worstPerPixel(scene.rows, { lo: 0, hi: scene.n, width: lane.plot.width }),
    { left: GUTTER, top: lane.densityTop, height: lane.density, colours: scene.colours });
  drawWindow(c, scene, lane);
  drawBoundaries(c, scene, lane);
  if (scene.closeup) drawCloseupBox(c, scene, lane);
}

function backdrop(c, { colours }, lane) {
  c.fillStyle = colours["panel-2"];
  c.fillRect(GUTTER, 0, lane.plot.width, lane.wholeBottom);
  c.fillRect(GUTTER, lane.enlargedTop, lane.plot.width, lane.enlarged);
  c.fillStyle = colours["ink-2"];
  c.textAlign = "left";
  c.fillText(t("similarity"), 0, lane.above / 2);
  c.fillText(t("worst prob."), 0, lane.densityTop + lane.density / 2);
  c.fillText(t("enlarged"), 0, lane.enlargedTop + lane.enlarged / 2);
}

function drawSimilarity(c, triples, { view, top, height, span, colour }) {
  const scale = (value) => top + 1 + (1 - (value - span.low) / (span.high - span.low)) * (height - 2);
  const { least, most } = similarityPerPixel(triples, view);
  c.fillStyle = colour;
  c.globalAlpha = 0.55;
  for (let x = 0; x < least.length; x += 1) {
    if (least[x] > most[x]) continue;
    const y = scale(most[x]);
    c.fillRect(view.left + x, y, 1, Math.max(1.5, scale(least[x]) - y));
  }
  c.globalAlpha = 1;
}

function drawDensity(c, { worst, decided }, { left, top, height, colours }) {
  for (let x = 0; x < worst.length; x += 1) {
    if (worst[x] <= 1) {
      const mark = markHeight(worst[x]);
      c.globalAlpha = 0.35 + 0.65 * mark;
      c.fillStyle = colours.no;
      c.fillRect(left + x, top + height * (1 - mark), 1, height * mark);
    } else if (decided[x]) {
      c.globalAlpha = 1;
      c.fillStyle = colours.ok;
      c.fillRect(left + x, top + height - 2, 1, 2);
    }
  }
  c.globalAlpha = 1;
}

/** The part of the whole that is enlarged, and the wedge that joins the lanes. */
function drawWindow(c, { colours }, lane) {
  const { near, whole } = lane;
  const from = toPixel(whole, near.lo);
  const to = Math.max(from + 8, toPixel(whole, near.hi));
  c.fillStyle = colours.accent;
  c.globalAlpha = 0.07;
  c.beginPath();
  c.moveTo(from, lane.wholeBottom + 1);
  c.lineTo(to, lane.wholeBottom + 1);
  c.lineTo(near.left + near.width, lane.enlargedTop);
  c.lineTo(near.left, lane.enlargedTop);
  c.closePath();
  c.fill();
  c.globalAlpha = 0.16;
  c.fillRect(from, 0, to - from, lane.wholeBottom);
  c.globalAlpha = 1;
  c.strokeStyle = colours.accent;
  c.lineWidth = 1.5;
  c.strokeRect(from, 0.75, to - from, lane.wholeBottom - 1.5);
}

const DASHES = { rejected: [2, 3], undecided: [5, 2], shifted: [5, 2], approved: [], added: [] };
const colourOf = (row, colours) => (isOpen(row) ? colours.open : row.state === "rejected" ? colours.no : colours.ok);

function drawBoundaries(c, scene, lane) {
  const { near } = lane;
  const rows = rowsBetween(scene.rows, near.lo, near.hi);
  if (needsDensity(rows.length, near.width)) {
    drawDensity(c, worstPerPixel(rows, { lo: near.lo, hi: near.hi, width: near.width }),
      { left: near.left, top: lane.enlargedTop + 14, height: lane.enlarged - 14, colours: scene.colours });
    return;
  }
  const roomy = rows.length < near.width / 12;
  const last = rows.filter((row) => row.index === scene.current); // the current one above the others
  for (const row of [...rows.filter((other) => other.index !== scene.current), ...last]) {
    const isCurrent = row.index === scene.current;
    drawBoundary(c, row, { x: toPixel(near, row.index), lane, isCurrent, roomy: roomy || isCurrent, colour: isCurrent ? scene.colours.ink : colourOf(row, scene.colours) });
  }
}

function drawBoundary(c, row, { x, lane, isCurrent, roomy, colour }) {
  c.strokeStyle = colour;
  c.fillStyle = colour;
  c.lineWidth = isCurrent ? 2 : 1.5;
  c.setLineDash(isCurrent ? [] : DASHES[row.state]);
  c.beginPath();
  c.moveTo(x, lane.enlargedTop + 13);
  c.lineTo(x, lane.enlargedTop + lane.enlarged);
  c.stroke();
  c.setLineDash([]);
  if (!roomy) return;
  c.save();
  c.translate(x - 5.5, lane.enlargedTop + 1.5);
  c.scale(11 / 12, 11 / 12);
  c.fill(shapePath(row.state), "evenodd");
  c.restore();
}

const paths = new Map();

function shapePath(state) {
  if (!paths.has(state)) paths.set(state, new Path2D(SHAPES[state]));
  return paths.get(state);
}

function drawCloseupBox(c, { closeup, colours, font }, lane) {
  const { near } = lane;
  const middle = (toPixel(near, closeup.lo) + toPixel(near, closeup.hi)) / 2;
  const half = Math.max(5, (toPixel(near, closeup.hi) - toPixel(near, closeup.lo)) / 2);
  if (middle < near.left || middle > lane.width) return;
  const top = lane.enlargedTop + 14;
  c.strokeStyle = colours.accent;
  c.fillStyle = colours.accent;
  c.lineWidth = 1.5;
  c.strokeRect(middle - half, top + 0.5, half * 2, lane.enlarged - 15);
  c.globalAlpha = 0.18;
  c.fillRect(middle - half, top, half * 2, lane.enlarged - 14);
  c.globalAlpha = 1;
  const text = t("close-up {lo} to {hi}", { lo: closeup.lo, hi: closeup.hi });
  c.font = `600 ${font}`;
  const width = c.measureText(text).width;
  const fitsRight = middle + half + width + 12 < lane.width;
  const outside = fitsRight ? middle + half + 4 : middle - half - width - 12;
  const x = outside < GUTTER ? middle - half + 4 : outside; // no room on either side
  const y = lane.enlargedTop + lane.enlarged - 17;
  c.fillStyle = colours.panel;
  c.fillRect(x, y, width + 8, 15);
  c.fillStyle = colours.accent;
  c.textAlign = "left";
  c.fillText(text, x + 4, y + 8);
  c.font = font;
}

function labels(c, { colours }, { view, y, most }) {
  c.fillStyle = colours["ink-3"];
  for (const place of ticks(view.lo, view.hi, most).places) {
    const x = toPixel(view, place);
    c.fillRect(Math.round(x), y, 1, 3);
    c.textAlign = x < view.left + 20 ? "left" : x > view.left + view.width - 24 ? "right" : "center";
    c.fillText(count(place), x, y + 10);
  }
}
