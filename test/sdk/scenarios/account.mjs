// What people do with their own account (companion section 8.1).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email, phone } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { password, peopleOf } from '../people.mjs';

export default (sdk) => {
  const { newest, format, Query, as, client, connection: { key } } = sdk;
  const { person, visit, seen } = peopleOf(sdk);
  const signedOut = (account) => refused(account.get(), 401, 'general_unauthorized_scope');

  test('an account is its user without the hash', async () => {
    const { account, userId } = await visit(await person({ phone: phone(), name: 'Ada' }));
    const own = await account.get();
    assert.notEqual(own.accessedAt, '');
    assert.deepEqual(own, seen('account', await newest.get({ userId })));
  });

  test('an account is for whoever has signed in', async () => {
    await signedOut(as({}).account);
    await signedOut(as({ key }).account);
    await refused(as({ key: 'nosuch' }).account.get(), 401, 'user_unauthorized');
    await refused(as({ key }).account.updateName({ name: 'x' }), 401, 'general_unauthorized_scope');
  });

  test('people change their name', async () => {
    const { account, userId } = await visit();
    const changed = await account.updateName({ name: 'Ada Lovelace' });
    assert.equal(changed.name, 'Ada Lovelace');
    assert.deepEqual(changed, seen('account', await newest.get({ userId })));
    await invalid(account.updateName({ name: '' }));
    await invalid(account.updateName({ name: 'x'.repeat(129) }));
  });

  test('people replace their preferences', async () => {
    const { account, userId } = await visit();
    assert.deepEqual(await account.getPrefs(), {});
    const first = { theme: 'dark', nested: { list: [1, 'two', null] } };
    assert.deepEqual((await account.updatePrefs({ prefs: first })).prefs, first);
    assert.deepEqual(await account.getPrefs(), first);
    await account.updatePrefs({ prefs: { other: true } });
    assert.deepEqual(await newest.getPrefs({ userId }), { other: true });
    await invalid(account.updatePrefs({ prefs: { long: 'x'.repeat(70_000) } }));
    await account.updatePrefs({ prefs: {} });
    assert.deepEqual(await account.getPrefs(), {});
  });

  const addresses = [
    { field: 'email', method: 'updateEmail', fresh: email, verify: 'updateEmailVerification' },
    { field: 'phone', method: 'updatePhone', fresh: phone, verify: 'updatePhoneVerification' },
  ];
  for (const { field, method, fresh, verify } of addresses) {
    test(`${method} needs the password, and sets the first one`, async () => {
      const { account, userId } = await visit(await newest.create({ userId: 'unique()', [field]: fresh() }));
      const flag = `${field}Verification`;
      await newest[verify]({ userId, [flag]: true });
      const value = fresh();
      await invalid(account[method]({ [field]: value, password: 'short' }));
      await invalid(account[method]({ [field]: 'nonsense', password }));
      const changed = await account[method]({ [field]: value, password });
      assert.deepEqual([changed[field], changed[flag]], [value, false]);
      const user = await newest.get({ userId });
      assert.deepEqual(changed, seen('account', user));
      assert.deepEqual(user.targets.map(({ identifier }) => identifier), [value]);
      await refused(account[method]({ [field]: fresh(), password: 'wrong horse' }), 401, 'user_invalid_credentials');
      const { [field]: held } = await newest.create({ userId: 'unique()', [field]: fresh() });
      await refused(account[method]({ [field]: held, password }), 409, 'user_target_already_exists');
      assert.equal((await account.get())[field], value);
    });
  }

  test('a first password needs no old one, the next one does', async () => {
    const { account } = await visit();
    const { passwordUpdate } = await account.updatePassword({ password });
    assert.notEqual(passwordUpdate, '');
    if (!('setSession' in client)) return; // a JWT ends with its session
    await refused(account.updatePassword({ password: 'battery staple' }), 401, 'user_invalid_credentials');
    await refused(account.updatePassword({ password: 'battery staple', oldPassword: 'wrong horse' }), 401, 'user_invalid_credentials');
    await invalid(account.updatePassword({ password: 'short', oldPassword: password }));
    await account.updatePassword({ password: 'battery staple', oldPassword: password });
  });

  if ('setSession' in client) {
    test('a new password ends the sessions elsewhere', async () => {
      const user = await person();
      const [here, there] = [await visit(user), await visit(user)];
      await here.account.updatePassword({ password });
      await signedOut(there.account);
      assert.equal((await here.account.get()).$id, user.$id);
    });
  }

  test('people who block themselves are out until they are unblocked', async () => {
    const { account, userId } = await visit();
    assert.equal((await account.updateStatus()).status, false);
    await refused(account.get(), 403, 'user_blocked');
    await refused(account.updateName({ name: 'x' }), 403, 'user_blocked');
    await newest.updateStatus({ userId, status: true });
    assert.equal((await account.get()).status, true);
  });

  test('people whose account is deleted are out', async () => {
    const { account, userId } = await visit();
    await newest.delete({ userId });
    await signedOut(account);
  });

  test('people see what they did, newest first', async () => {
    const { account, userId } = await visit();
    await account.updateName({ name: 'Ada' });
    await account.updatePrefs({ prefs: { theme: 'dark' } });
    await newest.updateLabels({ userId, labels: ['vip'] });
    const { total, logs } = await account.listLogs();
    assert.equal(total, 2);
    assert.deepEqual(logs.map(({ event, userType, mode }) => [event, userType, mode]), [['user.update', 'user', 'default'], ['user.update', 'user', 'default']]);
    assert.deepEqual(new Set(logs.map((log) => log.userId)), new Set([userId]));
    const page = async (...queries) => (await account.listLogs({ queries })).logs;
    assert.deepEqual(await page(Query.limit(1)), logs.slice(0, 1));
    assert.deepEqual(await page(Query.limit(1), Query.offset(1)), logs.slice(1));
    await invalid(page(Query.equal('event', 'user.update')));
    if (account.listLogs.takes('total')) assert.deepEqual(await account.listLogs({ total: false }), { total: 0, logs });
  });
};
