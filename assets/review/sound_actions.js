// What do the keys for sound do? Speed, volume, going on, and how sound is drawn; the table of keys: keys.js.
import { stepIn } from "./audio_plan.js";

export const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
export const VOLUMES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

export function soundActions(page) {
  const step = (name, steps, by) => () => {
    page.set(name, stepIn(steps, page.settings[name], by));
    page.audition.adjust();
  };
  return {
    slower: step("speed", SPEEDS, -1), faster: step("speed", SPEEDS, 1),
    quieter: step("volume", VOLUMES, -1), louder: step("volume", VOLUMES, 1),
    playOn: () => (page.player.what === "on" ? page.audition.stop() : page.audition.on()),
    picture: () => page.set("spectrogram", !page.settings.spectrogram),
  };
}
