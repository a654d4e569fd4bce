// The SDK majors under test, each described once, and what they ship.

// versions: styles are the ways a major's methods take arguments; format is
// the X-Appwrite-Response-Format it sends; queries the syntax of its Query;
// unique what its ID.unique() gives: an id, or the literal "unique()" that asks
// the server for one.
export const versions = [
  { major: 9, styles: ['positional'], format: '1.0.0', queries: 'legacy', unique: 'literal' },
  { major: 14, styles: ['positional'], format: '1.6.0', queries: 'json', unique: 'id' },
  { major: 17, styles: ['positional'], format: '1.7.0', queries: 'json', unique: 'id' },
  { major: 20, styles: ['positional', 'object'], format: '1.8.0', queries: 'json', unique: 'id' },
  { major: 26, styles: ['positional', 'object'], format: '1.9.5', queries: 'json', unique: 'id' },
  { major: 27, styles: ['positional', 'object'], format: '1.9.5', queries: 'json', unique: 'id' },
];

export const newest = versions.at(-1);

// load returns a major's module, however it exports.
export async function load({ major }) {
  const module = await import(`node-appwrite-${major}`);
  return module.Users ? module : module.default;
}

// queryHelpers returns the names of a module's Query functions.
export function queryHelpers({ Query }) {
  const internal = ['prototype', 'length', 'name', 'addQuery', 'parseValues'];
  return Object.getOwnPropertyNames(Query).filter((name) => !internal.includes(name));
}

// isBelow compares two versions such as 1.9.5 number by number.
export function isBelow(version, threshold) {
  const [a, b] = [version, threshold].map((text) => text.split('.').map(Number));
  for (let i = 0; i < b.length; i++) {
    if ((a[i] ?? 0) !== b[i]) return (a[i] ?? 0) < b[i];
  }
  return false;
}
