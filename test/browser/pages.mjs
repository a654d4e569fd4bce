// Serves the pages under test: /28 is one with major 28 of the SDK and nothing
// else, made as its users make theirs.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

const page = (major) => `<!doctype html>
<meta charset="utf-8">
<title>Page under test</title>
<link rel="icon" href="data:,">
<script src="/appwrite-${major}.js"></script>
<script>
  const { endpoint, project } = Object.fromEntries(new URLSearchParams(location.search));
  const client = new Appwrite.Client().setEndpoint(endpoint).setProject(project);
  const sdk = { client, account: new Appwrite.Account(client), teams: new Appwrite.Teams(client) };
</script>
`;

// servePages listens on a free local port.
export async function servePages() {
  const server = http.createServer(async ({ url }, answer) => {
    const [, script, major] = url.match(/^\/(appwrite-)?(\d+)/) ?? [];
    if (!major) return answer.writeHead(404).end();
    if (!script) return answer.writeHead(200, { 'content-type': 'text/html' }).end(page(major));
    answer.writeHead(200, { 'content-type': 'text/javascript' }).end(await readFile(sdkFile(major)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const sdkFile = (major) => path.join(import.meta.dirname, 'node_modules', `appwrite-${major}`, 'dist/iife/sdk.js');
