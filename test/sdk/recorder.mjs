// An HTTP relay between the SDKs and the server that keeps the bytes of each
// exchange, since the SDKs hide status, headers and body behind their result.
import http from 'node:http';
import https from 'node:https';
import zlib from 'node:zlib';

// callHeader marks a request whose exchange is kept; it is not passed on.
export const callHeader = 'x-suite-call';

const decoders = { gzip: zlib.gunzipSync, deflate: zlib.inflateSync, br: zlib.brotliDecompressSync };

// record listens on a free local port and relays to endpoint.
export async function record(endpoint) {
  const target = new URL(endpoint);
  const { request, Agent } = target.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true });
  const exchanges = new Map();

  const relay = http.createServer(async (incoming, outgoing) => {
    try {
      const body = await collect(incoming);
      const sent = request({
        agent, host: target.hostname, port: target.port, method: incoming.method, path: incoming.url,
        headers: relayed(incoming.rawHeaders, target.host),
      });
      const response = await new Promise((resolve, reject) => {
        sent.on('response', resolve).on('error', reject).end(body);
      });
      const answer = await collect(response);
      const call = incoming.headers[callHeader];
      if (call) exchanges.set(call, exchange(incoming, body, response, answer));
      outgoing.writeHead(response.statusCode, response.rawHeaders).end(answer);
    } catch (error) {
      outgoing.destroy(error);
    }
  });
  relay.keepAliveTimeout = 60_000; // longer than any pause between two calls
  await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));

  return {
    endpoint: `http://127.0.0.1:${relay.address().port}${target.pathname}`,
    // take hands out an exchange once; undefined if no request was made.
    take(call) {
      const found = exchanges.get(call);
      exchanges.delete(call);
      return found;
    },
    stop() {
      agent.destroy();
      relay.closeAllConnections();
      return new Promise((resolve) => relay.close(resolve));
    },
  };
}

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function relayed(raw, host) {
  const headers = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    if (name !== callHeader) headers.push(raw[i], name === 'host' ? host : raw[i + 1]);
  }
  return headers;
}

function exchange(incoming, body, response, answer) {
  const decode = decoders[response.headers['content-encoding']] ?? ((bytes) => bytes);
  return {
    request: { method: incoming.method, path: incoming.url, headers: incoming.headers, text: body.toString() },
    status: response.statusCode,
    headers: response.headers,
    text: decode(answer).toString(),
  };
}
