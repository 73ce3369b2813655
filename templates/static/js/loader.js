/**
 * One way to the site's data, over http and from disk.
 *
 * Over http a file of `data/` is fetched. From `file://` browsers block `fetch`, so the same data lies beside it as a script
 * that calls `catalog.receive(name, payload)`. Callers cannot tell the difference.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** @typedef {"json" | "arrow"} Format */

  /** Loads under way or done, by file name. @type {Map<string, Promise<any>>} */
  const loads = new Map();

  /** What data scripts have handed over, by name. @type {Map<string, any>} */
  const received = new Map();


  /**
   * A load that failed. Its message is a sentence for the reader of the page.
   */
  class LoadError extends Error {}
  catalog.LoadError = LoadError;

  /**
   * Called by the scripts in `data/`. A JSON value, or the bytes of an Arrow file in base64.
   * @param {string} name
   * @param {any} payload
   */
  catalog.receive = (name, payload) => {
    received.set(name, payload);
  };

  /**
   * Loads one file of `data/`, once.
   * @param {string} name Without folder and ending: `images`.
   * @param {Format} format
   * @returns {Promise<any>} A JSON value, or a Uint8Array for `arrow`. Fails with a LoadError.
   */
  catalog.load = (name, format) => {
    const key = `${name}.${format}`;
    let load = loads.get(key);
    if (!load) {
      load = catalog.fromDisk ? fromScript(name, format) : overHttp(name, format);
      loads.set(key, load);
      load.catch(() => loads.delete(key)); // so that a second try is one
    }
    return load;
  };

  /**
   * Runs a script of the site that is needed only now, once.
   * @param {string} path Relative to the site's top folder.
   * @returns {Promise<void>}
   */
  catalog.loadScript = (path) => {
    let load = loads.get(path);
    if (!load) {
      load = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = catalog.address(path);
        script.addEventListener("load", () => resolve(undefined));
        script.addEventListener("error", () => {
          script.remove();
          reject(new LoadError(missing(path)));
        });
        document.head.append(script);
      });
      loads.set(path, load);
      load.catch(() => loads.delete(path));
    }
    return load;
  };

  /**
   * @param {string} name
   * @param {Format} format
   */
  async function overHttp(name, format) {
    const path = `data/${name}.${format}`;
    let response;
    try {
      response = await fetch(catalog.address(path), { cache: "no-cache" });
    } catch {
      throw new LoadError(`The file ${path} of this catalogue could not be reached. Check the connection and reload the page.`);
    }
    if (!response.ok) {
      throw new LoadError(
        `The file ${path} of this catalogue could not be loaded: the web server answered ${response.status}. ` +
          "Reload the page; if that does not help, tell whoever runs this site.",
      );
    }
    return format === "json" ? response.json() : new Uint8Array(await response.arrayBuffer());
  }

  /**
   * @param {string} name
   * @param {Format} format
   */
  async function fromScript(name, format) {
    if (!received.has(name)) await catalog.loadScript(`data/${name}.js`);
    if (!received.has(name)) throw new LoadError(`The file data/${name}.js of this catalogue is damaged: it handed over no data.`);
    const payload = received.get(name);
    received.delete(name); // the base64 text is half as large again as the bytes: let it go
    return format === "json" ? payload : bytesOf(payload);
  }

  /**
   * @param {string} path
   * @returns {string}
   */
  function missing(path) {
    if (!catalog.fromDisk) return `The file ${path} of this catalogue could not be loaded. Reload the page.`;
    return (
      `The file ${path} is missing beside this page. Unpack the whole catalogue into a folder before opening it; ` +
      "if that was done, it was built without the files for opening from disk."
    );
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
