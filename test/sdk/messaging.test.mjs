// Messaging providers and project policies with every SDK major whose methods
// take named parameters, under each name that a method has had.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { word } from '../fresh.mjs';
import { refused } from '../refused.mjs';
import { connect } from '../server.mjs';
import { load, versions } from './versions.mjs';

const mail = { fromName: 'Okafor', fromEmail: 'hello@okafor.example', replyToName: 'Support', replyToEmail: 'support@okafor.example' };

// kinds: what each provider takes (companion section 11), split as it is shown.
const kinds = {
  mailgun: ['email', { apiKey: 'k', domain: 'okafor.example', isEuRegion: false }, mail],
  sendgrid: ['email', { apiKey: 'k' }, mail],
  resend: ['email', { apiKey: 'k' }, mail],
  ses: ['email', { accessKey: 'a', secretKey: 's', region: 'eu-central-1' }, mail],
  smtp: ['email', { host: 'mail.okafor.example', port: 2525, username: 'u', password: '<&>' }, { encryption: 'tls', autoTLS: false, mailer: 'm', ...mail }],
  msg91: ['sms', { templateId: 't', senderId: 's', authKey: 'k' }, {}],
  telesign: ['sms', { customerId: 'c', apiKey: 'k' }, { from: '+4915112345678' }],
  textmagic: ['sms', { username: 'u', apiKey: 'k' }, { from: '+4915112345678' }],
  twilio: ['sms', { accountSid: 'a', authToken: 't' }, { from: '+4915112345678' }],
  vonage: ['sms', { apiKey: 'k', apiSecret: 's' }, { from: '+4915112345678' }],
  fcm: ['push', { serviceAccountJSON: { project_id: 'okafor', private_key: 'k\n' } }, {}],
  apns: ['push', { authKey: 'k', authKeyId: 'i', teamId: 't', bundleId: 'b' }, { sandbox: true }],
};

// policies: parameters of each method of the project service.
const policies = {
  updatePasswordStrengthPolicy: { min: 10, uppercase: true, lowercase: true, number: true, symbols: false },
  updatePasswordDictionaryPolicy: { enabled: true },
  updatePasswordHistoryPolicy: { total: null },
  updatePasswordPersonalDataPolicy: { enabled: true },
  updateSessionDurationPolicy: { duration: 3600 },
  updateSessionLimitPolicy: { total: 5 },
  updateSessionInvalidationPolicy: { enabled: false },
  updateSessionAlertPolicy: { enabled: true },
  updateUserLimitPolicy: { total: null },
  updateMembershipPrivacyPolicy: { userId: true, userEmail: true, userPhone: true, userName: true, userMFA: true, userAccessedAt: true },
};

// plain drops what marks the objects of some majors as theirs.
const plain = (value) => JSON.parse(JSON.stringify(value));

const connection = await connect();
const { endpoint, project } = connection;
const key = connection.own && await connection.createKey(['providers.read', 'providers.write', 'policies.write']);
const sdks = [];
for (const version of versions) {
  if (version.styles.includes('object')) sdks.push([version.major, await load(version)]);
}

describe('messaging and policies', { skip: !connection.own }, () => {
  after(() => connection.stop());

  for (const [major, module] of sdks) {
    describe(`major ${major}`, () => {
      const client = new module.Client().setEndpoint(endpoint).setProject(project).setKey(key);
      const messaging = new module.Messaging(client);
      const methods = Object.getOwnPropertyNames(module.Messaging.prototype);
      const names = (verb, kind) => methods.filter((name) => name.toLowerCase() === `${verb}${kind}provider`);

      test('every method that the SDK has for a kind is one that is known', () => {
        const known = Object.keys(kinds).flatMap((kind) => [...names('create', kind), ...names('update', kind)]);
        assert.deepEqual(methods.filter((name) => /^(create|update)\w+Provider$/.test(name)).sort(), known.sort());
      });

      for (const [kind, [type, credentials, options]] of Object.entries(kinds)) {
        for (const name of names('create', kind)) {
          test(name, async () => {
            const providerId = word('p');
            const made = plain(await messaging[name]({ providerId, name: 'Name', ...credentials, ...options, enabled: true }));
            const { $createdAt, $updatedAt } = made;
            assert.deepEqual(made, { $id: providerId, $createdAt, $updatedAt, name: 'Name', provider: kind, enabled: true, type, credentials, options });
            assert.deepEqual(plain(await messaging.getProvider({ providerId })), made);
            await refused(messaging[name]({ providerId, name: 'Name', host: 'h' }), 409, 'provider_already_exists');
            await messaging.deleteProvider({ providerId });
            await refused(messaging.getProvider({ providerId }), 404, 'provider_not_found');
          });
        }
        for (const name of names('update', kind)) {
          test(name, async () => {
            const providerId = word('p');
            const made = plain(await messaging[names('create', kind)[0]]({ providerId, name: 'Name', host: 'h' }));
            assert.equal(made.enabled, false);
            await refused(messaging[name]({ providerId, enabled: true }), 400, 'provider_missing_credentials');
            const changed = plain(await messaging[name]({ providerId, name: 'Post', ...credentials, ...options, enabled: true }));
            assert.deepEqual(changed, { ...made, $updatedAt: changed.$updatedAt, name: 'Post', enabled: true, credentials, options });
            assert.deepEqual(plain(await messaging[name]({ providerId })), changed);
            const [other] = names('update', kind === 'fcm' ? 'apns' : 'fcm');
            await refused(messaging[other]({ providerId, name: 'X' }), 400, 'provider_incorrect_type');
          });
        }
      }

      test('the list can be filtered, searched and paged', async () => {
        const [one, two] = [word('one'), word('two')];
        for (const providerId of [one, two]) await messaging[names('create', 'fcm')[0]]({ providerId, name: `Push ${providerId}` });
        const list = async (parameters) => (await messaging.listProviders(parameters)).providers.map(({ $id }) => $id);
        const { Query } = module;
        assert.deepEqual(await list({ search: one }), [one]);
        assert.deepEqual(await list({ queries: [Query.equal('name', [`Push ${one}`, `Push ${two}`]), Query.equal('provider', 'fcm'), Query.equal('enabled', false), Query.orderDesc('')] }), [two, one]);
        assert.deepEqual(await list({ queries: [Query.cursorAfter(one), Query.limit(1)] }), [two]);
        await refused(messaging.listProviders({ queries: [Query.cursorAfter('nothing')] }), 400, 'general_cursor_not_found');
      });

      if (!module.Project?.prototype.updateUserLimitPolicy) return;
      for (const [name, parameters] of Object.entries(policies)) {
        test(name, async () => {
          const answer = plain(await new module.Project(client)[name](parameters));
          if (name === 'updatePasswordStrengthPolicy') return assert.deepEqual(answer, { $id: 'password-strength', ...parameters });
          assert.equal(answer.$id, project);
          assert.deepEqual(answer.authMethods.find(({ $id }) => $id === 'jwt'), { $id: 'jwt', enabled: true });
        });
      }
    });
  }
});
