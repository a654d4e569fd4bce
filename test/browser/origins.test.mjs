// What the browser lets a page do and read, depending on where the page is from.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { refused } from '../refused.mjs';
import { open, places } from './browser.mjs';

/* global sdk */
const suite = await open();
const { person, server } = suite;
after(suite.stop);

const stranger = { page: 'elsewhere.localhost', api: 'localhost' };
const fetchFailed = (call) => assert.rejects(call, { name: 'TypeError', message: 'Failed to fetch' });

for (const place of places) {
  describe(`page and API on ${place.name}`, () => {
    test('every method with every header of the SDK gets through and its answer is read', async (t) => {
      const visitor = await suite.visit(t, place);
      const headers = {
        ...await visitor.page.evaluate(() => sdk.client.headers),
        'X-Appwrite-Project': server.project, 'X-Fallback-Cookies': '[]', 'X-Appwrite-Locale': 'en', 'X-Appwrite-JWT': '', 'X-Appwrite-Session': '',
        'X-Appwrite-Impersonate-User-Id': 'a', 'X-Appwrite-Impersonate-User-Email': 'a', 'X-Appwrite-Impersonate-User-Phone': 'a',
        'content-type': 'application/json', accept: 'application/json',
      };
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        const body = method === 'GET' ? undefined : '{}';
        const answer = await visitor.send('/nothing', { method, headers, body });
        assert.deepEqual([answer.status, JSON.parse(answer.text ?? '{}').type], [404, 'general_route_not_found'], `${method}: ${answer.error}`);
      }
    });
  });
}

test('a page learns how many attempts are left, and that none are', async (t) => {
  const { email } = await person();
  const visitor = await suite.visit(t, places[0]);
  const headers = { 'X-Appwrite-Project': server.project, 'content-type': 'application/json' };
  const body = JSON.stringify({ email, password: 'wrong horse' });
  for (let left = 9; left >= 0; left--) {
    const answer = await visitor.send('/account/sessions/email', { method: 'POST', headers, body });
    assert.deepEqual([answer.status, answer.headers['x-ratelimit-remaining']], [401, String(left)]);
  }
  const { status, headers: last } = await visitor.send('/account/sessions/email', { method: 'POST', headers, body });
  assert.deepEqual([status, last['x-ratelimit-limit'], last['x-ratelimit-remaining']], [429, '10', '0']);
  assert.ok(Number(last['x-ratelimit-reset']) > Date.now() / 1000);
  await refused(visitor.signIn({ email }), 429, 'general_rate_limit_exceeded');
});

describe('a page of an unknown origin', () => {
  test('reads nothing', async (t) => {
    const { account } = await suite.visit(t, stranger);
    await fetchFailed(account.get());
    await fetchFailed(account.createEmailPasswordSession({ email: 'ada@suite.example', password: 'correct horse' }));
  });

  test('gets through as soon as it is a platform, and no longer', async (t) => {
    const { account } = await suite.visit(t, stranger);
    await fetchFailed(account.get());
    await server.set(`platforms=${stranger.page}`);
    await refused(account.get(), 401, 'general_unauthorized_scope');
    await server.set('platforms=*.localhost');
    await refused(account.get(), 401, 'general_unauthorized_scope');
    await server.set(`platforms=${places.map(({ page }) => page)}`);
    await fetchFailed(account.get());
  });

  test('does nothing with the cookie of who visits it', async (t) => {
    const visitor = await suite.visit(t, places[1]);
    await visitor.signIn(await person());
    const statusFrom = async (page) => {
      const answered = page.waitForResponse(/jwts/);
      await page.evaluate((url) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }), `${visitor.endpoint}/account/jwts?project=${server.project}`);
      return (await answered).status();
    };
    assert.equal(await statusFrom(visitor.page), 201);
    assert.equal(await statusFrom(await visitor.open('evil.example.com')), 403);
  });
});
