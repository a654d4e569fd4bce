// How a back-end that renders pages signs people in (companion sections 3 and
// 8.1): its key gets the session's secret, and later calls come with that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email, phone, word } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { password, peopleOf } from '../people.mjs';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

export default (sdk) => {
  const { account: server, newest, as, client, format, connection: { key, project, own, createKey } } = sdk;
  if (!server.createEmailPasswordSession) return;
  const { person, visit, seen } = peopleOf(sdk);
  const signIn = ({ email }, given = password) => server.createEmailPasswordSession({ email, password: given });
  const signedOut = (account) => refused(account.get(), 401, 'general_unauthorized_scope');

  test('people sign up, and in with their password', async () => {
    const given = { userId: word('ada'), email: email(), name: 'Ada' };
    const account = await server.create({ ...given, password });
    assert.deepEqual([account.$id, account.email, account.name, account.emailVerification], [given.userId, given.email, given.name, false]);
    assert.deepEqual(account, seen('account', await newest.get({ userId: given.userId })));

    const session = await signIn(given);
    const { userId, provider, providerUid, factors, current, secret } = session;
    assert.deepEqual({ userId, provider, providerUid, factors, current }, { userId: given.userId, provider: 'email', providerUid: given.email, factors: ['password'], current: true });
    assert.equal(JSON.parse(Buffer.from(secret, 'base64')).id, userId);
    const visitor = as({ session: secret }).account;
    assert.equal((await visitor.get()).$id, userId);
    assert.deepEqual(await visitor.getSession({ sessionId: 'current' }), { ...session, secret: '' });
  });

  test('signing up follows the rules of users', async () => {
    const taken = await person();
    await refused(server.create({ userId: taken.$id, email: email(), password }), 409, 'user_already_exists');
    await refused(server.create({ userId: 'unique()', email: taken.email, password }), 409, 'user_already_exists');
    await invalid(server.create({ userId: '_', email: email(), password }));
    await invalid(server.create({ userId: 'unique()', email: 'nonsense', password }));
    await invalid(server.create({ userId: 'unique()', email: email(), password: 'short' }));
    await invalid(server.create({ userId: 'unique()', email: email(), password, name: 'x'.repeat(129) }));
    const visitor = await visit();
    await refused(visitor.account.create({ userId: 'unique()', email: email(), password }), 401, 'user_session_already_exists');
  });

  test('whoever gives wrong credentials stays out', async () => {
    const user = await person({ password });
    await refused(signIn(user, 'wrong horse'), 401, 'user_invalid_credentials');
    await refused(signIn({ email: email() }), 401, 'user_invalid_credentials');
    await refused(signIn(await person()), 401, 'user_invalid_credentials');
    await invalid(signIn(user, 'short'));
    await invalid(signIn({ email: 'nonsense' }));
    await newest.updateStatus({ userId: user.$id, status: false });
    await refused(signIn(user, 'wrong horse'), 401, 'user_invalid_credentials');
    await refused(signIn(user), 403, 'user_blocked');
  });

  test('the address may be written in capitals', async () => {
    const user = await person({ password });
    assert.equal((await signIn({ email: user.email.toUpperCase() })).userId, user.$id);
  });

  test('a secret is for servers, and nobody signs in twice', async () => {
    const user = await person({ password });
    const guest = as({}).account;
    const session = await guest.createEmailPasswordSession({ email: user.email, password });
    assert.deepEqual([session.userId, session.secret], [user.$id, '']);
    const visitor = await visit(user);
    await refused(visitor.account.createEmailPasswordSession({ email: user.email, password }), 401, 'user_session_already_exists');
  });

  test('a key needs the scope sessions.write', { skip: !own && 'keys cannot be made from here' }, async () => {
    const user = await person({ password });
    const { account } = as({ key: await createKey(['users.read', 'users.write', 'sessions.read']) });
    await refused(account.createEmailPasswordSession({ email: user.email, password }), 401, 'general_unauthorized_scope');
    await refused(account.create({ userId: 'unique()', email: email(), password }), 401, 'general_unauthorized_scope');
  });

  test('a session describes the browser that the server forwards', async () => {
    const user = await person({ password });
    const { account } = as({ key, userAgent: firefox });
    const session = await account.createEmailPasswordSession({ email: user.email, password });
    assert.deepEqual([session.clientName, session.clientVersion, session.osCode, session.deviceName], ['Firefox', '128.0', 'LIN', 'desktop']);
    const { secret } = await newest.createToken({ userId: user.$id });
    assert.equal((await account.createSession({ userId: user.$id, secret })).clientName, 'Firefox');
    const guest = await as({ userAgent: firefox }).account.createEmailPasswordSession({ email: user.email, password });
    assert.equal(guest.clientName, '', 'without a key nobody speaks for a browser');
  });

  test('a token signs in once', async () => {
    const { $id: userId } = await person();
    const { secret } = await newest.createToken({ userId });
    const exchange = (given) => server.createSession({ userId, secret, ...given });
    await refused(exchange({ secret: 'nosuch' }), 401, 'user_invalid_token');
    await refused(exchange({ userId: 'nobody' }), 401, 'user_invalid_token');
    await refused(exchange({ userId: (await person()).$id }), 401, 'user_invalid_token');
    await invalid(exchange({ secret: '' }));
    await newest.updateStatus({ userId, status: false });
    await refused(exchange(), 403, 'user_blocked');
    await newest.updateStatus({ userId, status: true });
    await refused((await visit()).account.createSession({ userId, secret }), 401, 'user_session_already_exists');
    const session = await exchange();
    assert.deepEqual([session.userId, session.provider, session.factors, session.current], [userId, 'token', ['token'], true]);
    assert.equal((await as({ session: session.secret }).account.get()).$id, userId);
    await refused(exchange(), 401, 'user_invalid_token');
  });

  const imports = [
    { method: 'createBcryptUser', hash: '$2y$05$uuwIVsqr0HhlYja24qAaPekdXAJRpI4TMYV0j/RzGF3Xk5JsdZoF6', plain: 'htpasswd user' },
    { method: 'createMD5User', hash: '0571749e2ac330a7455809c6b0e7af90', plain: 'sunshine' },
  ];
  for (const { method, hash, plain } of imports) {
    test(`${method}: people keep their password, whose hash is renewed`, async () => {
      const user = await newest[method]({ userId: 'unique()', email: email(), password: hash });
      await refused(signIn(user, 'wrong horse'), 401, 'user_invalid_credentials');
      assert.equal((await signIn(user, plain)).userId, user.$id);
      const { hash: renewed, passwordUpdate } = await newest.get({ userId: user.$id });
      assert.deepEqual([renewed, passwordUpdate], ['argon2', user.passwordUpdate]);
      await signIn(user, plain);
    });
  }

  test('a JWT acts for its owner until the session ends', async () => {
    const visitor = await visit();
    const { jwt } = await visitor.account.createJWT();
    const bearer = as({ jwt }).account;
    assert.equal((await bearer.get()).$id, visitor.userId);
    assert.equal((await bearer.updateName({ name: 'By JWT' })).name, 'By JWT');
    await refused(bearer.createJWT(), 403, 'user_jwt_creation_denied');
    await refused(bearer.getSession({ sessionId: 'current' }), 404, 'user_session_not_found');
    await refused(as({ jwt, session: visitor.session.secret }).account.get(), 403, 'user_jwt_and_cookie_set');
    await refused(as({ jwt: `${jwt.slice(0, -4)}AAAA` }).account.get(), 401, 'user_jwt_invalid');
    await visitor.account.deleteSession({ sessionId: 'current' });
    await signedOut(bearer);
  });

  if (server.createJWT.takes('duration')) {
    test('a JWT lives as long as was asked for', async () => {
      const { account } = await visit();
      const { jwt } = await account.createJWT({ duration: 60 });
      const { exp } = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
      assert.ok(Math.abs(exp - Date.now() / 1000 - 60) <= 5);
      for (const duration of [-1, 3601]) await invalid(account.createJWT({ duration }));
    });
  }

  test('a session that is none makes a guest', async () => {
    const { session: { secret } } = await visit();
    const content = JSON.parse(Buffer.from(secret, 'base64'));
    const encoded = (changed) => Buffer.from(JSON.stringify({ ...content, ...changed })).toString('base64');
    for (const session of ['nonsense', encoded({ id: 'nobody' }), encoded({ secret: '0'.repeat(256) }), content.secret]) {
      await signedOut(as({ session }).account);
    }
    assert.equal((await as({ session: encoded({}) }).account.get()).$id, content.id);
  });

  if ('setCookie' in client) {
    test("a server passes on its visitor's cookie", async () => {
      const { session: { secret }, userId } = await visit();
      for (const name of [`a_session_${project}`, `a_session_${project}_legacy`]) {
        for (const value of [secret, encodeURIComponent(secret)]) {
          assert.equal((await as({ cookie: `other=1; ${name}=${value}` }).account.get()).$id, userId);
        }
      }
      await signedOut(as({ cookie: `a_session_other=${secret}` }).account);
    });
  }

  if (!('setImpersonateUserId' in client)) return;

  test('support sees the account of somebody else and changes nothing there', async () => {
    const [target, operator] = [await person({ phone: phone() }), await person()];
    await newest.updateImpersonator({ userId: operator.$id, impersonator: true });
    const { session: { secret: session } } = await visit(operator);
    for (const whom of [{ userId: target.$id }, { email: target.email.toUpperCase() }, { phone: target.phone }]) {
      const seen = await as({ session, ...whom }).account.get();
      assert.deepEqual([seen.$id, seen.email, seen.impersonatorUserId], [target.$id, target.email, operator.$id]);
    }
    const stranger = await as({ session, userId: 'nobody' }).account.get();
    assert.deepEqual([stranger.$id, stranger.impersonatorUserId], [operator.$id, null]);
    assert.equal((await as({ session, userId: target.$id }).account.updateName({ name: 'Support' })).$id, operator.$id);
    assert.equal((await newest.get({ userId: target.$id })).name, '');
    await newest.updateStatus({ userId: target.$id, status: false });
    await refused(as({ session, userId: target.$id }).account.get(), 403, 'user_blocked');

    const bystander = await visit();
    const ignored = await as({ session: bystander.session.secret, userId: target.$id }).account.get();
    assert.equal(ignored.$id, bystander.userId);
  });
};
