// Runs a program as a user would: in a folder of its own where node-appwrite, and
// what the README names besides, are installed.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { newest } from './versions.mjs';

export async function run(t, name, source, env = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'roster-program-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, 'node_modules'));
  for (const [name, installed] of [['node-appwrite', `node-appwrite-${newest.major}`], ['otpauth', 'otpauth']]) {
    await symlink(path.join(import.meta.dirname, 'node_modules', installed), path.join(folder, 'node_modules', name));
  }
  await writeFile(path.join(folder, name), source);
  return promisify(execFile)(process.execPath, [name], { cwd: folder, timeout: 20_000, env: { ...process.env, ...env } });
}
