import assert from "node:assert/strict";
import { test } from "node:test";
import { stretch } from "../../assets/review/stretch.js";

const RATE = 16000;
const tone = (hz, seconds, level = 0.5) => Float32Array.from({ length: RATE * seconds }, (_, i) => level * Math.sin((2 * Math.PI * hz * i) / RATE));

/** The frequency of the strongest line of the spectrum, to 2 Hz (over a quarter of a second in the middle). */
function pitchOf(samples, from = 60, to = 800) {
  const middle = Math.floor(samples.length / 2);
  const part = samples.subarray(Math.max(0, middle - RATE / 8), middle + RATE / 8);
  let [found, most] = [0, -1];
  for (let hz = from; hz <= to; hz += 2) {
    let [re, im] = [0, 0];
    for (let i = 0; i < part.length; i += 1) {
      re += part[i] * Math.cos((2 * Math.PI * hz * i) / RATE);
      im += part[i] * Math.sin((2 * Math.PI * hz * i) / RATE);
    }
    const power = re * re + im * im;
    if (power > most) [most, found] = [power, hz];
  }
  return found;
}

const rms = (samples) => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);

for (const speed of [0.75, 1.25, 1.5, 2]) {
  test(`at ${speed} a tone lasts 1/${speed} as long and keeps its pitch and loudness`, () => {
    for (const hz of [97, 220, 611]) {
      const heard = stretch(tone(hz, 1), RATE, speed);
      assert.ok(Math.abs(heard.length - RATE / speed) <= 1);
      assert.ok(Math.abs(pitchOf(heard) - hz) <= 3, `${hz} Hz became ${pitchOf(heard)} Hz`);
      assert.ok(Math.abs(rms(heard) / rms(tone(hz, 1)) - 1) < 0.08, `${hz} Hz became ${rms(heard)} loud`);
    }
  });
}

test("as recorded is the recording itself", () => {
  const samples = tone(220, 0.1);
  assert.equal(stretch(samples, RATE, 1), samples);
});

test("what comes first is heard first and in full, whatever the speed", () => {
  const parts = [tone(200, 0.5), tone(700, 0.5)];
  const both = Float32Array.from([...parts[0], ...parts[1]]);
  for (const speed of [0.75, 2]) {
    const heard = stretch(both, RATE, speed);
    const half = heard.length / 2;
    assert.ok(Math.abs(pitchOf(heard.subarray(0, half)) - 200) <= 3);
    assert.ok(Math.abs(pitchOf(heard.subarray(half)) - 700) <= 3);
  }
});

test("a file of one sample, of none, and silence are no trouble", () => {
  for (const samples of [new Float32Array(0), new Float32Array(1), new Float32Array(5000)]) {
    const heard = stretch(samples, RATE, 1.5);
    assert.ok(heard.every((x) => x === 0));
    assert.ok(Math.abs(heard.length - samples.length / 1.5) <= 1);
  }
});
