// Changing single fields of a user (contract sections 3.6 to 3.13).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email, phone, word } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { addressed, defaultHash, defaultHashPrefix, expectUser } from '../models.mjs';

export default (sdk) => {
  const { users, newest, format } = sdk;
  const create = (parameters = {}) => users.create({ userId: 'unique()', ...parameters });

  // expectChange asserts that user is before with these differences, stored.
  const expectChange = async (before, user, differences) => {
    assert.ok(user.$updatedAt >= before.$updatedAt);
    assert.deepEqual(user, { ...before, $updatedAt: user.$updatedAt, ...differences });
    assert.deepEqual(await users.get({ userId: user.$id }), user);
  };

  const flags = [
    { method: 'updateStatus', field: 'status', loose: true },
    { method: 'updateImpersonator', field: 'impersonator', loose: true },
    { method: 'updateEmailVerification', field: 'emailVerification' },
    { method: 'updatePhoneVerification', field: 'phoneVerification' },
    { method: 'updateMfa', field: 'mfa' },
    { method: 'updateMFA', field: 'mfa' },
  ];
  for (const { method, field, loose } of flags.filter((flag) => users[flag.method])) {
    const set = (userId, value) => users[method]({ userId, [field]: value });

    test(`${method} switches ${field}`, async () => {
      const before = await create();
      const userId = before.$id;
      const changed = await set(userId, !before[field]);
      await expectChange(before, changed, { [field]: !before[field] });
      assert.deepEqual(await set(userId, !before[field]), changed, 'repeating it changes nothing');
      await expectChange(changed, await set(userId, before[field]), { [field]: before[field] });
      await invalid(set(userId, null));
      await invalid(set(userId, 'yes'));
    });

    test(`${method} reads "false" and 0 ${loose ? 'as false' : 'as mistakes'}`, async () => {
      const userId = (await create()).$id;
      for (const value of ['false', '0', 0]) {
        if (!loose) await invalid(set(userId, value));
        else {
          assert.equal((await set(userId, true))[field], true);
          assert.equal((await set(userId, value))[field], false, `${field} after ${JSON.stringify(value)}`);
        }
      }
    });
  }

  if (users.updateLabels) {
    test('labels are replaced as a whole, in order and once each', async () => {
      const before = await create();
      const set = (labels) => users.updateLabels({ userId: before.$id, labels });
      const changed = await set(['vip', 'beta', 'vip', 'A1']);
      await expectChange(before, changed, { labels: ['vip', 'beta', 'A1'] });
      assert.deepEqual(await set(['vip', 'beta', 'A1']), changed, 'repeating it changes nothing');
      await expectChange(changed, await set([]), { labels: [] });
      const tooMany = Array.from({ length: 1001 }, (_, i) => `l${i}`);
      for (const labels of [['a-b'], ['a b'], [''], ['x'.repeat(37)], [['nested']], [7], 'vip', null, tooMany]) await invalid(set(labels));
    });
  }

  test('a name may be changed and emptied', async () => {
    const before = await create({ name: 'First' });
    const set = (name) => users.updateName({ userId: before.$id, name });
    const changed = await set('Zwölf Boxkämpfer');
    await expectChange(before, changed, { name: 'Zwölf Boxkämpfer' });
    assert.deepEqual(await set('Zwölf Boxkämpfer'), changed, 'repeating it changes nothing');
    await expectChange(changed, await set(''), { name: '' });
    for (const name of ['x'.repeat(129), null, 7]) await invalid(set(name));
  });

  test('a new password replaces the hash and ends the sessions', async () => {
    const before = await create({ password: 'first password' });
    const userId = before.$id;
    await newest.createSession({ userId });
    const user = await users.updatePassword({ userId, password: 'second password' });
    assert.ok(user.password.startsWith(defaultHashPrefix));
    assert.notEqual(user.password, before.password);
    assert.ok(user.passwordUpdate >= before.passwordUpdate);
    await expectChange(before, user, { password: user.password, passwordUpdate: user.passwordUpdate });
    assert.deepEqual(await users.listSessions({ userId }), { total: 0, sessions: [] });
    for (const password of ['1234567', 'x'.repeat(257), null]) await invalid(users.updatePassword({ userId, password }));
  });

  test('a password replaces an imported hash', async () => {
    const before = await users.createMD5User({ userId: 'unique()', email: email(), password: 'ab'.repeat(16) });
    const user = await users.updatePassword({ userId: before.$id, password: 'second password' });
    const { password, passwordUpdate } = user;
    await expectChange(before, user, { password, passwordUpdate, hash: 'argon2', hashOptions: defaultHash });
  });

  test('an empty password removes the password', async () => {
    const before = await create({ password: 'first password' });
    const user = await users.updatePassword({ userId: before.$id, password: '' });
    const { password, passwordUpdate } = user;
    assert.ok(password === null || password === '', `password is ${password}`);
    assert.notEqual(passwordUpdate, '');
    await expectChange(before, user, { password, passwordUpdate });
  });

  test('a new email is unverified and renames its target', async () => {
    const [old, address] = [email(), email()];
    const before = await create({ email: old });
    const userId = before.$id;
    const verified = await users.updateEmailVerification({ userId, emailVerification: true });
    const user = await users.updateEmail({ userId, email: address.toUpperCase() });
    expectUser(user, { ...addressed(address), targets: [{ $id: before.targets?.[0].$id, providerType: 'email', identifier: address }] }, format);
    assert.deepEqual(await users.get({ userId }), user);
    assert.equal(verified.emailVerification, true);
    const gmail = await users.updateEmail({ userId, email: `${word('g')}.x@gmail.com` });
    assert.deepEqual([gmail.emailIsFree, gmail.emailIsCorporate, gmail.emailIsCanonical], [true, false, false]);
  });

  test('the current email again changes nothing', async () => {
    const address = email();
    const { $id: userId } = await create({ email: address });
    const before = await users.updateEmailVerification({ userId, emailVerification: true });
    assert.deepEqual(await users.updateEmail({ userId, email: address }), before);
    assert.deepEqual(await users.updateEmail({ userId, email: address.toUpperCase() }), before);
  });

  test('any number of users may have their email or phone removed', async () => {
    for (let i = 0; i < 2; i++) {
      const { $id: userId } = await create({ email: email(), phone: phone() });
      await users.updateEmail({ userId, email: '' });
      const user = await users.updatePhone({ userId, number: '' });
      expectUser(user, {}, format);
      assert.deepEqual(await users.get({ userId }), user);
    }
  });

  test('a user without email and phone can be given both', async () => {
    const [address, number] = [email(), phone()];
    const { $id: userId } = await create();
    await users.updateEmail({ userId, email: address });
    const user = await users.updatePhone({ userId, number });
    expectUser(user, {
      phone: number, ...addressed(address),
      targets: [{ providerType: 'email', identifier: address }, { providerType: 'sms', identifier: number }],
    }, format);
  });

  test('a new phone is unverified and renames its target', async () => {
    const [old, number] = [phone(), phone()];
    const before = await create({ phone: old });
    const userId = before.$id;
    await users.updatePhoneVerification({ userId, phoneVerification: true });
    const user = await users.updatePhone({ userId, number });
    expectUser(user, { phone: number, targets: [{ $id: before.targets?.[0].$id, providerType: 'sms', identifier: number }] }, format);
    assert.deepEqual(await users.get({ userId }), user);
  });

  test('the current phone again changes nothing', async () => {
    const number = phone();
    const { $id: userId } = await create({ phone: number });
    const before = await users.updatePhoneVerification({ userId, phoneVerification: true });
    assert.deepEqual(await users.updatePhone({ userId, number }), before);
  });

  test("another user's email and phone are refused", async () => {
    const [address, number] = [email(), phone()];
    const owner = await newest.create({ userId: 'unique()', email: address, phone: number });
    const { $id: userId } = await create();
    await refused(users.updateEmail({ userId, email: address }), 409, 'user_target_already_exists');
    await refused(users.updatePhone({ userId, number }), 409, 'user_target_already_exists');
    for (const { $id: targetId } of owner.targets) await newest.deleteTarget({ userId: owner.$id, targetId });
    await refused(users.updateEmail({ userId, email: address }), 409, 'user_email_already_exists');
    await refused(users.updatePhone({ userId, number }), 409, 'user_phone_already_exists');
    expectUser(await users.get({ userId }), {}, format);
  });

  test('malformed emails and phones are refused', async () => {
    const { $id: userId } = await create();
    for (const address of ['nobody', 'a@localhost', null, 7]) await invalid(users.updateEmail({ userId, email: address }));
    for (const number of ['12345678', '+123', '+99912345678', null]) await invalid(users.updatePhone({ userId, number }));
  });
};
