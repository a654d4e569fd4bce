// Messaging providers (companion section 11): what each kind takes, under each
// name that a method has had, and how it is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phone, word } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { peopleOf } from '../people.mjs';

const mail = { fromName: 'Okafor', fromEmail: 'hello@okafor.example', replyToName: 'Support', replyToEmail: 'support@okafor.example' };
const number = { from: '+4915112345678' };

// kinds are what each provider takes, split as it is shown: credentials and
// options.
const kinds = {
  mailgun: ['email', { apiKey: 'k', domain: 'okafor.example', isEuRegion: false }, mail],
  sendgrid: ['email', { apiKey: 'k' }, mail],
  resend: ['email', { apiKey: 'k' }, mail],
  ses: ['email', { accessKey: 'a', secretKey: 's', region: 'eu-central-1' }, mail],
  smtp: ['email', { host: 'mail.okafor.example', port: 2525, username: 'u', password: '<&>' }, { encryption: 'tls', autoTLS: false, mailer: 'm', ...mail }],
  msg91: ['sms', { templateId: 't', senderId: 's', authKey: 'k' }, {}],
  telesign: ['sms', { customerId: 'c', apiKey: 'k' }, number],
  textmagic: ['sms', { username: 'u', apiKey: 'k' }, number],
  twilio: ['sms', { accountSid: 'a', authToken: 't' }, number],
  vonage: ['sms', { apiKey: 'k', apiSecret: 's' }, number],
  fcm: ['push', { serviceAccountJSON: { project_id: 'okafor', private_key: 'k\n' } }, {}],
  apns: ['push', { authKey: 'k', authKeyId: 'i', teamId: 't', bundleId: 'b' }, { sandbox: true }],
};

export default (sdk) => {
  const { messaging, users, Query, ID, as, connection: { own, createKey } } = sdk;
  if (!messaging.createFcmProvider) return;
  const { person, visit } = peopleOf(sdk);
  const names = (verb, kind) => Object.keys(messaging).filter((name) => name.toLowerCase() === `${verb}${kind}provider`);
  const idsOf = (items) => items.map(({ $id }) => $id);

  for (const [kind, [type, credentials, options]] of Object.entries(kinds)) {
    const least = kind === 'smtp' ? { host: 'h' } : {};
    const create = (given) => messaging[names('create', kind)[0]]({ providerId: ID.unique(), name: 'Name', ...least, ...given });

    for (const name of names('create', kind)) {
      test(`${name} shows what it was given`, async () => {
        const providerId = word('p');
        const made = await messaging[name]({ providerId, name: 'Name', ...credentials, ...options, enabled: true });
        const { $createdAt, $updatedAt } = made;
        assert.deepEqual(made, { $id: providerId, $createdAt, $updatedAt, name: 'Name', provider: kind, enabled: true, type, credentials, options });
        assert.deepEqual(await messaging.getProvider({ providerId }), made);
        await refused(messaging[name]({ providerId, name: 'Name', ...least }), 409, 'provider_already_exists');
        await invalid(messaging[name]({ providerId: '_', name: 'Name', ...least }));
        await invalid(messaging[name]({ providerId: ID.unique(), name: '', ...least }));
        await messaging.deleteProvider({ providerId });
        await refused(messaging.getProvider({ providerId }), 404, 'provider_not_found');
      });
    }

    for (const name of names('update', kind)) {
      test(`${name} changes what it is given, and needs all of it to enable`, async () => {
        const made = await create({ enabled: true });
        const { $id: providerId } = made;
        assert.equal(made.enabled, false);
        await refused(messaging[name]({ providerId, enabled: true }), 400, 'provider_missing_credentials');
        const changed = await messaging[name]({ providerId, name: 'Post', ...credentials, ...options, enabled: true });
        assert.deepEqual(changed, { ...made, $updatedAt: changed.$updatedAt, name: 'Post', enabled: true, credentials, options });
        assert.deepEqual(await messaging[name]({ providerId }), changed);
        assert.equal((await messaging[name]({ providerId, enabled: false })).enabled, false);
        await refused(messaging[name]({ providerId: 'nobody' }), 404, 'provider_not_found');
        const [other] = names('update', kind === 'fcm' ? 'apns' : 'fcm');
        await refused(messaging[other]({ providerId, name: 'x' }), 400, 'provider_incorrect_type');
      });
    }
  }

  test('providers are listed, filtered, searched and paged', async () => {
    const [one, two] = [word('one'), word('two')];
    for (const providerId of [one, two]) await messaging.createFcmProvider({ providerId, name: `Push ${providerId}` });
    const list = async (given) => idsOf((await messaging.listProviders(given)).providers);
    const both = Query.equal('name', [`Push ${one}`, `Push ${two}`]);
    assert.deepEqual(await list({ search: one }), [one]);
    assert.deepEqual(await list({ queries: [both, Query.equal('provider', 'fcm'), Query.equal('type', 'push'), Query.equal('enabled', false)] }), [one, two]);
    assert.deepEqual(await list({ queries: [both, Query.orderDesc('$createdAt'), Query.limit(1)] }), [two]);
    assert.deepEqual(await list({ queries: [both, Query.cursorAfter(one)] }), [two]);
    assert.equal((await messaging.listProviders({ queries: [both, Query.limit(1)] })).total, 2);
    if (messaging.listProviders.takes('total')) assert.equal((await messaging.listProviders({ total: false })).total, 0);
    await invalid(list({ queries: [Query.equal('credentials', 'x')] }));
    await refused(list({ queries: [Query.cursorAfter('nobody')] }), 400, 'general_cursor_not_found');
  });

  test('a target is of a provider', async () => {
    const { $id: providerId } = await messaging.createTwilioProvider({ providerId: ID.unique(), name: 'Texts' });
    const { $id: userId } = await person();
    const target = await users.createTarget({ userId, targetId: ID.unique(), providerType: 'sms', identifier: phone(), providerId });
    assert.equal(target.providerId, providerId);
  });

  test('providers are for keys that have the scope', { skip: !own && 'keys cannot be made from here' }, async () => {
    const { $id: providerId } = await messaging.createFcmProvider({ providerId: ID.unique(), name: 'Push' });
    const { messaging: reader } = as({ key: await createKey(['providers.read']) });
    await reader.getProvider({ providerId });
    await refused(reader.deleteProvider({ providerId }), 401, 'general_unauthorized_scope');
    for (const denied of [as({ key: await createKey(['providers.write']) }), as({}), await visit()]) {
      await refused(denied.messaging.getProvider({ providerId }), 401, 'general_unauthorized_scope');
    }
  });
};
