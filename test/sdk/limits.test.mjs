// How often somebody may try, as SDKs are told (companion section 5). The other
// tests switch the limits off.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { email } from '../fresh.mjs';
import { start } from '../server.mjs';
import { password } from './people.mjs';
import { record } from './recorder.mjs';
import { open } from './sdk.mjs';
import { newest } from './versions.mjs';

if (process.env.ROSTER_ENDPOINT) test('limits', { skip: 'needs a server of its own' });
else {
  const server = await start('--trusted-proxies', '127.0.0.1');
  const recorder = await record(server.endpoint);
  const { users, account, as } = await open(newest, 'object', { recorder, project: server.project, key: server.key });
  after(async () => {
    await recorder.stop();
    await server.stop();
  });
  const person = () => users.create({ userId: 'unique()', email: email(), password });
  const guest = as({}).account;
  const guess = ({ email }) => guest.createEmailPasswordSession({ email, password: 'wrong horse' }).catch(({ type }) => type);

  // exhausted repeats a call until the tenth is behind it, or a later one if the
  // hour ends meanwhile, and returns the kinds of answers before the refusal.
  const exhausted = async (call) => {
    const answers = [];
    while (answers.at(-1) !== 'general_rate_limit_exceeded' && answers.length < 21) answers.push(await call());
    assert.ok(answers.length > 10, answers.join());
    assert.equal(answers.pop(), 'general_rate_limit_exceeded');
    return new Set(answers);
  };

  test('whoever guesses a password has ten tries an hour, and a back-end as many as it needs', async () => {
    const [user, other] = [await person(), await person()];
    assert.deepEqual(await exhausted(() => guess(user)), new Set(['user_invalid_credentials']));
    assert.equal(await guess(other), 'user_invalid_credentials');
    assert.equal((await account.createEmailPasswordSession({ email: user.email, password })).userId, user.$id);
  });

  test('who signs in has ten tries again', async () => {
    const user = await person();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 9; i++) assert.equal(await guess(user), 'user_invalid_credentials');
      await guest.createEmailPasswordSession({ email: user.email, password });
    }
  });

  test('a back-end that forwards addresses does not make its visitors share a limit', async () => {
    const visit = async (address) => {
      const { secret } = await users.createSession({ userId: (await person()).$id });
      return as({ session: secret, address }).account;
    };
    const [one, two] = [await visit('203.0.113.1'), await visit('203.0.113.2')];
    const extend = (account) => account.updateSession({ sessionId: 'current' }).then(() => 'fine', ({ type }) => type);
    assert.deepEqual(await exhausted(() => extend(one)), new Set(['fine']));
    assert.equal(await extend(two), 'fine');
    assert.equal((await as({ key: server.key, address: '203.0.113.3' }).users.createSession({ userId: (await person()).$id })).ip, '203.0.113.3');
  });
}
