// An old SDK in a page, whose arguments have places instead of names, and what
// the newest one says to the console.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { email, word } from '../fresh.mjs';
import { refused } from '../refused.mjs';
import { newest, open, password, places } from './browser.mjs';

const suite = await open();
const { person, users } = suite;
after(suite.stop);

for (const place of places) {
  test(`major 17 serves an account, page and API on ${place.name}`, async (t) => {
    const { account, page } = await suite.visit(t, place, 17);
    const [address, name] = [email(), word('Ada')];
    const { $id, ...newcomer } = await account.create('unique()', address, password, name);
    assert.deepEqual([newcomer.email, newcomer.name, 'impersonator' in newcomer], [address, name, false]);
    const session = await account.createEmailPasswordSession(address, password);
    assert.deepEqual([session.userId, session.current], [$id, true]);
    await page.reload();
    assert.deepEqual((await account.updatePrefs({ theme: 'dark' })).prefs, { theme: 'dark' });
    assert.equal((await account.updateName('Ada Lovelace')).name, 'Ada Lovelace');
    assert.equal((await users.get({ userId: $id })).name, 'Ada Lovelace');
    const { total, logs } = await account.listLogs();
    assert.deepEqual([total, logs[0].event, logs[0].userId], [logs.length, 'user.update', $id]);
    await account.deleteSession('current');
    await refused(account.get(), 401, 'general_unauthorized_scope');
  });
}

test('the newest major has nothing to warn of within a site', async (t) => {
  const owner = await person();
  const visitor = await suite.visit(t, places[1], newest);
  const said = [];
  visitor.page.on('console', (message) => said.push(message.text()));
  await visitor.signIn(owner);
  await visitor.account.get();
  assert.deepEqual(said, []);
});
