// Signing in at another provider: the page sends the browser there, and it comes
// back with a session, or with a token where a page cannot see the cookie.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { email, word } from '../fresh.mjs';
import { refused } from '../refused.mjs';
import { open, places } from './browser.mjs';
import { provide } from './provider.mjs';

const suite = await open();
const provider = await provide();
after(async () => {
  await suite.stop();
  await provider.stop();
});
await configure();

async function configure() {
  const { endpoint, project, createKey } = suite.server;
  const { status } = await fetch(`${endpoint}/project/oauth2/oidc`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', 'x-appwrite-project': project, 'x-appwrite-key': await createKey(['project.oauth2.write']) },
    body: JSON.stringify({
      enabled: true, clientId: provider.clientId, clientSecret: provider.clientSecret,
      wellKnownURL: `${provider.issuer}/.well-known/openid-configuration`,
    }),
  });
  assert.equal(status, 200);
}

// newcomer is somebody whom the provider knows and Roster does not.
const newcomer = () => ({ sub: word('sub'), email: email(), email_verified: true, name: 'Mira There' });

// goThrough lets the page send the browser to the provider, answers there, and
// returns the address of the page that it comes back to.
async function goThrough({ page }, method, answer) {
  const address = await page.evaluate(() => location.href);
  const asked = page.waitForURL(/\/authorize\?/);
  await page.evaluate(([name, failure]) => { sdk.account[name]({ provider: 'oidc', success: location.href, failure }); }, [method, `${address}&failed`]);
  await asked;
  await page.click(`#${answer}`);
  await page.waitForURL((url) => url.origin === new URL(address).origin);
  return new URL(page.url());
}

/* global sdk */
for (const place of places) {
  describe(`page and API on ${place.name}`, () => {
    test('a token from the provider signs the page in', async (t) => {
      provider.as = newcomer();
      const visitor = await suite.visit(t, place);
      const { searchParams } = await goThrough(visitor, 'createOAuth2Token', 'allow');
      const grant = { userId: searchParams.get('userId'), secret: searchParams.get('secret') };
      const session = await visitor.account.createSession(grant);
      assert.equal(session.provider, 'oidc');
      const { $id, name, email: address, emailVerification } = await visitor.account.get();
      assert.deepEqual([$id, name, address, emailVerification], [grant.userId, 'Mira There', provider.as.email, true]);
      await visitor.account.deleteSession({ sessionId: 'current' });
      await refused(visitor.account.createSession(grant), 401, 'user_invalid_token');
    });

    test('an answer by a form brings the same', async (t) => {
      provider.as = newcomer();
      const visitor = await suite.visit(t, place);
      const { searchParams } = await goThrough(visitor, 'createOAuth2Token', 'allow-by-form');
      await visitor.account.createSession({ userId: searchParams.get('userId'), secret: searchParams.get('secret') });
      assert.equal((await visitor.account.get()).email, provider.as.email);
    });

    test('who denies comes back with the reason', async (t) => {
      const visitor = await suite.visit(t, place);
      const { searchParams } = await goThrough(visitor, 'createOAuth2Token', 'deny');
      assert.ok(searchParams.has('failed'));
      assert.equal(JSON.parse(searchParams.get('error')).type, 'user_oauth2_provider_error');
      await refused(visitor.account.get(), 401, 'general_unauthorized_scope');
    });
  });
}

for (const place of places.filter(({ cookie }) => cookie)) {
  describe(`page and API on ${place.name}`, () => {
    test('the browser comes back with a session, the next time as the same user', async (t) => {
      provider.as = newcomer();
      const visitor = await suite.visit(t, place);
      await goThrough(visitor, 'createOAuth2Session', 'allow');
      const { $id } = await visitor.account.get();
      const { total, identities: [identity] } = await visitor.account.listIdentities();
      assert.deepEqual([total, identity.provider, identity.providerUid], [1, 'oidc', provider.as.sub]);
      await visitor.account.deleteSession({ sessionId: 'current' });
      await goThrough(visitor, 'createOAuth2Session', 'allow');
      assert.equal((await visitor.account.get()).$id, $id);
    });

    test('who is signed in links the account there', async (t) => {
      provider.as = newcomer();
      const owner = await suite.person();
      const visitor = await suite.visit(t, place);
      await visitor.signIn(owner);
      await goThrough(visitor, 'createOAuth2Session', 'allow');
      assert.equal((await visitor.account.get()).$id, owner.$id);
      assert.equal((await visitor.account.listIdentities()).identities[0].providerUid, provider.as.sub);
    });
  });
}

test('nobody is sent on to a page of an unknown origin', async (t) => {
  const { page, endpoint } = await suite.visit(t, places[0]);
  const query = new URLSearchParams({ project: suite.server.project, success: 'http://elsewhere.example/' });
  const response = await page.goto(`${endpoint}/account/sessions/oauth2/oidc?${query}`);
  assert.deepEqual([response.status(), (await response.json()).type], [400, 'project_invalid_success_url']);
});
