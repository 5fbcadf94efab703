// Where is sound stretched, so that the page goes on painting meanwhile? In a worker; how: stretch.js.
import { stretch } from "./stretch.js";

addEventListener("message", ({ data: { id, samples, rateHz, speed } }) => {
  const made = stretch(samples, rateHz, speed).slice();
  postMessage({ id, made }, { transfer: [made.buffer] });
});
