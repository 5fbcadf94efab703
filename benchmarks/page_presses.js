// How long does the page take for one press, in milliseconds? Told to it by benchmarks/page_timings.py.
window.__bench = (() => {
  const { __spk } = window;
  const root = document.querySelector(".review");
  const frame = () => new Promise((go) => requestAnimationFrame(go));
  const rest = (ms) => new Promise((go) => setTimeout(go, ms));
  const press = (key, code = key) => root.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true }));

  /** From `act` to the end of the paint: in a frame the page's own callback runs before this one. */
  async function painted(act, isDone = () => true) {
    const before = __spk.counters.repainted, start = performance.now();
    act();
    while (__spk.counters.repainted === before || !isDone()) await frame();
    return performance.now() - start;
  }

  async function repaints(n) {
    const took = [];
    for (let i = 0; i < n; i += 1) {
      took.push(await painted(() => press(i % 2 ? "ArrowDown" : "ArrowUp")));
      await rest(60);
    }
    return took;
  }

  /** To the call that starts the sound; it is ready before each press. */
  async function sounds(n) {
    const took = [];
    for (let i = 0; i < n; i += 1) {
      press(" ", "Space");
      await rest(700); // everything near is fetched, and the context runs
      press(" ", "Space");
      const before = __spk.counters.played, start = performance.now();
      press(" ", "Space");
      while (__spk.counters.played === before) await Promise.resolve();
      took.push(performance.now() - start);
      press(" ", "Space");
      press("n", "KeyN");
      await rest(300);
    }
    return took;
  }

  /** A second apart, as fast as a hurried reviewer goes on. */
  async function closeups(n) {
    const took = [];
    for (let i = 0; i < n; i += 1) {
      const { index } = __spk.current();
      took.push(await painted(() => press("n", "KeyN"), () => __spk.current().index !== index && __spk.complete()));
      await rest(1000);
    }
    return took;
  }

  /** Out until the whole corpus is seen, in again, and a little to the side each time. */
  async function timeline(n) {
    const canvas = root.querySelector("[data-part=timeline] canvas"), took = [];
    const box = canvas.getBoundingClientRect();
    const at = { clientX: box.left + box.width * 0.6, clientY: box.top + box.height * 0.8, bubbles: true, cancelable: true };
    const wheel = (delta) => painted(() => canvas.dispatchEvent(new WheelEvent("wheel", { ...at, ...delta })));
    for (let i = 0; i < n; i += 1) {
      const isOut = Math.floor(i / 15) % 2 === 0;
      took.push(await wheel({ deltaY: isOut ? 100 : -100 }), await wheel({ deltaX: i % 2 ? 60 : -60 }));
      await rest(30);
    }
    return took;
  }

  /** Shift boundaries there and approve them, without waiting for anything; gives the places that were approved. */
  function burst(n) {
    const places = [];
    for (let i = 0; i < n; i += 4) {
      for (const key of ["ArrowRight", "ArrowLeft", "ArrowRight"]) press(key);
      places.push(__spk.current().index);
      press("a", "KeyA");
    }
    return places;
  }

  async function next(n) {
    for (let i = 0; i < n; i += 1) {
      press("n", "KeyN");
      await rest(40);
    }
  }

  return { repaints, sounds, closeups, timeline, burst, next };
})();
