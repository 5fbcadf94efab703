// What do tests of the real page see of it? What it waits for, what it has done, where it stands.

export function exposeForTests({ page, sync, player, painter }) {
  window.__spk = {
    ready: true,
    pending: () => sync.outbox.pending(),
    current: () => ({ index: page.current, state: page.row?.state ?? null, cursor: page.cursor, done: page.done, conflict: Boolean(page.conflict) }),
    get counters() {
      return { played: player.started, missing: player.sounds.missing.size, stored: sync.stored, repainted: painter.repainted };
    },
    /** Is everything there that is drawn of this place: curves, names and the tiles' waveforms? */
    complete: () => {
      const tiles = Array.from({ length: page.shownTiles.left + page.shownTiles.right }, (_, i) => page.cut - page.shownTiles.left + i);
      return painter.view.closeup.drawn?.data?.index === page.current && tiles.every((i) => page.details.peaks.has(i));
    },
    latencies: sync.latencies,
    soundLatencies: player.latencies,
    sound: () => ({ what: player.what, index: player.now()?.index ?? null, speed: player.sounds.speed, volume: player.volume }),
    load: async (index) => (await player.sounds.load(index))?.heard.duration ?? null,
  };
}
