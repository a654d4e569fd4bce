// The second factor of who has signed in (companion section 8.2).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email, phone } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { laterCode, peopleOf, scan, spellings } from '../people.mjs';

export default (sdk) => {
  const { newest, as, connection: { own, mailTo } } = sdk;
  const { person, visit, seen } = peopleOf(sdk);
  const type = 'totp';
  const none = { totp: false, phone: false, email: false, recoveryCode: false, custom: false };
  const wantsFactor = (call) => refused(call, 401, 'user_more_factors_required');
  const wantsChallenge = (call) => refused(call, 401, 'user_challenge_required');

  for (const word of spellings(sdk.account)) {
    const methods = (account) => ({
      factors: account[`list${word}Factors`],
      enrol: account[`create${word}Authenticator`], confirm: account[`update${word}Authenticator`], remove: account[`delete${word}Authenticator`],
      makeCodes: account[`create${word}RecoveryCodes`], codes: account[`get${word}RecoveryCodes`], replaceCodes: account[`update${word}RecoveryCodes`],
      challenge: account[`create${word}Challenge`], answer: account[`update${word}Challenge`],
    });
    const enrolled = async ({ account }) => {
      const { enrol, confirm } = methods(account);
      const app = scan((await enrol({ type })).uri);
      await confirm({ type, otp: app.generate() });
      return app;
    };

    test(`${word}: an authenticator app counts once it has shown a code`, async () => {
      const { account, userId, session } = await visit();
      const { factors, enrol, confirm } = methods(account);
      assert.deepEqual(await factors(), none);
      await refused(confirm({ type, otp: '123456' }), 404, 'user_authenticator_not_found');
      await invalid(enrol({ type: 'email' }));
      await invalid(confirm({ type: 'email', otp: '123456' }));

      const abandoned = await enrol({ type });
      const { uri, secret } = await enrol({ type });
      assert.notEqual(secret, abandoned.secret);
      const app = scan(uri);
      assert.equal(app.secret.base32, secret);
      assert.deepEqual([app.algorithm, app.digits, app.period], ['SHA1', 6, 30]);
      assert.equal(app.label, (await newest.get({ userId })).email);
      assert.deepEqual(await factors(), none);
      await refused(confirm({ type, otp: scan(abandoned.uri).generate() }), 401, 'user_invalid_token');
      await refused(confirm({ type, otp: app.generate({ timestamp: Date.now() - 600_000 }) }), 401, 'user_invalid_token');
      await invalid(confirm({ type, otp: '' }));

      const confirmed = await confirm({ type, otp: app.generate() });
      assert.deepEqual(confirmed, seen('account', await newest.get({ userId })));
      assert.equal(confirmed.mfa, false);
      assert.deepEqual(await factors(), { ...none, totp: true });
      assert.deepEqual((await account.getSession({ sessionId: session.$id })).factors, ['server', 'totp']);
      await refused(enrol({ type }), 409, 'user_authenticator_already_verified');
      await refused(confirm({ type, otp: laterCode(app) }), 409, 'user_authenticator_already_verified');
    });

    test(`${word}: who has switched it on answers a challenge in each new session`, async () => {
      const user = await person();
      const here = await visit(user);
      const app = await enrolled(here);
      assert.equal((await here.account.updateMFA({ mfa: true })).mfa, true);
      assert.equal((await here.account.get()).$id, user.$id);

      const there = await visit(user);
      const { factors, challenge, answer } = methods(there.account);
      await wantsFactor(there.account.get());
      await wantsFactor(there.account.updateName({ name: 'x' }));
      await wantsFactor(there.account.updateMFA({ mfa: false }));
      assert.deepEqual(await factors(), { ...none, totp: true });

      const { $id: challengeId, $createdAt, expire, userId } = await challenge({ factor: 'totp' });
      assert.equal(userId, user.$id);
      assert.equal(Date.parse(expire) - Date.parse($createdAt), 3_600_000);
      await refused(answer({ challengeId, otp: app.generate({ timestamp: Date.now() - 600_000 }) }), 401, 'user_invalid_token');
      await refused(answer({ challengeId: 'nosuch', otp: laterCode(app) }), 401, 'user_invalid_token');
      const otp = laterCode(app);
      await refused(methods((await visit()).account).answer({ challengeId, otp }), 401, 'user_invalid_token');
      const session = await answer({ challengeId, otp });
      assert.deepEqual([session.$id, session.factors, session.current, session.secret], [there.session.$id, ['server', 'totp'], false, '']);
      assert.notEqual(session.mfaUpdatedAt, '');
      assert.equal((await there.account.get()).$id, user.$id);
      await refused(answer({ challengeId, otp }), 401, 'user_invalid_token');
      const again = await challenge({ factor: 'totp' });
      await refused(answer({ challengeId: again.$id, otp }), 401, 'user_invalid_token');

      const third = await visit(user);
      await wantsFactor(third.account.get());
      await third.account.deleteSession({ sessionId: 'current' });
      assert.equal((await there.account.updateMFA({ mfa: false })).mfa, false);
      await (await visit(user)).account.get();
    });

    test(`${word}: recovery codes stand in for what was lost`, async () => {
      const visitor = await visit();
      const { factors, remove, makeCodes, codes, replaceCodes, challenge, answer } = methods(visitor.account);
      await enrolled(visitor);
      const { recoveryCodes } = await makeCodes();
      assert.equal(new Set(recoveryCodes).size, 6);
      assert.deepEqual(await factors(), { ...none, totp: true, recoveryCode: true });
      await refused(makeCodes(), 409, 'user_recovery_codes_already_exists');
      const { jwt } = await visitor.account.createJWT();
      const byJWT = methods(as({ jwt }).account);
      for (const call of [codes, replaceCodes, byJWT.codes, byJWT.replaceCodes]) await wantsChallenge(call());
      await wantsChallenge(remove({ type }));

      const { $id: challengeId } = await challenge({ factor: 'recoverycode' });
      await refused(answer({ challengeId, otp: '0'.repeat(10) }), 401, 'user_invalid_token');
      await answer({ challengeId, otp: recoveryCodes[2] });
      const left = recoveryCodes.toSpliced(2, 1);
      assert.deepEqual(await codes(), { recoveryCodes: left });
      const spent = await challenge({ factor: 'recoverycode' });
      await refused(answer({ challengeId: spent.$id, otp: recoveryCodes[2] }), 401, 'user_invalid_token');
      const renewed = await replaceCodes();
      assert.equal(new Set([...recoveryCodes, ...renewed.recoveryCodes]).size, 12);
      assert.deepEqual(await codes(), renewed);

      await remove({ type });
      assert.equal((await factors()).totp, false);
      await refused(remove({ type }), 404, 'user_authenticator_not_found');
    });

    test(`${word}: who never made recovery codes has none`, async () => {
      const visitor = await visit();
      const { codes, replaceCodes, challenge, answer } = methods(visitor.account);
      const app = await enrolled(visitor);
      const { $id: challengeId } = await challenge({ factor: 'totp' });
      await answer({ challengeId, otp: laterCode(app) });
      for (const call of [codes, replaceCodes]) await refused(call(), 404, 'user_recovery_codes_not_found');
    });

    test(`${word}: factors are what is verified, and challenges what the project accepts`, async () => {
      const { account, userId } = await visit(await newest.create({ userId: 'unique()' }));
      const { challenge, factors } = methods(account);
      await invalid(challenge({ factor: 'nosuch' }));
      await refused(challenge({ factor: 'custom' }), 501, 'user_auth_method_unsupported');
      await newest.updateEmail({ userId, email: email() });
      await newest.updateEmailVerification({ userId, emailVerification: true });
      await newest.updatePhone({ userId, number: phone() });
      await newest.updatePhoneVerification({ userId, phoneVerification: true });
      assert.deepEqual(await factors(), { ...none, email: true, phone: true });
      await refused(challenge({ factor: 'phone' }), 503, 'general_phone_disabled'); // without a provider that sends
    });

    test(`${word}: a challenge is answered with the code of a mail`, { skip: !own && 'mails are kept elsewhere' }, async () => {
      const user = await person();
      const here = await visit(user);
      const { challenge, answer } = methods(here.account);
      await refused(challenge({ factor: 'email' }), 400, 'user_email_not_verified');
      await newest.updateEmailVerification({ userId: user.$id, emailVerification: true });
      await newest.updateMfa({ userId: user.$id, mfa: true });
      await wantsFactor(here.account.get());
      const { $id: challengeId } = await challenge({ factor: 'email' });
      const [otp] = (await mailTo(user.email)).text.match(/\b\d{6}\b/);
      await refused(answer({ challengeId, otp: otp === '123456' ? '654321' : '123456' }), 401, 'user_invalid_token');
      assert.deepEqual((await answer({ challengeId, otp })).factors, ['server', 'email']);
      assert.equal((await here.account.get()).$id, user.$id);
    });
  }
};
