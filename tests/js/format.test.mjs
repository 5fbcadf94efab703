import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, middle, percent, range, risk, shortName, spread, tail } from "../../assets/review/format.js";

test("what is less than certain never reads 100", () => {
  assert.equal(percent(0.99999), "99.9");
  assert.equal(percent(0.99999, 1), "99.9");
  assert.equal(percent(1), "99.9");
  assert.equal(percent(0.93), "93");
  assert.equal(percent(0.031), "3.1");
  assert.equal(percent(null), "–");
  assert.equal(percent(NaN), "–");
});

test("risk has a figure after the point where it matters", () => {
  assert.equal(risk(0.23), "0.2");
  assert.equal(risk(38.4), "38");
  assert.equal(risk(0.01), "< 0.1");
  assert.equal(risk(null), "–");
});

test("an interval is plus-minus when even, else both ends", () => {
  assert.equal(spread(100, 98, 102), "± 2");
  assert.equal(spread(100, 100, 103), "0 to +3");
  assert.equal(spread(105, 98, 102), "−7 to −3");
  assert.equal(spread(95, 93, 93), "−2");
  assert.equal(spread(100, 100, 100), "± 0");
  assert.equal(spread(100, null, null), "–");
});

test("names keep what tells them apart", () => {
  assert.equal(tail("d007/036998.wav"), "…036998.wav");
  assert.equal(tail("a.wav"), "a.wav");
  assert.equal(middle("speaker-recording-0001", 9).length, 9);
  assert.equal(shortName("036998.wav", 8), "036998");
  assert.equal(shortName("036998.wav", 12), "036998.wav");
  assert.ok(shortName("a-very-long-name-0042.wav", 9).endsWith("0042"));
});

test("a Chinese letter takes the room of two", () => {
  assert.equal(shortName("会议室.wav", 10), "会议室.wav");
  assert.equal(shortName("会议室录音.wav", 10), "会议室录音");
  assert.equal(shortName("000035_录音_第三十五号_会议室.wav", 10), "000…会议室");
});

test("a name of emoji is cut between letters", () => {
  assert.equal(tail("😀😀😀😀", 2), "…😀😀");
});

test("one utterance is no range", () => {
  assert.equal(range(36_999, 36_999), "36,999");
  assert.equal(range(36_997, 36_998), "36,997 to 36,998");
});

test("today's decisions show the hour, older ones the day", () => {
  const now = new Date(2026, 5, 3, 16, 0);
  assert.equal(clock(new Date(2026, 5, 3, 14, 2).toISOString(), now), "14:02");
  assert.equal(clock(new Date(2026, 4, 30, 14, 2).toISOString(), now), "2026-05-30");
  assert.equal(clock("", now), "");
});
