// Starts and stops the server under test, or takes one that already runs.
import { spawn, execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { balance } from './balancer.mjs';

const execute = promisify(execFile);
// scopes are those of the key with which the suites call.
const scopes = ['users.read', 'users.write', 'sessions.write', 'teams.read', 'teams.write', 'providers.read', 'providers.write', 'policies.write', 'project.oauth2.write'];

export const binary = path.resolve(process.env.ROSTER_BIN ?? path.join(import.meta.dirname, '../bin/roster'));

// connect returns the server that ROSTER_ENDPOINT, ROSTER_PROJECT and
// ROSTER_KEY name, or a new one of its own, started with these flags.
export async function connect(...flags) {
  const { ROSTER_ENDPOINT: endpoint, ROSTER_PROJECT: project = 'default', ROSTER_KEY: key } = process.env;
  if (!endpoint) return start(...flags);
  if (!key) throw new Error(`ROSTER_ENDPOINT needs ROSTER_KEY, an API key with ${scopes.join(', ')}`);
  return { endpoint, project, key, own: false, stop: async () => {} };
}

// start runs the binary with these flags on a new data folder and a free port: once,
// or twice behind HAProxy if ROSTER_TEST_POSTGRES names a server for both. The
// result has own: true, nodes, createKey, set, output(), what the server has printed so
// far, and with --mail keep mailTo(address), the newest mail to it once there is one.
export async function start(...flags) {
  const folder = await mkdtemp(path.join(tmpdir(), 'roster-suite-'));
  const listen = `127.0.0.1:${await freePort()}`;
  await freshDatabase(folder);
  const server = await (databases.has(folder) ? balanced : run)(folder, listen, flags);
  const endpoint = `http://${listen}/v1`;
  await answers(`${endpoint}/ping?project=default`, server);
  const createKey = (scopes, ...flags) => newKey(folder, scopes, flags);
  const set = (...settings) => roster('project', 'set', 'default', '--data', folder, ...settings);
  return {
    endpoint, project: 'default', own: true, nodes: databases.has(folder) ? 2 : 1, createKey, set, output: server.output, mailTo: (address) => mailTo(folder, address),
    key: await createKey(scopes),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// freshDatabase makes a database on the PostgreSQL server that
// ROSTER_TEST_POSTGRES names, if it does, for all commands on this data folder.
async function freshDatabase(folder) {
  const { ROSTER_TEST_POSTGRES: server } = process.env;
  if (!server) return;
  const name = path.basename(folder).toLowerCase().replaceAll('-', '_');
  await execute('psql', [server, '--quiet', '--command', `create database ${name}`]);
  const url = new URL(server);
  url.pathname = name;
  databases.set(folder, String(url));
}

const databases = new Map();

// environment is that of the commands with these arguments.
function environment(args) {
  const database = databases.get(args[args.indexOf('--data') + 1]);
  return database ? { ...process.env, ROSTER_DATABASE: database } : process.env;
}

const roster = (...args) => execute(binary, args, { env: environment(args) });

// balanced runs two nodes on the folder's database, and HAProxy before them.
async function balanced(folder, listen, flags) {
  const addresses = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const nodes = addresses.map((address) => run(folder, address, ['--trusted-proxies', '127.0.0.1', ...flags]));
  const stopBalancing = await balance(folder, listen, addresses);
  const each = (what) => nodes.map((node) => node[what]());
  return {
    output: () => each('output').join(''),
    log: () => each('log').join(''),
    ended: Promise.race(nodes.map((node) => node.ended)),
    stop: async () => {
      await stopBalancing();
      await Promise.all(each('stop'));
    },
  };
}

function run(folder, listen, flags) {
  const args = ['serve', '--data', folder, '--listen', listen, ...flags];
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment(args) });
  let printed = '', log = '';
  child.stdout.setEncoding('utf8').on('data', (text) => { printed += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { log += text; });
  const ended = new Promise((resolve) => {
    child.on('close', resolve).on('error', (error) => resolve(error));
  });
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  return {
    output: () => printed,
    log: () => log,
    ended,
    stop: () => {
      process.off('exit', kill);
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function answers(url, server) {
  let over = false;
  server.ended.then((reason) => { over = reason ?? true; });
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(20)) {
    if (over) throw new Error(`${binary} ended (${over}):\n${server.output()}${server.log()}`);
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok && (await response.text()).includes('Pong!')) return;
  }
  await server.stop();
  throw new Error(`${url} did not answer in 20 seconds:\n${server.log()}`);
}

async function newKey(folder, scopes, flags) {
  const wanted = scopes.flatMap((scope) => ['--scope', scope]);
  const args = ['key', 'create', '--data', folder, '--project', 'default', '--name', 'suite', ...wanted, ...flags, '--json'];
  const { stdout } = await roster(...args);
  return JSON.parse(stdout).secret;
}

async function mailTo(folder, address) {
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(50)) {
    const { stdout } = await roster('mail', 'list', '--data', folder, '--json');
    const mail = JSON.parse(stdout).find(({ to }) => to === address);
    if (mail) return mail;
  }
  throw new Error(`no mail to ${address} in 20 seconds`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
