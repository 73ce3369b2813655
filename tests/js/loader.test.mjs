/** The loader: over http from a real server, and from disk by scripts, as a page gets them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { load } from "./namespace.mjs";

globalThis.catalog = { root: "", fromDisk: false, address: (path) => catalog.root + path };
const catalog = load("loader");

const BYTES = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7);
const VALUE = { id: [1, 2], name: ["Über", "b"] };

/** What the server answers by path: body, and headers that it adds. @type {Map<string, {body: Uint8Array, headers?: Record<string, string>}>} */
const files = new Map();
const asked = [];
let server;
let folder;

before(async () => {
  folder = pathToFileURL(await mkdtemp(join(tmpdir(), "loader-"))).href + "/";
  server = createServer((request, response) => {
    asked.push(request.url);
    const file = files.get(request.url);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-length": file.body.length, ...file.headers });
    response.end(file.body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(fileURLToPath(folder), { recursive: true });
});

beforeEach(() => {
  catalog.fromDisk = false;
  catalog.root = `http://127.0.0.1:${server.address().port}/`;
  asked.length = 0;
  files.clear();
});

/** Puts a page onto the disk that runs scripts as browsers do: by an element in its head. */
async function onDisk(scripts) {
  catalog.fromDisk = true;
  catalog.root = folder;
  for (const [path, text] of Object.entries(scripts)) {
    const file = fileURLToPath(folder + path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  globalThis.document = { createElement: () => Object.assign(new EventTarget(), { src: "", remove() {} }), head: { append: runLater } };
}

function runLater(script) {
  asked.push(script.src.replace(catalog.root, "/"));
  setTimeout(() => {
    let text;
    try {
      text = readFileSync(fileURLToPath(script.src), "utf8");
    } catch {
      script.dispatchEvent(new Event("error"));
      return;
    }
    runInThisContext(text);
    script.dispatchEvent(new Event("load"));
  });
}

const receive = (name, bytes) => `catalog.receive(${JSON.stringify(name)},"${Buffer.from(bytes).toString("base64")}");`;

async function failure(promise) {
  const error = await promise.then(() => assert.fail("it did not fail"), (problem) => problem);
  assert.ok(error instanceof catalog.LoadError, String(error));
  return error.message;
}

test("zipped files are unzipped, whoever zipped them", async () => {
  files.set("/data/a.arrow.gz", { body: gzipSync(BYTES) });
  files.set("/data/b.arrow.gz", { body: gzipSync(BYTES), headers: { "content-encoding": "gzip" } }); // the server says so: fetch unzips
  files.set("/data/c.arrow.gz", { body: BYTES });
  for (const name of ["a", "b", "c"]) assert.deepEqual(await catalog.load(name, "arrow.gz"), BYTES, name);
  files.set("/data/cards/0/12.json.gz", { body: gzipSync(JSON.stringify(VALUE)) });
  files.set("/data/d.json", { body: Buffer.from(JSON.stringify(VALUE)) });
  assert.deepEqual(await catalog.load("cards/0/12", "json.gz"), VALUE);
  assert.deepEqual(await catalog.load("d", "json"), VALUE);
});

test("a file is loaded once, until it is forgotten", async () => {
  files.set("/data/once.json.gz", { body: gzipSync("[1]") });
  const [one, other] = await Promise.all([catalog.load("once", "json.gz"), catalog.load("once", "json.gz")]);
  assert.equal(one, other);
  assert.equal(await catalog.load("once", "json.gz"), one);
  assert.equal(asked.length, 1);
  catalog.forget("once", "json.gz");
  assert.deepEqual(await catalog.load("once", "json.gz"), [1]);
  assert.equal(asked.length, 2);
});

test("progress is told in bytes on the way, to all who wait", async () => {
  const body = gzipSync(BYTES);
  files.set("/data/far.arrow.gz", { body });
  const heard = [[], []];
  const loads = heard.map((list) => catalog.load("far", "arrow.gz", (loaded, total) => list.push([loaded, total])));
  await Promise.all(loads);
  assert.deepEqual(heard[0].at(-1), [body.length, body.length]);
  assert.deepEqual(heard[0], heard[1]);
  assert.ok(heard[0].every(([loaded], place) => !place || loaded > heard[0][place - 1][0]));

  files.set("/data/near.arrow.gz", { body, headers: { "content-encoding": "gzip" } });
  const told = [];
  await catalog.load("near", "arrow.gz", (loaded, total) => told.push([loaded, total]));
  assert.deepEqual(told.at(-1), [BYTES.length, 0], "the length on the way is not that of what arrives");
});

test("a file that does not come is told in a sentence, and asked for again", async () => {
  assert.match(await failure(catalog.load("gone", "json.gz")), /data\/gone\.json\.gz .* answered 404/);
  files.set("/data/gone.json.gz", { body: gzipSync("1") });
  assert.equal(await catalog.load("gone", "json.gz"), 1);

  const whole = gzipSync(BYTES);
  files.set("/data/cut.arrow.gz", { body: whole.subarray(0, 5000) });
  assert.match(await failure(catalog.load("cut", "arrow.gz")), /data\/cut\.arrow\.gz .* damaged/);
  files.set("/data/cut.json", { body: Buffer.from("[1,") });
  assert.match(await failure(catalog.load("cut", "json")), /data\/cut\.json .* damaged/);
  catalog.root = "http://127.0.0.1:1/";
  assert.match(await failure(catalog.load("far away", "json")), /could not be reached/);
});

test("from disk the same comes as scripts", async () => {
  await onDisk({
    "data/facets.js": receive("facets", gzipSync(BYTES)),
    "data/cards/0/7.js": receive("cards/0/7", gzipSync(JSON.stringify(VALUE))),
    "data/search.js": `catalog.receive("search",${JSON.stringify(VALUE)});`,
  });
  const told = [];
  assert.deepEqual(await catalog.load("facets", "arrow.gz", (...each) => told.push(each)), BYTES);
  assert.equal(told.length, 1);
  assert.deepEqual(await catalog.load("cards/0/7", "json.gz"), VALUE);
  assert.deepEqual(await catalog.load("search", "json"), VALUE);
  assert.deepEqual(asked, ["/data/facets.js", "/data/cards/0/7.js", "/data/search.js"]);
  catalog.forget("cards/0/7", "json.gz");
  assert.deepEqual(await catalog.load("cards/0/7", "json.gz"), VALUE, "and again, once forgotten");
});

test("from disk, what was not written for it is told with what to type", async () => {
  await onDisk({ "data/empty.js": "" });
  const sentence =
    "This catalogue was built without the files for opening from disk: build it again with `catalog-builder build --offline`, " +
    "or open it over http with `catalog-builder serve`.";
  assert.equal(await failure(catalog.load("text", "arrow.gz")), sentence);
  assert.match(await failure(catalog.load("empty", "json.gz")), /data\/empty\.js .* handed over no data/);
  assert.match(await failure(catalog.loadScript("static/vendor/lunr.min.js")), /lunr\.min\.js is missing beside this page/);
});
