// Another provider, at which people sign in by OpenID Connect: discovery, codes
// and signed ID tokens, and no more.
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import http from 'node:http';

export const client = { clientId: 'roster-suite', clientSecret: 'secret of the suite' };

// provide starts a provider on a free local port. It takes the word of a browser
// for who is in front of it.
export async function provide() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const asked = new Map(); // by code: what was asked, and who signed in

  const routes = {
    '/.well-known/openid-configuration': (_, { url }) => ({
      issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token`, jwks_uri: `${url}/keys`,
      response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    }),
    '/keys': () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'key', alg: 'ES256', use: 'sig' }] }),
    '/authorize': (query, { person }) => {
      const back = new URL(query.get('redirect_uri'));
      back.searchParams.set('state', query.get('state'));
      const code = randomUUID();
      if (person) asked.set(code, { query, person });
      back.searchParams.set(...(person ? ['code', code] : ['error', 'access_denied']));
      return back;
    },
    '/token': (form, { url }) => {
      const { query, person: claimed } = asked.get(form.get('code')) ?? {};
      asked.delete(form.get('code'));
      const proven = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
      if (!query || proven !== query.get('code_challenge') || form.get('client_secret') !== client.clientSecret) return undefined;
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: url, aud: client.clientId, iat: now, exp: now + 60, nonce: query.get('nonce'), ...claimed };
      return { access_token: 'access', refresh_token: 'refresh', token_type: 'Bearer', expires_in: 3600, id_token: signed(claims, privateKey) };
    },
  };

  const server = http.createServer(async (incoming, outgoing) => {
    const url = `http://${incoming.headers.host}`;
    const { pathname, searchParams } = new URL(incoming.url, url);
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const answer = routes[pathname]?.(body ? new URLSearchParams(body) : searchParams, { url, person: JSON.parse(incoming.headers['x-person'] ?? 'null') });
    if (answer instanceof URL) outgoing.writeHead(302, { location: answer.href }).end();
    else outgoing.writeHead(answer ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? { error: 'invalid_request' }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    wellKnownURL: `http://127.0.0.1:${server.address().port}/.well-known/openid-configuration`,
    stop: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

function signed(claims, key) {
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const content = `${encode({ typ: 'JWT', alg: 'ES256', kid: 'key' })}.${encode(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

// browse follows redirects from url as a browser does, with its cookies, until it
// leaves for a page of the product, and returns where that is. In front of it is
// a person, whose claims the provider makes, or somebody whom it does not know.
export async function browse(url, person) {
  const cookies = new Map();
  for (let hops = 0; hops < 10; hops++) {
    const { hostname } = new URL(url);
    if (hostname.endsWith('.example')) return new URL(url);
    const headers = { cookie: [...cookies].map((pair) => pair.join('=')).join('; '), ...(person && { 'x-person': JSON.stringify(person) }) };
    const response = await fetch(url, { redirect: 'manual', headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      cookies.set(name, value);
    }
    const next = response.headers.get('location');
    if (!next) throw new Error(`${url} = ${response.status} ${await response.text()}`);
    url = new URL(next, url).href;
  }
  throw new Error('too many redirects');
}
