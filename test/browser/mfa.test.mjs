// A second factor in a page: an authenticator app, and codes for when it is lost.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { refused } from '../refused.mjs';
import { open, places } from './browser.mjs';
import { code, wrong } from './totp.mjs';

const suite = await open();
after(suite.stop);

const none = { totp: false, phone: false, email: false, recoveryCode: false, custom: false };
const needed = (call) => refused(call, 401, 'user_more_factors_required');

for (const place of places) {
  describe(`page and API on ${place.name}`, () => {
    const arrive = async (t, owner) => {
      const visitor = await suite.visit(t, place);
      await visitor.signIn(owner);
      return visitor;
    };

    // enrol gives somebody an app and codes, and switches MFA on.
    const enrol = async (t) => {
      const owner = await suite.person();
      const { account } = await arrive(t, owner);
      assert.deepEqual(await account.listMFAFactors(), none);
      const { secret, uri } = await account.createMFAAuthenticator({ type: 'totp' });
      assert.match(uri, new RegExp(`^otpauth://totp/.*secret=${secret}`));
      await refused(account.updateMFAAuthenticator({ type: 'totp', otp: wrong(code(secret)) }), 401, 'user_invalid_token');
      await account.updateMFAAuthenticator({ type: 'totp', otp: code(secret) });
      const { recoveryCodes } = await account.createMFARecoveryCodes();
      assert.equal((await account.updateMFA({ mfa: true })).mfa, true);
      return { owner, account, secret, recoveryCodes };
    };

    test('who has an app needs it from then on', async (t) => {
      const { owner, account: first, secret } = await enrol(t);
      assert.equal((await first.get()).mfa, true);

      const { account, page } = await arrive(t, owner);
      await needed(account.get());
      await needed(account.updateName({ name: 'Me' }));
      assert.deepEqual(await account.listMFAFactors(), { ...none, totp: true, recoveryCode: true });
      const { $id: challengeId } = await account.createMFAChallenge({ factor: 'totp' });
      const otp = code(secret, 1); // the one of now was spent
      await refused(account.updateMFAChallenge({ challengeId, otp: wrong(otp) }), 401, 'user_invalid_token');
      await needed(account.get());
      assert.deepEqual((await account.updateMFAChallenge({ challengeId, otp })).factors, ['password', 'totp']);
      await page.reload();
      assert.equal((await account.get()).$id, owner.$id);
    });

    test('a recovery code stands in for a lost app, once', async (t) => {
      const { owner, recoveryCodes: [lost, ...left] } = await enrol(t);
      const answer = async ({ account }) => {
        const { $id: challengeId } = await account.createMFAChallenge({ factor: 'recoveryCode' });
        return account.updateMFAChallenge({ challengeId, otp: lost });
      };
      const visitor = await arrive(t, owner);
      await answer(visitor);
      assert.deepEqual((await visitor.account.getMFARecoveryCodes()).recoveryCodes, left);
      await visitor.account.deleteMFAAuthenticator({ type: 'totp' });
      assert.equal((await visitor.account.updateMFA({ mfa: false })).mfa, false);
      await refused(answer(await arrive(t, owner)), 401, 'user_invalid_token');
    });

    test('codes are shown soon after a challenge only', async (t) => {
      const { account } = await enrol(t);
      await refused(account.getMFARecoveryCodes(), 401, 'user_challenge_required');
      await refused(account.deleteMFAAuthenticator({ type: 'totp' }), 401, 'user_challenge_required');
    });

    test('who lacks the factor can still sign out', async (t) => {
      const { owner } = await enrol(t);
      const { account } = await arrive(t, owner);
      await account.deleteSession({ sessionId: 'current' });
      await refused(account.get(), 401, 'general_unauthorized_scope');
    });
  });
}
