// The program in the README must run as it stands where node-appwrite is
// installed, but for the address of the server.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { connect } from '../server.mjs';
import { run } from './program.mjs';

test('the program of the README runs as it stands', async (t) => {
  const server = await connect();
  t.after(server.stop);
  const readme = await readFile(path.join(import.meta.dirname, '../../README.md'), 'utf8');
  const [, program] = readme.match(/```js\n([\s\S]*?)```/);
  const here = program.replace('http://127.0.0.1:8080/v1', server.endpoint);
  assert.notEqual(here, program);
  const { stdout } = await run(t, 'readme.mjs', here, { ROSTER_KEY: server.key, ROSTER_PROJECT: server.project });
  assert.match(stdout, /^1 important people\n/);
  assert.match(stdout, /user\.create'\s*\]/);
});
