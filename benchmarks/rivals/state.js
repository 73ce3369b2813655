/** What all rivals share: a state is {any: {facet: values}, none: {facet: values}}; facets are joined by and. */

/**
 * @param {import("apache-arrow").Table} table
 * @returns {{name: string, isList: boolean}[]} The facets of the table.
 */
export const facetsOf = (table) => table.schema.fields.map((field) => ({ name: field.name, isList: Boolean(field.type.children?.length) }));

/**
 * @param {any} value Of a row: a text, a list of texts, or null.
 * @returns {string[]}
 */
export const listOf = (value) => (value === null || value === undefined ? [] : typeof value === "string" ? [value] : Array.from(value));

/** @param {number} from @returns {number} Milliseconds since then. */
export const since = (from) => performance.now() - from;

/**
 * The sum over all counts, by which two rivals are known to have counted the same.
 * @param {Iterable<[string, Map<string, number>]>} counts By facet.
 * @returns {Record<string, number>}
 */
export const sums = (counts) => Object.fromEntries([...counts].map(([facet, found]) => [facet, [...found.values()].reduce((sum, count) => sum + count, 0)]));
