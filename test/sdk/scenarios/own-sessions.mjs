// The sessions of who has signed in (companion section 8.1).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invalid, refused } from '../../refused.mjs';
import { peopleOf } from '../people.mjs';

export default (sdk) => {
  const { newest, client } = sdk;
  const { person, visit, seen } = peopleOf(sdk);
  const signedOut = (account) => refused(account.get(), 401, 'general_unauthorized_scope');
  const withSession = 'setSession' in client;
  // own is how a session is answered to the one it belongs to.
  const own = (session, current) => seen('session', { ...session, secret: '', current: current && withSession });

  test('people list their sessions, oldest first, the current one marked', async () => {
    const user = await person();
    const [first, second] = [await visit(user), await visit(user)];
    assert.deepEqual(await first.account.listSessions(), { total: 2, sessions: [own(first.session, true), own(second.session, false)] });
    assert.deepEqual(await second.account.listSessions(), { total: 2, sessions: [own(first.session, false), own(second.session, true)] });
  });

  test('people get their own sessions only', async () => {
    const user = await person();
    const [{ account, session }, other, stranger] = [await visit(user), await visit(user), await visit()];
    assert.deepEqual(await account.getSession({ sessionId: session.$id }), own(session, true));
    assert.deepEqual(await account.getSession({ sessionId: other.session.$id }), own(other.session, false));
    for (const method of ['getSession', 'updateSession', 'deleteSession']) {
      await refused(account[method]({ sessionId: stranger.session.$id }), 404, 'user_session_not_found');
      await invalid(account[method]({ sessionId: '_' }));
    }
    if (withSession) assert.deepEqual(await account.getSession({ sessionId: 'current' }), own(session, true));
    else await refused(account.getSession({ sessionId: 'current' }), 404, 'user_session_not_found');
  });

  test('a session can be made to last longer', async () => {
    const { account, session } = await visit();
    const longer = await account.updateSession({ sessionId: withSession ? 'current' : session.$id });
    assert.equal(longer.$id, session.$id);
    assert.ok(longer.expire > session.expire, `${longer.expire} is not after ${session.expire}`);
    const { $updatedAt, expire } = longer;
    assert.deepEqual(longer, own({ ...session, $updatedAt, expire }, false));
  });

  test('people sign out elsewhere, here, and everywhere', async () => {
    const user = await person();
    const [here, there, third, fourth] = [await visit(user), await visit(user), await visit(user), await visit(user)];
    await here.account.deleteSession({ sessionId: there.session.$id });
    await signedOut(there.account);
    await here.account.deleteSession({ sessionId: withSession ? 'current' : here.session.$id });
    await signedOut(here.account);
    await third.account.deleteSessions();
    for (const { account } of [third, fourth]) await signedOut(account);
    assert.deepEqual(await newest.listSessions({ userId: user.$id }), { total: 0, sessions: [] });
  });
};
