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
  const server = await start();
  const recorder = await record(server.endpoint);
  const { users, account, as } = await open(newest, 'object', { recorder, project: server.project, key: server.key });
  after(async () => {
    await recorder.stop();
    await server.stop();
  });
  const person = () => users.create({ userId: 'unique()', email: email(), password });
  const guest = as({}).account;
  const guess = ({ email }) => guest.createEmailPasswordSession({ email, password: 'wrong horse' }).catch(({ type }) => type);

  test('whoever guesses a password has ten tries an hour, and a back-end as many as it needs', async () => {
    const [user, other] = [await person(), await person()];
    const answers = [];
    while (answers.at(-1) !== 'general_rate_limit_exceeded' && answers.length < 21) answers.push(await guess(user));
    assert.ok(answers.length > 10, answers.join()); // more if the hour ends meanwhile
    assert.equal(answers.pop(), 'general_rate_limit_exceeded');
    assert.deepEqual(new Set(answers), new Set(['user_invalid_credentials']));
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
}
