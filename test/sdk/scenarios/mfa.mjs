// Second factors and recovery codes (contract section 3.21). updateMfa is in
// updates.mjs; authenticators are made by their owners (see own-mfa.mjs).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email, phone } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { peopleOf, scan, spellings } from '../people.mjs';

export default (sdk) => {
  const { users } = sdk;
  const { visit } = peopleOf(sdk);
  for (const word of spellings(users)) {
    const call = (name) => users[name.replace('*', word)];
    const create = async (parameters) => (await users.create({ userId: 'unique()', ...parameters })).$id;

    test(`list${word}Factors shows what is verified`, async () => {
      const list = call('list*Factors');
      const none = { totp: false, phone: false, email: false, recoveryCode: false, custom: false };
      const userId = await create({ email: email(), phone: phone() });
      assert.deepEqual(await list({ userId }), none);
      await users.updateEmailVerification({ userId, emailVerification: true });
      assert.deepEqual(await list({ userId }), { ...none, email: true });
      await users.updatePhoneVerification({ userId, phoneVerification: true });
      assert.deepEqual(await list({ userId }), { ...none, email: true, phone: true });
      const empty = await create();
      await users.updateEmailVerification({ userId: empty, emailVerification: true });
      assert.deepEqual(await list({ userId: empty }), none, 'a verified flag without an email is no factor');
    });

    test(`${word} recovery codes are created once, read and replaced`, async () => {
      const [get, make, replace] = ['get*RecoveryCodes', 'create*RecoveryCodes', 'update*RecoveryCodes'].map(call);
      const userId = await create();
      await refused(get({ userId }), 404, 'user_recovery_codes_not_found');
      await refused(replace({ userId }), 404, 'user_recovery_codes_not_found');
      const first = await make({ userId });
      assert.equal(new Set(first.recoveryCodes).size, 6);
      assert.deepEqual(await get({ userId }), first);
      await refused(make({ userId }), 409, 'user_recovery_codes_already_exists');
      const second = await replace({ userId });
      assert.equal(new Set([...first.recoveryCodes, ...second.recoveryCodes]).size, 12);
      assert.deepEqual(await get({ userId }), second);
    });

    test(`delete${word}Authenticator lets people in who have lost their app`, async () => {
      const { account, userId } = await visit();
      await refused(call('delete*Authenticator')({ userId, type: 'totp' }), 404, 'user_authenticator_not_found');
      const { uri } = await account[`create${word}Authenticator`]({ type: 'totp' });
      await account[`update${word}Authenticator`]({ type: 'totp', otp: scan(uri).generate() });
      assert.equal((await call('list*Factors')({ userId })).totp, true);
      await call('delete*Authenticator')({ userId, type: 'totp' });
      assert.equal((await call('list*Factors')({ userId })).totp, false);
      await invalid(call('delete*Authenticator')({ userId, type: 'email' }));
    });
  }
};
