/** crossfilter2: a dimension and a group a facet; a second dimension where values of a list are left out. */
import { tableFromIPC } from "apache-arrow";
import crossfilter from "crossfilter2";
import { facetsOf, listOf, since, sums } from "./state.js";

let facets;
let now = { any: {}, none: {} };

globalThis.prepare = async (address) => {
  const started = performance.now();
  const table = tableFromIPC(await (await fetch(address)).arrayBuffer());
  const columns = facetsOf(table).map(({ name, isList }) => ({ name, isList, column: table.getChild(name) }));
  const filter = crossfilter(Array.from({ length: table.numRows }, (_, row) => columns.map(({ column }) => listOf(column.get(row)))));
  facets = columns.map(({ name, isList }, i) => {
    const dimension = filter.dimension((row) => (isList ? row[i] : row[i][0] ?? ""), isList);
    const sets = new Sets();
    return { name, dimension, group: dimension.group(), without: filter.dimension((row) => sets.number(row[i])), sets };
  });
  for (const { group } of facets) group.all();
  return since(started);
};

globalThis.choose = async (state) => {
  const started = performance.now();
  for (const { name, dimension, without, sets } of facets) {
    const same = (part) => JSON.stringify(state[part][name] ?? []) === JSON.stringify(now[part][name] ?? []);
    const wanted = new Set(state.any[name] ?? []);
    const left = new Set(state.none[name] ?? []);
    if (!same("any")) wanted.size ? dimension.filterFunction((value) => wanted.has(value)) : dimension.filterAll();
    if (!same("none")) left.size ? without.filterFunction((set) => !sets.values[set].some((value) => left.has(value))) : without.filterAll();
  }
  now = state;
  const counts = facets.map(({ name, group }) => [name, new Map(group.all().filter(({ key }) => key !== "").map(({ key, value }) => [key, value]))]);
  return { time: since(started), sums: sums(counts) };
};

/** The distinct lists of values, each under a number: a dimension over lists cannot say "holds none of these". */
class Sets {
  constructor() {
    this.numbers = new Map();
    this.values = [];
  }

  number(values) {
    const key = values.join("\u001f");
    if (!this.numbers.has(key)) this.numbers.set(key, this.values.push(values) - 1);
    return this.numbers.get(key);
  }
}
