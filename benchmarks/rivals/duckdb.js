/** DuckDB-WASM: the table loaded from Arrow, a query a facet. */
import * as duckdb from "@duckdb/duckdb-wasm";
import { tableFromIPC } from "apache-arrow";
import { facetsOf, since, sums } from "./state.js";

let connection;
let facets;

globalThis.prepare = async (address) => {
  const started = performance.now();
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
  facets = facetsOf(tableFromIPC(bytes));
  const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker("duckdb-browser-eh.worker.js"));
  await database.instantiate(new URL("duckdb-eh.wasm", location.href).href);
  connection = await database.connect();
  await connection.insertArrowFromIPCStream(bytes, { name: "images", create: true });
  return since(started);
};

const text = (value) => `'${value.replaceAll("'", "''")}'`;
const name = (facet) => `"${facet.replaceAll('"', '""')}"`;

function holds({ name: facet, isList }, values) {
  const list = values.map(text).join(",");
  return isList ? `list_has_any(${name(facet)}, [${list}])` : `${name(facet)} IN (${list})`;
}

globalThis.choose = async ({ any, none }) => {
  const started = performance.now();
  const counts = [];
  for (const facet of facets) {
    const conditions = facets.flatMap((each) => [
      ...(any[each.name] && each.name !== facet.name ? [holds(each, any[each.name])] : []),
      ...(none[each.name] ? [`NOT coalesce(${holds(each, none[each.name])}, false)`] : []),
    ]);
    const where = conditions.length ? ` WHERE ${conditions.join(" AND ")}` : "";
    const values = facet.isList ? `unnest(${name(facet.name)})` : name(facet.name);
    const answer = await connection.query(`SELECT value, count(*)::INTEGER FROM (SELECT ${values} AS value FROM images${where}) WHERE value IS NOT NULL GROUP BY value`);
    const [keys, found] = [answer.getChildAt(0), answer.getChildAt(1)];
    counts.push([facet.name, new Map(Array.from({ length: answer.numRows }, (_, i) => [keys.get(i), found.get(i)]))]);
  }
  return { time: since(started), sums: sums(counts) };
};
