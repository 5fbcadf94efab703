import assert from "node:assert/strict";
import { test } from "node:test";
import { pixels, ramp } from "../../assets/review/spectrogram.js";

const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);

function oklabLightness([r, g, b]) {
  const [R, G, B] = [r, g, b].map(linear);
  const root = (x, y, z) => Math.cbrt(x * R + y * G + z * B);
  return 0.2104542553 * root(0.4122214708, 0.5363325363, 0.0514459929) + 0.793617785 * root(0.2119034982, 0.6806995451, 0.1073969566)
    - 0.0040720468 * root(0.0883024619, 0.2817188376, 0.6299787005);
}

for (const side of ["l", "r"]) for (const theme of ["light", "dark"]) {
  test(`equal steps of loudness are equal steps of lightness: ${side}, ${theme}`, () => {
    const lightness = ramp(side, theme).map(oklabLightness);
    const step = (lightness[255] - lightness[0]) / 255;
    assert.ok(Math.abs(step) > 0.6 / 255);
    for (let i = 16; i < 256; i += 16) assert.ok(Math.abs((lightness[i] - lightness[i - 16]) / 16 / step - 1) < 0.35, `${i}: ${(lightness[i] - lightness[i - 16]) / 16 / step}`);
  });
}

test("loud is dark on light ground, and light on dark ground", () => {
  const sum = ([r, g, b]) => r + g + b;
  assert.ok(sum(ramp("l", "light")[255]) < sum(ramp("l", "light")[0]));
  assert.ok(sum(ramp("r", "dark")[255]) > sum(ramp("r", "dark")[0]));
});

test("a pixel has the colour of its loudness and hides what is below", () => {
  const colours = ramp("l", "light");
  assert.deepEqual([...pixels(Uint8Array.from([0, 255]), colours)], [...colours[0], 255, ...colours[255], 255]);
});
