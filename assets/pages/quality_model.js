// In which order do the segments stand, and what do they come to? Rows in, rows out; drawing: quality.js.
import { t } from "../i18n.js";

// first: the direction of a first click, +1 from low to high; worst first where there is a worse.
export const COLUMNS = [
  { name: "speaker", label: t("speaker"), first: 1, by: (row) => row.start },
  { name: "n", label: t("utterances"), first: -1, number: true },
  { name: "hours", label: t("time"), first: -1, number: true },
  { name: "cohesion", label: t("cohesion"), first: 1 },
  { name: "outliers", label: t("outliers"), first: -1, number: true },
  { name: "unreadable", label: t("unreadable"), first: -1, number: true },
  { name: "excluded", label: t("excluded"), first: -1, number: true },
  { name: "approved", label: t("state"), first: 1, by: (row) => Number(row.approved) },
];

/** `rows` by `name` in `direction`; what is unknown stands last either way, equal ones as in the corpus. */
export function sorted(rows, { name, direction }) {
  const value = COLUMNS.find((column) => column.name === name).by ?? ((row) => row[name]);
  const unknown = (row) => value(row) === null || value(row) === undefined;
  return [...rows].sort((a, b) => unknown(a) - unknown(b) || (unknown(a) ? 0 : (value(a) - value(b)) * direction) || a.start - b.start);
}

/** The next order after a click on `name`. */
export function clicked({ name, direction }, column) {
  return column === name ? { name, direction: -direction } : { name: column, direction: COLUMNS.find((one) => one.name === column).first };
}

export function totals(rows) {
  const sum = (name) => rows.reduce((all, row) => all + row[name], 0);
  return { n: sum("n"), hours: sum("hours"), outliers: sum("outliers"), unreadable: sum("unreadable") };
}

/** Where a click on a row leads: its lowest utterance when the click was on that, else the boundary where it begins. */
export const placeOf = (row, what) => (what === "outliers" && row.worst !== null ? Math.max(1, row.worst) : Math.max(1, row.start || row.stop));

/** Hours of sound: minutes where there is less than one. */
export const hours = (value) => (value >= 9.95 ? value.toFixed(0) : value >= 1 ? `${value.toFixed(1)}` : value > 0 ? t("{minutes} min", { minutes: Math.max(1, Math.round(value * 60)) }) : "–");
