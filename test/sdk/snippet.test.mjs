// The Node program that `roster serve` prints at its first start must run as it
// stands where node-appwrite is installed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from '../server.mjs';
import { run } from './program.mjs';

test('the program printed at the first start runs as it stands', { skip: process.env.ROSTER_ENDPOINT && 'needs a server of its own' }, async (t) => {
  const server = await start();
  t.after(server.stop);
  const program = snippetIn(server.output());
  assert.match(program, /node-appwrite/, `no program in:\n${server.output()}`);
  const { stderr } = await run(t, 'first.mjs', program);
  assert.equal(stderr, '');
});

// snippetIn returns the indented block that mentions node-appwrite, without its
// indentation.
function snippetIn(output) {
  const lines = output.split('\n');
  const mention = lines.findIndex((line) => /(from|require\() ?['"]node-appwrite['"]/.test(line));
  if (mention < 0) return '';
  const [indent] = lines[mention].match(/^\s*/);
  const inside = (line) => line?.trim() === '' || line?.startsWith(indent);
  let [from, to] = [mention, mention];
  while (from > 0 && inside(lines[from - 1])) from--;
  while (to < lines.length - 1 && inside(lines[to + 1])) to++;
  return lines.slice(from, to + 1).map((line) => line.slice(indent.length)).join('\n');
}
