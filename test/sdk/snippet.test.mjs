// The Node program that `roster serve` prints at its first start must run as it
// stands where node-appwrite is installed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { start } from './server.mjs';
import { newest } from './versions.mjs';

test('the program printed at the first start runs as it stands', { skip: process.env.ROSTER_ENDPOINT && 'needs a server of its own' }, async (t) => {
  const server = await start();
  t.after(server.stop);
  const folder = await project();
  t.after(() => rm(folder, { recursive: true, force: true }));

  const program = snippetIn(server.output());
  assert.match(program, /node-appwrite/, `no program in:\n${server.output()}`);
  const file = path.join(folder, /^\s*import\s/m.test(program) ? 'first.mjs' : 'first.cjs');
  await writeFile(file, program);
  const { stderr } = await promisify(execFile)(process.execPath, [file], { cwd: folder, timeout: 20_000 });
  assert.equal(stderr, '');
});

// project makes a folder in which node-appwrite is installed.
async function project() {
  const folder = await mkdtemp(path.join(tmpdir(), 'roster-snippet-'));
  await mkdir(path.join(folder, 'node_modules'));
  const installed = path.join(import.meta.dirname, 'node_modules', `node-appwrite-${newest.major}`);
  await symlink(installed, path.join(folder, 'node_modules', 'node-appwrite'));
  return folder;
}

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
