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

/**
 * A table as `readTable` gives it, from plain rows.
 * @param {{id: number, name: string, picture?: boolean, values: Record<string, string[]>}[]} rows
 * @param {{facet: string, label?: string, labels?: Record<string, string>, single?: boolean}[]} facets
 */
export function tableOf(rows, facets) {
  const encoder = new TextEncoder();
  const names = rows.map((row) => encoder.encode(row.name));
  const offsets = Int32Array.from([0, ...names.map((_, i) => names.slice(0, i + 1).reduce((sum, name) => sum + name.length, 0))]);
  const bytes = new Uint8Array(offsets[rows.length]);
  names.forEach((name, i) => bytes.set(name, offsets[i]));
  return {
    rows: rows.length,
    columns: facets.map((facet) => columnOf(rows, facet)),
    names: { bytes, offsets },
    id: (row) => rows[row].id,
    name: (row) => rows[row].name,
    hasPicture: (row) => rows[row].picture ?? true,
  };
}

function columnOf(rows, { facet, label = facet, labels, single = false }) {
  const lists = rows.map((row) => row.values[facet] ?? []);
  const values = [...new Set(lists.flat())];
  const code = (value) => values.indexOf(value);
  return {
    facet,
    label,
    values,
    labels: values.map((value) => labels?.[value] ?? value),
    codes: Int32Array.from(single ? lists.map((list) => (list.length ? code(list[0]) : values.length)) : lists.flat().map(code)),
    offsets: single ? null : Int32Array.from([0, ...lists.map((_, i) => lists.slice(0, i + 1).flat().length)]),
  };
}
