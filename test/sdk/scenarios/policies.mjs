// The rules of a project for its users (companion section 12). Each is set, felt
// and reset, one after the other: the project is that of all tests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { email, phone } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { password, peopleOf } from '../people.mjs';

// soon repeats a check until it passes: other nodes feel a policy a moment later,
// after two seconds at the latest.
const soon = async (check) => {
  for (const end = Date.now() + 2000; ; await pause(20)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
};

export default (sdk) => {
  const { project, settings, account, newest, teams, as, ID, connection: { own, nodes, createKey, mailTo, project: id } } = sdk;
  if (!project.updateUserLimitPolicy) return;
  const { person, visit } = peopleOf(sdk);
  const signUp = (given) => account.create({ userId: ID.unique(), email: email(), password, ...given });
  const signIn = async ({ $id: userId }) => {
    const { secret } = await newest.createToken({ userId });
    const session = await account.createSession({ userId, secret });
    return { ...as({ session: session.secret }), session };
  };

  // policies: what is set, how that is felt, and the values of a new project.
  const policies = {
    updatePasswordStrengthPolicy: {
      set: { min: 10, uppercase: true, lowercase: true, number: true, symbols: true },
      felt: async () => {
        for (const weak of ['Aa1!aaaaa', 'aa1!aaaaaa', 'AA1!AAAAAA', 'Aa!aaaaaaa', 'Aa1aaaaaaa']) await invalid(signUp({ password: weak }));
        await signUp({ password: 'Aa1!aaaaaa' });
      },
      reset: { min: 8, uppercase: false, lowercase: false, number: false, symbols: false },
      wrong: { min: 7 },
    },
    updatePasswordDictionaryPolicy: {
      set: { enabled: true },
      felt: () => invalid(signUp({ password: 'password1' })),
      reset: { enabled: false },
    },
    updatePasswordHistoryPolicy: {
      set: { total: 2 },
      felt: async () => {
        const { account } = await visit();
        await account.updatePassword({ password });
        await refused(account.updatePassword({ password, oldPassword: password }), 400, 'password_recently_used');
      },
      reset: { total: null },
      wrong: { total: 21 },
    },
    updatePasswordPersonalDataPolicy: {
      set: { enabled: true },
      felt: () => refused(signUp({ name: 'Ada Lovelace', password: 'I am Ada Lovelace' }), 400, 'password_personal_data'),
      reset: { enabled: false },
    },
    updateSessionDurationPolicy: {
      set: { duration: 3600 },
      felt: async () => {
        const { $createdAt, expire } = await newest.createSession({ userId: (await person()).$id });
        assert.equal(Math.round((Date.parse(expire) - Date.parse($createdAt)) / 1000), 3600);
      },
      reset: { duration: 31_536_000 },
      wrong: { duration: 59 },
    },
    updateSessionLimitPolicy: {
      set: { total: 2 },
      felt: async () => {
        const user = await person();
        const [oldest, , newer] = [await signIn(user), await signIn(user), await signIn(user)];
        await refused(oldest.account.get(), 401, 'general_unauthorized_scope');
        assert.equal((await newer.account.listSessions()).total, 2);
      },
      reset: { total: 10 },
      wrong: { total: 0 },
    },
    updateSessionInvalidationPolicy: {
      set: { enabled: false },
      felt: async () => {
        const user = await person();
        const [here, there] = [await visit(user), await visit(user)];
        await here.account.updatePassword({ password });
        assert.equal((await there.account.get()).$id, user.$id);
      },
      reset: { enabled: true },
    },
    updateSessionAlertPolicy: {
      set: { enabled: true },
      felt: async () => {
        const user = await person();
        await signIn(user);
        await signIn(user);
        assert.ok((await mailTo(user.email)).subject);
      },
      reset: { enabled: false },
    },
    updateUserLimitPolicy: {
      set: { total: 1 },
      felt: () => refused(signUp(), 400, 'user_count_exceeded'),
      reset: { total: null },
      wrong: { total: 10_001 },
    },
    updateMembershipPrivacyPolicy: {
      set: { userId: true, userEmail: true, userPhone: true, userName: true, userMFA: true, userAccessedAt: true },
      felt: async () => {
        const { $id: teamId } = await teams.create({ teamId: ID.unique(), name: 'Team' });
        const [visitor, mate] = [await visit(), await person({ name: 'Mate', phone: phone() })];
        for (const userId of [visitor.userId, mate.$id]) await teams.createMembership({ teamId, roles: [], userId });
        const { memberships: [, seen] } = await visitor.teams.listMemberships({ teamId });
        assert.deepEqual([seen.userId, seen.userName, seen.userEmail, seen.userPhone], [mate.$id, 'Mate', mate.email, mate.phone]);
      },
      reset: { userId: false, userEmail: false, userPhone: false, userName: false, userMFA: false, userAccessedAt: false },
    },
  };

  test('each policy of a project is set and felt', { skip: !own && 'the project is shared' }, async (t) => {
    for (const [method, { set, felt, reset, wrong }] of Object.entries(policies)) {
      await t.test(method, async () => {
        const answer = await project[method](set);
        if (method === 'updatePasswordStrengthPolicy') assert.deepEqual(answer, { $id: 'password-strength', ...set });
        else assert.equal(answer.$id, id);
        try {
          if (wrong) await invalid(project[method](wrong));
          await (nodes > 1 ? soon(felt) : felt());
        } finally {
          await settings[method](reset); // some majors forget what follows a first argument that is false
        }
      });
    }
    await t.test('policies are for keys that have the scope', async () => {
      const { project: stranger } = as({ key: await createKey(['users.write']) });
      for (const denied of [stranger, (await visit()).project]) {
        await refused(denied.updateSessionAlertPolicy({ enabled: true }), 401, 'general_unauthorized_scope');
      }
    });
  });
};
