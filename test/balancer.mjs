// Starts HAProxy before several nodes, with the configuration that the
// documentation has; only addresses are others.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const documented = path.join(import.meta.dirname, '../docs/haproxy.cfg');

// balance has HAProxy listen for requests to these nodes and returns what stops it.
export async function balance(folder, listen, nodes) {
  const text = (await readFile(documented, 'utf8'))
    .replace(/^\tbind .*$/m, `\tbind ${listen}`)
    .replace(/^\tserver .*\n/gm, '');
  const file = path.join(folder, 'haproxy.cfg');
  await writeFile(file, text + nodes.map((address, i) => `\tserver node${i} ${address}\n`).join(''));
  const search = `${process.env.PATH}:/usr/sbin`;
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore', env: { ...process.env, PATH: search } });
  const ended = new Promise((resolve) => { child.on('close', resolve).on('error', resolve); });
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  return () => {
    process.off('exit', kill);
    kill();
    return ended;
  };
}
