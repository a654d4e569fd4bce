// Who may call the service (contract sections 1.9 and 2).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused } from '../../refused.mjs';

export default (sdk) => {
  const { users: ours, newest, connection: { key, own, createKey } } = sdk;
  const as = (credentials) => sdk.as(credentials).users;
  const denied = (users, status, type) => refused(users.list(), status, type);
  const create = async () => (await newest.create({ userId: 'unique()' })).$id;

  test('the key must be one of the project', async () => {
    await denied(as({}), 401, 'general_unauthorized_scope');
    await denied(as({ key: `standard_${'0'.repeat(256)}` }), 401, 'user_unauthorized');
    await denied(as({ key: '0'.repeat(256) }), 401, 'user_unauthorized');
    await denied(as({ key: 'foo_bar' }), 401, 'general_unauthorized_scope');
    await denied(as({ key: 'ephemeral_foo' }), 401, 'general_unauthorized_scope');
  });

  test('the project must exist and be named', async () => {
    await denied(as({ key, project: 'nosuch' }), 404, 'project_not_found');
    await denied(as({ key, project: undefined }), 403, 'project_id_missing');
    await denied(as({ project: undefined }), 401, 'general_unauthorized_scope');
  });

  test('a wrong key is told before a wrong parameter, and that before an unknown user', async () => {
    await refused(as({ key: 'nosuch' }).updateStatus({ userId: '_', status: 'x' }), 401, 'user_unauthorized');
    await refused(as({ key }).updateStatus({ userId: 'nobody', status: 'x' }), 400, 'general_argument_invalid');
  });

  test('a key may do what its scopes say', { skip: !own && 'keys cannot be made from here' }, async () => {
    const scoped = async (...scopes) => as({ key: await createKey(scopes) });
    const userId = await create();
    const [reader, writer, sessions] = [await scoped('users.read'), await scoped('users.write'), await scoped('sessions.read', 'sessions.write')];
    await reader.list();
    await reader.listSessions({ userId });
    await refused(reader.updateName({ userId, name: 'x' }), 401, 'general_unauthorized_scope');
    await writer.updateName({ userId, name: 'x' });
    await writer.deleteSessions({ userId });
    await refused(writer.get({ userId }), 401, 'general_unauthorized_scope');
    await refused(writer.listSessions({ userId }), 401, 'general_unauthorized_scope');
    await sessions.listSessions({ userId });
    await sessions.deleteSessions({ userId });
    await refused(sessions.get({ userId }), 401, 'general_unauthorized_scope');
    await refused(sessions.delete({ userId }), 401, 'general_unauthorized_scope');
  });

  test('a JWT must be signed here, and its user may not use the service', async () => {
    const userId = await create();
    const { jwt } = await newest.createJWT({ userId });
    await denied(as({ jwt }), 401, 'general_unauthorized_scope');
    await denied(as({ jwt: `${jwt.slice(0, -4)}AAAA` }), 401, 'user_jwt_invalid');
    await denied(as({ jwt: 'nonsense' }), 401, 'user_jwt_invalid');
  });

  if (sdk.health.get) {
    test('the server is well', async () => {
      const { name, status, ping } = await sdk.health.get();
      assert.deepEqual([name, status], ['http', 'pass']);
      assert.ok(ping >= 0);
      await refused(sdk.as({}).health.get(), 401, 'general_unauthorized_scope');
    });
  }

  if (!('setSession' in sdk.client)) return;

  test('a signed-in user may not use the service', async () => {
    const userId = await create();
    const { secret } = await newest.createSession({ userId });
    const users = as({ session: secret });
    await denied(users, 401, 'general_unauthorized_scope');
    await refused(users.updateName({ userId, name: 'x' }), 401, 'general_unauthorized_scope');
    await refused(users.deleteSessions({ userId }), 401, 'general_unauthorized_scope');
    const { jwt } = await newest.createJWT({ userId });
    await denied(as({ session: secret, jwt }), 403, 'user_jwt_and_cookie_set');
  });

  test('an impersonator may read users until blocked or signed out', async () => {
    const userId = await create();
    await newest.updateImpersonator({ userId, impersonator: true });
    const { $id: sessionId, secret } = await newest.createSession({ userId });
    const { jwt } = await newest.createJWT({ userId, sessionId });
    for (const users of [as({ session: secret }), as({ jwt })]) {
      assert.equal((await users.get({ userId })).$id, userId);
      await refused(users.updateName({ userId, name: 'x' }), 401, 'general_unauthorized_scope');
      await newest.updateStatus({ userId, status: false });
      await refused(users.get({ userId }), 403, 'user_blocked');
      await newest.updateStatus({ userId, status: true });
    }
    await newest.deleteSession({ userId, sessionId });
    for (const users of [as({ session: secret }), as({ jwt })]) await refused(users.get({ userId }), 401, 'general_unauthorized_scope');
  });

  test('a key wins over a session', async () => {
    const { secret } = await newest.createSession({ userId: await create() });
    await as({ key, session: secret }).list();
  });

  if (ours.createJWT) {
    test('the server answers a ping', async () => assert.deepEqual((await sdk.client.ping()).message, 'Pong!'));
  }
};
