/**
 * One way to the site's data, over http and from disk.
 *
 * Over http a file of `data/` is fetched, and unzipped here, so that a web server need not compress. From `file://` browsers block
 * `fetch`: there the same bytes lie beside the file as a script that calls `catalog.receive(name, payload)`. Callers cannot tell the
 * difference.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /**
   * `json`: a value, the file plain; `json.gz`: a value, the file zipped; `arrow.gz`: a Uint8Array, the bytes of the zipped file.
   * @typedef {"json" | "json.gz" | "arrow.gz"} Format
   */

  /** @typedef {(loaded: number, total: number) => void} Progress In bytes; the total is 0 where the server does not tell. */

  /** Loads under way or done, by file name. @type {Map<string, Promise<any>>} */
  const loads = new Map();

  /** Who is told of the progress of loads under way, by file name. @type {Map<string, Set<Progress>>} */
  const listeners = new Map();

  /** What data scripts have handed over, by name. @type {Map<string, any>} */
  const received = new Map();

  /**
   * A load that failed. Its message is a sentence for the reader of the page.
   */
  class LoadError extends Error {}
  catalog.LoadError = LoadError;

  /**
   * Called by the scripts in `data/`. A JSON value, or the bytes of a zipped file in base64.
   * @param {string} name
   * @param {any} payload
   */
  catalog.receive = (name, payload) => {
    received.set(name, payload);
  };

  /**
   * Loads one file of `data/`, once.
   * @param {string} name Without ending: `facets`, `cards/0/12`.
   * @param {Format} format
   * @param {Progress} [progress] Told while it is under way.
   * @returns {Promise<any>} Fails with a LoadError.
   */
  catalog.load = (name, format, progress) => {
    const file = `${name}.${format}`;
    let load = loads.get(file);
    if (!load) {
      listeners.set(file, new Set());
      load = (catalog.fromDisk ? fromScript(name, format) : overHttp(name, format)).finally(() => listeners.delete(file));
      load.catch(() => loads.delete(file)); // so that a second try is one
      loads.set(file, load);
    }
    if (progress) listeners.get(file)?.add(progress);
    return load;
  };

  /**
   * Lets go what was loaded: asked for again, it is loaded again. For the many small files that are seen and scrolled past.
   * @param {string} name
   * @param {Format} format
   */
  catalog.forget = (name, format) => {
    loads.delete(`${name}.${format}`);
  };

  /**
   * Runs a script of the site that is needed only now, once.
   * @param {string} path Relative to the site's top folder.
   * @returns {Promise<void>}
   */
  catalog.loadScript = (path) => {
    let load = loads.get(path);
    if (!load) {
      load = runScript(path, missing(path));
      loads.set(path, load);
      load.catch(() => loads.delete(path));
    }
    return load;
  };

  /**
   * @param {string} path Relative to the site's top folder.
   * @param {string} problem What to say where it is not there.
   * @returns {Promise<void>}
   */
  function runScript(path, problem) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = catalog.address(path);
      script.addEventListener("load", () => {
        script.remove();
        resolve();
      });
      script.addEventListener("error", () => {
        script.remove();
        reject(new LoadError(problem));
      });
      document.head.append(script);
    });
  }

  /**
   * @param {string} name
   * @param {Format} format
   */
  async function overHttp(name, format) {
    const file = `${name}.${format}`;
    const path = `data/${file}`;
    const lost = `The file ${path} of this catalogue could not be reached. Check the connection and reload the page.`;
    const response = await (ahead(file) ?? fetch(catalog.address(path), { cache: "no-cache" })).catch(() => {
      throw new LoadError(lost);
    });
    if (!response.ok) {
      throw new LoadError(
        `The file ${path} of this catalogue could not be loaded: the web server answered ${response.status}. ` +
          "Reload the page; if that does not help, tell whoever runs this site.",
      );
    }
    const bytes = await readAll(response, file).catch(() => {
      throw new LoadError(lost);
    });
    return read(bytes, format, path);
  }

  /**
   * @param {string} file
   * @returns {Promise<Response> | undefined} What the page asked for when it began to arrive; once, for a second try is one.
   */
  function ahead(file) {
    const answer = catalog.ahead?.get(file);
    catalog.ahead?.delete(file);
    return answer;
  }

  /**
   * Reads a response, telling how far it is.
   * @param {Response} response
   * @param {string} file
   * @returns {Promise<Uint8Array>}
   */
  async function readAll(response, file) {
    const { headers, body } = response;
    // Where the server says that it zipped the file for the way, its length is another than that of what arrives.
    const total = headers.get("content-encoding") ? 0 : Number(headers.get("content-length"));
    if (!body) return new Uint8Array(await response.arrayBuffer());
    return collect(body, (loaded) => tell(file, loaded, total));
  }

  /**
   * All that comes out of a stream. Collected here, it takes two thirds of the time that a `Response` takes for it.
   * @param {ReadableStream<Uint8Array>} stream
   * @param {(loaded: number) => void} [progress]
   * @returns {Promise<Uint8Array>}
   */
  async function collect(stream, progress = () => {}) {
    const reader = stream.getReader();
    /** @type {Uint8Array[]} */
    const pieces = [];
    let loaded = 0;
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      pieces.push(step.value);
      loaded += step.value.length;
      progress(loaded);
    }
    if (pieces.length === 1) return pieces[0];
    const bytes = new Uint8Array(loaded);
    let place = 0;
    for (const piece of pieces) {
      bytes.set(piece, place);
      place += piece.length;
    }
    return bytes;
  }

  /** @type {(file: string, loaded: number, total: number) => void} */
  function tell(file, loaded, total) {
    for (const listener of listeners.get(file) ?? []) listener(loaded, total);
  }

  /**
   * @param {string} name
   * @param {Format} format
   */
  async function fromScript(name, format) {
    const path = `data/${name}.js`;
    if (!received.has(name)) await runScript(path, missing(path));
    if (!received.has(name)) throw new LoadError(`The file ${path} of this catalogue is damaged: it handed over no data.`);
    const payload = received.get(name);
    received.delete(name); // the base64 text is a third larger than the bytes: let it go
    if (format === "json") return payload;
    const bytes = bytesOf(payload);
    tell(`${name}.${format}`, bytes.length, bytes.length);
    return read(bytes, format, path);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {Format} format
   * @param {string} path For messages.
   * @returns {Promise<any>}
   */
  async function read(bytes, format, path) {
    try {
      const plain = isZipped(bytes) ? await unzip(bytes) : bytes;
      return format === "arrow.gz" ? plain : JSON.parse(new TextDecoder().decode(plain));
    } catch (error) {
      if (error instanceof LoadError) throw error;
      throw new LoadError(`The file ${path} of this catalogue is damaged or not whole. Reload the page; if that does not help, tell whoever runs this site.`);
    }
  }

  /** Some servers unzip by themselves, or say that they zipped it and browsers do. @param {Uint8Array} bytes */
  const isZipped = (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b;

  /**
   * @param {Uint8Array} bytes
   * @returns {Promise<Uint8Array>}
   */
  async function unzip(bytes) {
    if (typeof DecompressionStream === "undefined") {
      throw new LoadError("This browser cannot unzip the data of this catalogue. Use Chrome 80, Firefox 113, Safari 16.4, or a later one.");
    }
    const { readable, writable } = new DecompressionStream("gzip");
    const writer = writable.getWriter();
    const written = writer.write(bytes).then(() => writer.close());
    const [plain] = await Promise.all([collect(readable), written]);
    return plain;
  }

  /**
   * @param {string} path
   * @returns {string}
   */
  function missing(path) {
    if (!catalog.fromDisk) return `The file ${path} of this catalogue could not be loaded. Reload the page.`;
    if (path.startsWith("data/")) {
      return (
        "This catalogue was built without the files for opening from disk: build it again with `catalog-builder build --offline`, " +
        "or open it over http with `catalog-builder serve`."
      );
    }
    return `The file ${path} is missing beside this page. Unpack the whole catalogue into a folder before opening it.`;
  }

  /**
   * @param {string} base64
   * @returns {Uint8Array}
   */
  function bytesOf(base64) {
    const native = /** @type {any} */ (Uint8Array).fromBase64;
    if (native) return native(base64);
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }
})();
