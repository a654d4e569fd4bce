// Sessions, tokens and JWTs (contract sections 3.16 to 3.18, 7, 8).
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { email } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { fieldsOf } from '../models.mjs';

const year = 31_536_000;
const seconds = (from, to) => (Date.parse(to) - Date.parse(from)) / 1000;
const near = (got, want) => assert.ok(Math.abs(got - want) <= 5, `${got} is not about ${want}`);

export default (sdk) => {
  const { users, newest, format } = sdk;
  const create = async () => (await users.create({ userId: 'unique()', email: email() })).$id;

  // Majors before 14 cannot make sessions; the newest one does it for them.
  const createSession = (userId) => (users.createSession ? users : newest).createSession({ userId });
  const listed = (session) => Object.fromEntries(fieldsOf('session', format).map((name) => [name, name === 'secret' ? '' : session[name]]));

  test('sessions are listed oldest first, without their secrets', async () => {
    const userId = await create();
    assert.deepEqual(await users.listSessions({ userId }), { total: 0, sessions: [] });
    const sessions = [await createSession(userId), await createSession(userId), await createSession(userId)];
    assert.deepEqual(await users.listSessions({ userId }), { total: 3, sessions: sessions.map(listed) });
    if (users.listSessions.takes('total')) {
      assert.deepEqual(await users.listSessions({ userId, total: false }), { total: 0, sessions: sessions.map(listed) });
    }
  });

  test('one session can be deleted, by its owner only', async () => {
    const [userId, other] = [await create(), await create()];
    const [first, second] = [await createSession(userId), await createSession(userId)];
    const sessionId = first.$id;
    await refused(users.deleteSession({ userId: other, sessionId }), 404, 'user_session_not_found');
    await users.deleteSession({ userId, sessionId });
    await refused(users.deleteSession({ userId, sessionId }), 404, 'user_session_not_found');
    assert.deepEqual(await users.listSessions({ userId }), { total: 1, sessions: [listed(second)] });
    await invalid(users.deleteSession({ userId, sessionId: '_' }));
  });

  test('all sessions can be deleted, also when there are none', async () => {
    const userId = await create();
    await createSession(userId);
    await createSession(userId);
    for (let i = 0; i < 2; i++) {
      await users.deleteSessions({ userId });
      assert.deepEqual(await users.listSessions({ userId }), { total: 0, sessions: [] });
    }
  });

  if (users.createSession) {
    test('a new session says everything about itself', async () => {
      const before = await users.create({ userId: 'unique()' });
      const userId = before.$id;
      const session = await users.createSession({ userId });
      near(seconds(session.$createdAt, session.expire), year);
      assert.ok(isIP(session.ip), session.ip);
      const { $id, $createdAt, $updatedAt, expire, ip, countryCode, countryName, secret } = session;
      const known = process.platform === 'linux' ? { osCode: 'LIN', osName: 'GNU/Linux' } : { osCode: session.osCode, osName: session.osName };
      assert.deepEqual(session, {
        $id, $createdAt, $updatedAt, userId, expire, provider: 'server',
        providerUid: '', providerAccessToken: '', providerAccessTokenExpiry: '', providerRefreshToken: '',
        ip, ...known, osVersion: '', clientType: '', clientCode: '', clientName: '', clientVersion: '', clientEngine: '', clientEngineVersion: '',
        deviceName: '', deviceBrand: '', deviceModel: '', countryCode, countryName,
        current: false, factors: ['server'], secret, mfaUpdatedAt: '',
      });
      assert.deepEqual(await users.get({ userId }), before, 'the user is as it was');
    });

    test('a session secret is base64 of compact JSON', async () => {
      const userId = await create();
      const { secret } = await users.createSession({ userId });
      const content = JSON.parse(Buffer.from(secret, 'base64'));
      assert.deepEqual(Object.keys(content), ['id', 'secret']);
      assert.equal(content.id, userId);
      assert.match(content.secret, /^[0-9a-f]{256}$/);
      assert.equal(Buffer.from(JSON.stringify(content)).toString('base64'), secret);
    });

    test("a session describes the browser that the API key's owner forwards", async () => {
      const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
      const { key } = sdk.connection;
      const session = await sdk.as({ key, userAgent }).users.createSession({ userId: await create() });
      const { osCode, osName, clientType, clientCode, clientName, clientVersion, clientEngine, deviceName } = session;
      assert.deepEqual(
        { osCode, osName, clientType, clientCode, clientName, clientVersion, clientEngine, deviceName },
        { osCode: 'LIN', osName: 'GNU/Linux', clientType: 'browser', clientCode: 'FF', clientName: 'Firefox', clientVersion: '128.0', clientEngine: 'Gecko', deviceName: 'desktop' },
      );
    });

    test('a blocked user can be given a session', async () => {
      const userId = await create();
      await users.updateStatus({ userId, status: false });
      await users.createSession({ userId });
    });

    test('unique() is a well-formed but unknown user', () => refused(users.createSession({ userId: 'unique()' }), 404, 'user_not_found'));
  }

  if (users.createToken) {
    test('a token has the length and life that were asked for', async () => {
      const userId = await create();
      const cases = [[{}, 6, 900], [{ length: 4, expire: 60 }, 4, 60], [{ length: 128, expire: year }, 128, year], [{ length: '7' }, 7, 900]];
      for (const [parameters, length, life] of cases) {
        const token = await users.createToken({ userId, ...parameters });
        assert.match(token.secret, new RegExp(`^[0-9a-f]{${length}}$`));
        near(seconds(token.$createdAt, token.expire), life);
        assert.equal(token.phrase, '');
        assert.equal(token.userId, userId);
      }
      for (const parameters of [{ length: 3 }, { length: 129 }, { length: 6.5 }, { length: '1e2' }, { expire: 59 }, { expire: year + 1 }]) {
        await invalid(users.createToken({ userId, ...parameters }));
      }
    });
  }

  if (users.createJWT) {
    const claims = async (parameters) => {
      const { jwt } = await users.createJWT(parameters);
      const [header, payload, signature] = jwt.split('.');
      assert.equal(Buffer.from(header, 'base64url').toString(), '{"typ":"JWT","alg":"HS256"}');
      assert.equal(Buffer.from(signature, 'base64url').length, 32);
      assert.doesNotMatch(jwt, /=/);
      const content = JSON.parse(Buffer.from(payload, 'base64url'));
      assert.deepEqual(Object.keys(content), ['userId', 'sessionId', 'exp']);
      assert.equal(content.userId, parameters.userId);
      return { sessionId: content.sessionId, life: content.exp - Date.now() / 1000 };
    };

    test('a JWT is bound to the newest session, or the one named', async () => {
      const userId = await create();
      assert.equal((await claims({ userId })).sessionId, '');
      const [first, second] = [await users.createSession({ userId }), await users.createSession({ userId })];
      assert.equal((await claims({ userId })).sessionId, second.$id);
      assert.equal((await claims({ userId, sessionId: 'recent' })).sessionId, second.$id);
      assert.equal((await claims({ userId, sessionId: first.$id })).sessionId, first.$id);
      await refused(users.createJWT({ userId, sessionId: 'nosuch' }), 404, 'user_session_not_found');
      await refused(users.createJWT({ userId: await create(), sessionId: first.$id }), 404, 'user_session_not_found');
      await invalid(users.createJWT({ userId, sessionId: '' }));
    });

    test('a JWT lives as long as was asked for', async () => {
      const userId = await create();
      near((await claims({ userId })).life, 900);
      near((await claims({ userId, duration: 3600 })).life, 3600);
      for (const duration of [-1, 3601, 1.5]) await invalid(users.createJWT({ userId, duration }));
    });

    test('a JWT that is to live for no time is expired or refused', async () => {
      const userId = await create();
      const { life } = await claims({ userId, duration: 0 }).catch((error) => {
        assert.deepEqual([error.code, error.type], [400, 'general_argument_invalid']);
        return { life: 0 };
      });
      assert.ok(life <= 0);
    });
  }
};
