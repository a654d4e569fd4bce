// What people do with their account in a page, wherever the page is.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { email, phone, word } from '../fresh.mjs';
import { invalid, refused } from '../refused.mjs';
import { open, password, places } from './browser.mjs';

const suite = await open();
const { users, teams, person } = suite;
after(suite.stop);

const signedOut = (visitor) => refused(visitor.account.get(), 401, 'general_unauthorized_scope');

for (const place of places) {
  const visit = (t) => suite.visit(t, place);
  const arrive = async (t, { email }) => {
    const visitor = await visit(t);
    return { ...visitor, session: await visitor.signIn({ email }) };
  };

  describe(`page and API on ${place.name}`, { concurrency: 3 }, () => {
    test('the page reaches the API', async (t) => {
      assert.deepEqual(await (await visit(t)).client.ping(), { message: 'Pong!' });
    });

    test('people sign up, sign in, stay, and sign out', async (t) => {
      const visitor = await visit(t);
      const { account } = visitor;
      await signedOut(visitor);
      const newcomer = { userId: word('ada'), email: email(), name: 'Ada' };
      const { $id } = await account.create({ ...newcomer, password });
      assert.equal($id, newcomer.userId);
      await signedOut(visitor);

      const session = await visitor.signIn(newcomer);
      assert.deepEqual([session.userId, session.current, session.secret], [$id, true, '']);
      assert.equal(session.clientName, 'Chrome');
      await visitor.page.reload();
      assert.equal((await account.get()).email, newcomer.email);
      assert.equal((await account.getSession({ sessionId: 'current' })).$id, session.$id);

      await account.deleteSession({ sessionId: 'current' });
      await signedOut(visitor);
      await visitor.page.reload();
      await signedOut(visitor);
      await visitor.signIn(newcomer);
      assert.equal((await account.get()).name, 'Ada');
    });

    test('the browser keeps the session where it can, and forgets it on leaving', async (t) => {
      const visitor = await arrive(t, await person());
      const name = `a_session_${suite.server.project}`;
      const kept = async () => [(await visitor.cookies()).map((cookie) => cookie.name), Object.keys(await visitor.stored() ?? {})];
      assert.deepEqual(await kept(), [place.cookie ? [`${name}_legacy`] : [], place.stored ? [name] : []]);
      for (const cookie of await visitor.cookies()) assert.equal(cookie.httpOnly, true);
      await visitor.account.deleteSessions();
      assert.deepEqual(await kept(), [[], []]);
      await signedOut(visitor);
    });

    test('people change what is theirs', async (t) => {
      const owner = await person();
      const visitor = await arrive(t, owner);
      const { account } = visitor;
      const next = { name: 'Ada Lovelace', email: email(), phone: phone(), prefs: { theme: 'dark', ids: [1, 2] } };
      assert.equal((await account.updateName({ name: next.name })).name, next.name);
      assert.deepEqual(await account.getPrefs(), {});
      assert.deepEqual((await account.updatePrefs({ prefs: next.prefs })).prefs, next.prefs);
      assert.deepEqual(await account.getPrefs(), next.prefs);
      assert.equal((await account.updateEmail({ email: next.email, password })).email, next.email);
      assert.equal((await account.updatePhone({ phone: next.phone, password })).phone, next.phone);
      const { name, email: address, phone: number } = await users.get({ userId: owner.$id });
      assert.deepEqual([name, address, number], [next.name, next.email, next.phone]);
    });

    test('people change their password', async (t) => {
      const owner = await person();
      const visitor = await arrive(t, owner);
      const { account } = visitor;
      await refused(account.updatePassword({ password: 'battery staple', oldPassword: 'wrong horse' }), 401, 'user_invalid_credentials');
      await account.updatePassword({ password: 'battery staple', oldPassword: password });
      await account.deleteSession({ sessionId: 'current' });
      await refused(visitor.signIn(owner), 401, 'user_invalid_credentials');
      await visitor.signIn(owner, 'battery staple');
    });

    test('people see their sessions and end those elsewhere', async (t) => {
      const owner = await person();
      const [here, there] = [await arrive(t, owner), await arrive(t, owner)];
      const { total, sessions } = await here.account.listSessions();
      assert.equal(total, 2);
      assert.deepEqual(sessions.map(({ $id, current, secret }) => [$id, current, secret]), [[here.session.$id, true, ''], [there.session.$id, false, '']]);

      await here.account.updateSession({ sessionId: 'current' });
      await here.account.deleteSession({ sessionId: there.session.$id });
      await signedOut(there);
      await refused(here.account.getSession({ sessionId: there.session.$id }), 404, 'user_session_not_found');
      assert.equal((await here.account.get()).$id, owner.$id);

      await there.signIn(owner);
      await here.account.deleteSessions();
      await signedOut(here);
      await signedOut(there);
    });

    test('a JWT acts for its owner without a session', async (t) => {
      const owner = await arrive(t, await person());
      const { jwt } = await owner.account.createJWT();
      const bearer = await visit(t);
      await bearer.client.setJWT(jwt);
      assert.equal((await bearer.account.get()).$id, owner.session.userId);
      await refused(bearer.account.createJWT(), 403, 'user_jwt_creation_denied');
      await owner.client.setJWT(jwt);
      await refused(owner.account.get(), 403, 'user_jwt_and_cookie_set');
      await owner.client.setJWT('');
      await owner.account.deleteSession({ sessionId: 'current' });
      await signedOut(bearer);
    });

    test('a token that a server made signs in once', async (t) => {
      const { $id: userId } = await users.create({ userId: 'unique()' });
      const { secret } = await users.createToken({ userId });
      const [first, second] = [await visit(t), await visit(t)];
      assert.equal((await first.account.createSession({ userId, secret })).provider, 'token');
      assert.equal((await first.account.get()).$id, userId);
      await refused(second.account.createSession({ userId, secret }), 401, 'user_invalid_token');
      await signedOut(second);
    });

    test('who is blocked is out at once, and back when unblocked', async (t) => {
      const visitor = await arrive(t, await person());
      const { userId } = visitor.session;
      await users.updateStatus({ userId, status: false });
      await refused(visitor.account.get(), 403, 'user_blocked');
      await refused(visitor.account.updateName({ name: 'Me' }), 403, 'user_blocked');
      await users.updateStatus({ userId, status: true });
      assert.equal((await visitor.account.get()).$id, userId);
      assert.equal((await visitor.account.updateStatus()).status, false);
      await signedOut(visitor);
      await refused(visitor.signIn(await users.get({ userId })), 403, 'user_blocked');
    });

    test('whose sessions a server ends is out at once', async (t) => {
      const visitor = await arrive(t, await person());
      await users.deleteSessions({ userId: visitor.session.userId });
      await signedOut(visitor);
    });

    test('the page learns what was wrong', async (t) => {
      const { email: taken } = await person();
      const visitor = await visit(t);
      const { account } = visitor;
      await refused(visitor.signIn({ email: taken }, 'wrong horse'), 401, 'user_invalid_credentials');
      await refused(visitor.signIn({ email: email() }), 401, 'user_invalid_credentials');
      await invalid(visitor.signIn({ email: taken }, 'short'));
      await invalid(account.create({ userId: '_', email: email(), password }));
      await refused(account.create({ userId: 'unique()', email: taken, password }), 409, 'user_already_exists');
      await visitor.signIn({ email: taken });
      await refused(visitor.signIn({ email: taken }), 401, 'user_session_already_exists');

      const error = await account.getSession({ sessionId: 'nobody' }).catch((thrown) => thrown);
      assert.equal(error.name, 'AppwriteException');
      const { message, type, code } = JSON.parse(error.response);
      assert.deepEqual([error.message, error.type, error.code], [message, type, code]);
    });

    test('people see the teams they are in, and who else is', async (t) => {
      const [member, fellow] = [await person({ name: 'Ada' }), await person({ name: 'Ben' })];
      const [ours, theirs] = [await teams.create({ teamId: 'unique()', name: 'Ours' }), await teams.create({ teamId: 'unique()', name: 'Theirs' })];
      for (const { $id: userId } of [member, fellow]) await teams.createMembership({ teamId: ours.$id, userId, roles: ['editor'] });
      const visitor = await arrive(t, member);
      const { total, teams: [seen] } = await visitor.teams.list();
      assert.deepEqual([total, seen.$id, seen.total], [1, ours.$id, 2]);
      assert.equal((await visitor.teams.listMemberships({ teamId: ours.$id })).total, 2);
      await refused(visitor.teams.get({ teamId: theirs.$id }), 404, 'team_not_found');
    });

    test('support looks at the page as somebody else', async (t) => {
      const [target, operator] = [await person({ phone: phone() }), await person()];
      await users.updateImpersonator({ userId: operator.$id, impersonator: true });
      const visitor = await arrive(t, operator);
      const seen = async (method, value) => {
        await visitor.client[method](value);
        const { $id, impersonatorUserId } = await visitor.account.get();
        await visitor.client[method]('');
        return [$id, impersonatorUserId];
      };
      assert.deepEqual(await seen('setImpersonateUserId', target.$id), [target.$id, operator.$id]);
      assert.deepEqual(await seen('setImpersonateUserEmail', target.email), [target.$id, operator.$id]);
      assert.deepEqual(await seen('setImpersonateUserPhone', target.phone), [target.$id, operator.$id]);
      assert.deepEqual(await seen('setImpersonateUserId', 'nobody'), [operator.$id, null]);
      const bystander = await arrive(t, await person());
      await bystander.client.setImpersonateUserId(target.$id);
      assert.equal((await bystander.account.get()).$id, bystander.session.userId);
    });
  });
}
