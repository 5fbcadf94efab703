import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteLru, TICK, gainFor, loudnessOf, roundTheCut, stepIn, takeAhead, toWarm } from "../../assets/review/audio_plan.js";

test("round the cut: the last k of the left, a tick, the first k of the right", () => {
  assert.deepEqual(roundTheCut(100, 2, 1000), [98, 99, TICK, 100, 101]);
});

test("what cannot be heard is passed over", () => {
  assert.deepEqual(roundTheCut(100, 2, 1000, (i) => i !== 99 && i !== 100), [97, 98, TICK, 101, 102]);
});

test("at the ends of the corpus there is less to hear", () => {
  assert.deepEqual(roundTheCut(1, 3, 3), [0, TICK, 1, 2]);
});

test("nearest the cut is fetched first, inside the corpus", () => {
  assert.deepEqual(toWarm(100, 2, 1000), [100, 99, 101, 98]);
  assert.deepEqual(toWarm(1, 3, 3), [1, 0, 2]);
});

test("what comes is prepared a few ahead of its turn, and no more than that", () => {
  const asked = [];
  const coming = takeAhead(Array.from({ length: 10 }, (_, i) => i), 2, (i) => asked.push(i));
  assert.equal(coming.next().value[0], 0);
  assert.deepEqual(asked, [0, 1, 2]);
  assert.deepEqual([...coming].map(([i]) => i), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a step goes to the value beside, at the ends nowhere, and from a strange value to one that is known", () => {
  const steps = [0.75, 1, 1.25];
  assert.deepEqual([stepIn(steps, 1, 1), stepIn(steps, 1.25, 1), stepIn(steps, 0.75, -1), stepIn(steps, 1.1, 1)], [1.25, 1.25, 0.75, 1.25]);
});

test("a quiet and a loud voice come to the same loudness", () => {
  const tone = (level) => Float32Array.from({ length: 16000 }, (_, i) => level * Math.sin(i / 5));
  const heard = [0.05, 0.5].map((level) => {
    const loudness = loudnessOf(tone(level), 16000);
    return loudness.rms * gainFor(loudness);
  });
  assert.ok(Math.abs(heard[0] / heard[1] - 1) < 0.01);
});

test("silence round the speech does not make it louder", () => {
  const speech = Float32Array.from({ length: 32000 }, (_, i) => (i < 16000 ? 0.2 * Math.sin(i / 5) : 0));
  const all = speech.slice(0, 16000);
  assert.ok(Math.abs(loudnessOf(speech, 16000).rms / loudnessOf(all, 16000).rms - 1) < 0.02);
});

test("evening out never clips and leaves silence alone", () => {
  assert.equal(gainFor({ rms: 0, peak: 0 }), 1);
  assert.ok(gainFor({ rms: 0.01, peak: 0.9 }) * 0.9 <= 0.97 + 1e-9);
});

test("what was used longest ago leaves first, by bytes", () => {
  const kept = new ByteLru(100);
  kept.set("a", 1, 40);
  kept.set("b", 2, 40);
  kept.get("a");
  kept.set("c", 3, 40);
  assert.deepEqual([kept.has("a"), kept.has("b"), kept.has("c"), kept.bytes], [true, false, true, 80]);
});

test("one that is larger than the limit is kept alone", () => {
  const kept = new ByteLru(100);
  kept.set("a", 1, 40);
  kept.set("b", 2, 400);
  assert.deepEqual([kept.has("a"), kept.has("b"), kept.bytes], [false, true, 400]);
});
