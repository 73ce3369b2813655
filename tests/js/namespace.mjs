/** Loads classic scripts of the site into Node, as a page would load them: one global `catalog`, no document. */
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const STATIC = new URL("../../templates/static/", import.meta.url);

/** @param {...string} scripts Names in `static/js/`, without ending, in the order of loading. */
export function load(...scripts) {
  for (const script of scripts) run(`js/${script}.js`);
  return globalThis.catalog;
}

/** @param {string} path A script of `static/`. */
export function run(path) {
  const url = new URL(path, STATIC);
  runInThisContext(readFileSync(url, "utf8"), { filename: url.pathname });
}

/** @param {string} path A file of `static/`. */
export const bytesOf = (path) => readFileSync(new URL(path, STATIC));

/**
 * Random numbers that are the same in every run (mulberry32).
 * @param {number} seed
 * @returns {(below: number) => number} A whole number from 0.
 */
export function random(seed) {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** The scripts of the facet engine, in the order of loading. */
export const ENGINE = ["fold", "query", "bits", "table", "counting", "columns", "conditions", "texts", "text-search", "order", "branches", "facets"];

/**
 * A table as `readTable` gives it, from plain rows.
 * @param {{id: number, name: string, values: Record<string, string[]>}[]} rows
 * @param {{facet: string, label?: string, kind?: string, labels?: Record<string, string>, layout?: string, unit?: string,
 *   groups?: {label: string, value: string, values: string[]}[]}[]} facets `layout`: how the column lies, one of `LAYOUTS`; sets by itself.
 * @param {{facet: string, label: string}[]} [search] Keys that are found by words alone.
 */
export function tableOf(rows, facets, search = []) {
  return { rows: rows.length, chunk: 500, columns: facets.map((facet) => columnOf(rows, facet)), search };
}

/** One value a row, sets of values, sets in two parts, one value a slot. */
export const LAYOUTS = ["single", "sets", "parts", "slots"];

function columnOf(rows, { facet, label = facet, kind = "choice", labels, layout = "sets", unit = "", groups = [] }) {
  const lists = rows.map((row) => row.values[facet] ?? []);
  const values = [...new Set(lists.flat())];
  if (kind === "number") values.sort((one, other) => Number(one) - Number(other));
  if (kind === "date") values.sort();
  const codes = lists.map((list) => list.map((value) => values.indexOf(value)));
  return {
    facet,
    label,
    kind,
    values,
    labels: values.map((value) => labels?.[value] ?? value),
    // Not every file tells them; where one does, they are what would be counted.
    counts: rows.length % 2 ? null : Int32Array.from([...values.keys(), -1], (code) => codes.filter((list) => (code < 0 ? !list.length : list.includes(code))).length),
    numbers: kind === "number" ? Float64Array.from(values, Number) : null,
    unit,
    groups: groups.map((group) => ({ ...group, codes: group.values.map((value) => values.indexOf(value)).filter((code) => code >= 0) })),
    isHidden: false,
    parts: partsOf(codes, values.length, layout),
  };
}

function partsOf(codes, none, layout) {
  if (layout === "single") return [{ codes: smallest(codes.map((list) => list[0] ?? none)), sets: null, starts: null }];
  if (layout === "sets") return [setsOf(codes)];
  if (layout === "parts") return [setsOf(codes.map((list) => list.slice(1))), setsOf(codes.map((list) => list.slice(0, 1)))];
  const slots = Math.max(0, ...codes.map((list) => list.length));
  return Array.from({ length: slots }, (_, slot) => ({ codes: smallest(codes.map((list) => list[slot] ?? none)), sets: null, starts: null }));
}

function setsOf(lists) {
  const names = [...new Set(lists.map(String))];
  const sets = names.map((name) => (name ? name.split(",").map(Number) : []));
  const starts = Int32Array.from([0, ...sets.map((_, i) => sets.slice(0, i + 1).flat().length)]);
  return { codes: smallest(lists.map((list) => names.indexOf(String(list)))), sets: Int32Array.from(sets.flat()), starts };
}

function smallest(codes) {
  const most = Math.max(0, ...codes);
  return (most < 256 ? Uint8Array : most < 65536 ? Uint16Array : Uint32Array).from(codes);
}

/**
 * `data/text.arrow.gz` of plain rows, unzipped.
 * @param {{name: string, values: Record<string, string[]>}[]} rows
 * @param {{facet: string}[]} [search]
 * @returns {Uint8Array}
 */
export function textsOf(rows, search = []) {
  const { fl } = globalThis;
  const column = (texts) => fl.columnFromArray(texts, fl.utf8());
  const columns = { name: column(rows.map((row) => row.name)) };
  for (const { facet } of search) columns[facet] = column(rows.map((row) => (row.values[facet]?.length ? row.values[facet].join("\u001f") : null)));
  return fl.tableToIPC(fl.tableFromColumns(columns), { format: "file" });
}

/**
 * `data/order.arrow.gz` of plain rows, unzipped: the place of each row by name.
 * @param {{name: string}[]} rows
 * @returns {Uint8Array}
 */
export function orderOf(rows) {
  const { fl, catalog } = globalThis;
  const keys = rows.map((row) => catalog.naturalKey(row.name));
  const order = rows.map((_, row) => row).sort((one, other) => catalog.compareNatural(keys[one], keys[other]) || one - other);
  const places = new Uint32Array(rows.length);
  order.forEach((row, place) => (places[row] = place));
  return fl.tableToIPC(fl.tableFromColumns({ name: fl.columnFromArray(places, fl.uint32()) }), { format: "file" });
}
