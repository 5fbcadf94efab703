// Where do unsent edits and settings outlive the tab? IndexedDB for edits (by project and user), localStorage for settings.

const DATABASE = "spkbound";
const STORE = "outbox";

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["owner", "key"] });
  return done(request);
}

/** Storage for one Outbox: a row per edit, so two tabs never overwrite each other's. */
export function outboxStorage(owner) {
  let database = null;
  let mine = new Set();
  const open = () => (database ??= openDatabase());
  return {
    async load() {
      const table = (await open()).transaction(STORE).objectStore(STORE);
      const rows = (await done(table.getAll())).filter((row) => row.owner === owner);
      rows.sort((a, b) => a.place - b.place);
      mine = new Set(rows.map((row) => row.key));
      return rows.map((row) => row.item);
    },
    async save(items) {
      const table = (await open()).transaction(STORE, "readwrite").objectStore(STORE);
      const now = new Set(items.map((item) => item.key));
      for (const key of mine) if (!now.has(key)) table.delete([owner, key]);
      items.forEach((item, place) => table.put({ owner, key: item.key, place, item }));
      mine = now;
    },
  };
}

const SETTINGS = "spkbound.review";
const DEFAULTS = {
  k: 2, speed: 1, volume: 1, playOnShift: true, evenLoudness: true, letterKeys: true, spectrogram: false, half: 25,
  order: "harm", state: "open", below: 1, kind: "all", bulk: 0.999,
};

/** The reviewer's switches on this machine; unknown ones are left out. */
export function loadSettings() {
  try {
    const kept = JSON.parse(localStorage.getItem(SETTINGS) ?? "{}");
    const known = Object.entries(kept).filter(([name]) => name in DEFAULTS);
    return { ...DEFAULTS, ...Object.fromEntries(known) };
  } catch {
    return { ...DEFAULTS };
  }
}

export function saveSettings(settings) {
  try {
    localStorage.setItem(SETTINGS, JSON.stringify(settings));
  } catch { /* storage refused: the switches last as long as the page */ }
}
