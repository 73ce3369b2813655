/** Rows of JSON, filtered and counted in a loop: what most static catalogues do. */
import { tableFromIPC } from "apache-arrow";
import { facetsOf, listOf, since, sums } from "./state.js";

let facets;
let rows;

globalThis.prepare = async (address) => {
  const started = performance.now();
  const table = tableFromIPC(await (await fetch(address)).arrayBuffer());
  facets = facetsOf(table).map(({ name }) => name);
  const columns = facets.map((name) => table.getChild(name));
  // As JSON.parse would have made them.
  rows = Array.from({ length: table.numRows }, (_, row) => Object.fromEntries(facets.map((name, i) => [name, listOf(columns[i].get(row))])));
  return since(started);
};

globalThis.choose = async ({ any, none }) => {
  const started = performance.now();
  const wanted = Object.entries(any).map(([facet, values]) => [facet, new Set(values)]);
  const left = Object.entries(none).map(([facet, values]) => [facet, new Set(values)]);
  const counts = new Map(facets.map((facet) => [facet, new Map()]));
  const add = (row, facet) => {
    const found = counts.get(facet);
    for (const value of row[facet]) found.set(value, (found.get(value) ?? 0) + 1);
  };
  for (const row of rows) {
    if (left.some(([facet, values]) => row[facet].some((value) => values.has(value)))) continue;
    const failed = wanted.filter(([facet, values]) => !row[facet].some((value) => values.has(value)));
    if (failed.length === 0) for (const facet of facets) add(row, facet);
    else if (failed.length === 1) add(row, failed[0][0]);
  }
  return { time: since(started), sums: sums(counts) };
};
