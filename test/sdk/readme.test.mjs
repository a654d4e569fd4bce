// The programs in the README must run as they stand where the packages that they
// name are installed, but for the address of the server.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { connect } from '../server.mjs';
import { run } from './program.mjs';

const address = 'http://127.0.0.1:8080/v1';

// printed is what the program under each heading prints.
const printed = {
  'With the SDK': /^1 important people\n\[[^\]]*user\.create'\s*\]\n$/,
  'Move users in, and let them sign in': new RegExp([
    "^Noor Haddad is in, and the password's hash is argon2 now",
    "Jonas Weber is in, and the password's hash is argon2 now",
    '6 recovery codes, for when the phone is lost',
    'user_more_factors_required',
    'Noor Haddad is in with password and totp\n$',
  ].join('\n')),
};

const readme = await readFile(path.join(import.meta.dirname, '../../README.md'), 'utf8');
const programs = readme.split(/^## /m).flatMap((section) => {
  const [heading] = section.split('\n', 1);
  return [...section.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, program]) => [heading, program]);
});

test('every program of the README is run', () => {
  assert.deepEqual(programs.map(([heading]) => heading), Object.keys(printed));
});

for (const [heading, program] of programs) {
  test(`the program under "${heading}" runs as it stands`, async (t) => {
    const server = await connect();
    t.after(server.stop);
    assert.ok(program.includes(address));
    const here = program.replace(address, server.endpoint);
    const { stdout } = await run(t, 'readme.mjs', here, { ROSTER_KEY: server.key, ROSTER_PROJECT: server.project });
    assert.match(stdout, printed[heading]);
  });
}
