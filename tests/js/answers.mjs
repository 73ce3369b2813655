/**
 * Answers queries as the explorer does, for tests in other languages: a site's folder as the argument, a JSON list of queries on
 * standard input, a JSON list of `{rows}` on standard output; or, for `{text, word}` in place of a query, whether it is found there.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ENGINE, load, run } from "./namespace.mjs";

run("vendor/flechette.min.js");
const catalog = load(...ENGINE);
const { fl } = globalThis;
const site = process.argv[2];
const file = (name) => new Uint8Array(gunzipSync(readFileSync(join(site, "data", `${name}.arrow.gz`))));

const engine = new catalog.Facets(catalog.readTable(file("facets"), fl));
engine.giveText(file("text"), fl);
engine.giveOrder(file("order"), fl);

const answers = JSON.parse(readFileSync(0, "utf8")).map((asked) => {
  if (typeof asked !== "string") return catalog.terms(asked.word).map((word) => [word, catalog.holds(catalog.fold(asked.text), word)]);
  const state = catalog.query.parse(asked);
  engine.apply(state);
  return { rows: engine.rows(0, engine.total), address: catalog.query.format(state) };
});
process.stdout.write(JSON.stringify(answers));
