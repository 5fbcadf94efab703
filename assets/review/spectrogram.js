// In which colours is a spectrogram drawn? Loudness in, pixels out; the picture's place in a tile: strip.js.

export const BANDS = 32;
export const COLUMNS = 64;

// Lightness goes evenly from the tile's ground to the far end, so equal steps of loudness look equal in both themes;
// the hue is the side's, as everywhere on the page.
const HUES = { l: 255, r: 62 };
const LIGHTNESS = { light: [0.965, 0.24], dark: [0.235, 0.95] };
const CHROMA = 0.13;

/** 256 colours [r, g, b] from silent to loud. @param side "l" or "r"; @param theme "light" or "dark" */
export function ramp(side, theme) {
  const [from, to] = LIGHTNESS[theme];
  const hue = (HUES[side] * Math.PI) / 180;
  return Array.from({ length: 256 }, (_, i) => {
    const share = i / 255;
    const chroma = CHROMA * Math.sin(Math.PI * Math.min(1, share * 0.92 + 0.04));
    return fromOklab(from + (to - from) * share, chroma * Math.cos(hue), chroma * Math.sin(hue));
  });
}

/** B. Ottosson, "A perceptual color space for image processing" (2020). */
function fromOklab(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(gamma);
}

const gamma = (x) => Math.round(255 * Math.min(1, Math.max(0, x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055)));

/** RGBA of a picture of BANDS × COLUMNS loudnesses. @param colours what `ramp` gave */
export function pixels(loudness, colours) {
  const made = new Uint8ClampedArray(loudness.length * 4);
  loudness.forEach((value, i) => made.set([...colours[value], 255], i * 4));
  return made;
}
