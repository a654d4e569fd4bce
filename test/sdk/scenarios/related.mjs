// What other services fill: memberships and identities (contract sections 3.19,
// 3.20), and the activity log (3.22).
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { email } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';

export default ({ users, newest, Query, queries: syntax }) => {
  const create = async () => (await users.create({ userId: 'unique()', email: email() })).$id;

  test('a user without teams has no memberships', async () => {
    const userId = await create();
    const none = { total: 0, memberships: [] };
    assert.deepEqual(await users.listMemberships({ userId }), none);
    if (!users.listMemberships.takes('queries')) return;
    const list = (parameters) => users.listMemberships({ userId, ...parameters });
    assert.deepEqual(await list({ search: 'team' }), none);
    assert.deepEqual(await list({ queries: [Query.equal('confirm', true), Query.contains('roles', 'owner'), Query.orderDesc('joined')] }), none);
    await invalid(list({ queries: [Query.equal('roles', 'owner')] }));
    await invalid(list({ queries: [Query.equal('teamName', 'x')] }));
    await invalid(list({ search: '' }));
    await refused(list({ queries: [Query.cursorAfter('nobody')] }), 400, 'general_cursor_not_found');
    if (users.listMemberships.takes('total')) assert.deepEqual(await list({ total: false }), none);
  });

  if (users.listIdentities) {
    test('a user who never signed in elsewhere has no identities', async () => {
      const userId = await create();
      const none = { total: 0, identities: [] };
      const list = (parameters) => users.listIdentities(parameters);
      assert.deepEqual(await list({ queries: [Query.equal('userId', userId)] }), none);
      assert.deepEqual(await list({ queries: [Query.equal('userId', [userId]), Query.greaterThan('providerAccessTokenExpiry', '2020-01-01'), Query.limit(1)] }), none);
      if (users.listIdentities.takes('total')) assert.deepEqual(await list({ queries: [Query.equal('userId', userId)], total: false }), none);
      await refused(list({ search: 'x' }), 400, 'general_query_invalid');
      await invalid(list({ search: '' }));
      await invalid(list({ queries: [Query.equal('email', 'x')] }));
    });

    test('an unknown identity cannot be deleted', async () => {
      await refused(users.deleteIdentity({ identityId: 'nobody' }), 404, 'user_identity_not_found');
      await invalid(users.deleteIdentity({ identityId: '_' }));
    });
  }

  test('the log shows what an API key did to the user, newest first', async () => {
    const userId = await create();
    await users.updateName({ userId, name: 'Logged' });
    const session = await newest.createSession({ userId });
    await users.deleteSession({ userId, sessionId: session.$id });
    await users.updateEmailVerification({ userId, emailVerification: true });
    const events = ['verification.update', 'session.delete', 'session.create', 'user.update', 'user.create'];
    const { total, logs } = await users.listLogs({ userId });
    assert.deepEqual(logs.map(({ event }) => event), events);
    assert.equal(total, events.length);
    for (const log of logs) {
      assert.deepEqual([log.userType, log.mode], ['keyProject', 'default']);
      assert.ok(isIP(log.ip), log.ip);
    }

    const page = async (...queries) => (await users.listLogs({ userId, queries })).logs.map(({ event }) => event);
    assert.deepEqual(await page(Query.limit(2)), events.slice(0, 2));
    assert.deepEqual(await page(Query.limit(2), Query.offset(1)), events.slice(1, 3));
    assert.deepEqual(await page(Query.offset(5)), []);
    assert.equal((await users.listLogs({ userId, queries: [Query.limit(1)] })).total, events.length);
    for (const query of [Query.equal('event', 'user.create'), Query.orderAsc('time'), Query.limit(0), Query.cursorAfter(userId)]) await invalid(page(query));
    await refused(page('nonsense'), 400, syntax === 'legacy' ? 'general_query_invalid' : 'general_argument_invalid');
    if (users.listLogs.takes('total')) assert.equal((await users.listLogs({ userId, total: false })).total, 0);
  });
};
