// Another provider, where people have an account already: OpenID Connect with
// one page, on which they allow, by a link or a form, or deny (OpenID Connect Core
// 1.0, section 3.1; OAuth 2.0 Form Post Response Mode).
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import http from 'node:http';
import { text } from 'node:stream/consumers';

const clientId = 'roster', clientSecret = 'a secret of the suite';
const json = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

// provide listens on a free local port. Who allows is whom as says.
export async function provide() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map();
  const provider = { clientId, clientSecret, as: undefined };

  const page = ({ redirect_uri: back, state, ...asked }) => {
    const code = randomUUID();
    codes.set(code, asked);
    const link = (name, answer) => `<a id="${name}" href="${back}?${new URLSearchParams({ state, ...answer })}">${name}</a>`;
    const form = Object.entries({ state, code }).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('');
    return `<!doctype html><meta charset="utf-8"><title>Provider</title>${link('allow', { code })} ${link('deny', { error: 'access_denied' })}
      <form method="post" action="${back}">${form}<button id="allow-by-form">allow</button></form>`.replaceAll('&', '&amp;');
  };

  const token = ({ code, code_verifier: verifier, client_secret: secret }) => {
    const asked = codes.get(code);
    codes.delete(code);
    const proven = asked && createHash('sha256').update(verifier).digest('base64url') === asked.code_challenge;
    if (!proven || secret !== clientSecret) return [400, { error: 'invalid_grant' }];
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: provider.issuer, aud: clientId, iat: now, exp: now + 60, nonce: asked.nonce, ...provider.as };
    const signed = `${json({ alg: 'RS256', kid: 'suite' })}.${json(claims)}`;
    const id = `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    return [200, { access_token: randomUUID(), token_type: 'Bearer', expires_in: 60, id_token: id }];
  };

  const server = http.createServer(async (request, answer) => {
    const url = new URL(request.url, provider.issuer);
    const send = (status, value) => answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    switch (url.pathname) {
      case '/.well-known/openid-configuration': return send(200, document(provider.issuer));
      case '/keys': return send(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'suite', use: 'sig', alg: 'RS256' }] });
      case '/authorize': return answer.writeHead(200, { 'content-type': 'text/html' }).end(page(Object.fromEntries(url.searchParams)));
      case '/token': return send(...token(Object.fromEntries(new URLSearchParams(await text(request)))));
      default: return send(404, {});
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.issuer = `http://127.0.0.1:${server.address().port}`;
  provider.stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return provider;
}

const document = (issuer) => ({
  issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys`,
  response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post'],
});
