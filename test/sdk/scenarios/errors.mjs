// Errors that all methods with a user in their path share (contract section
// 3.1), whatever else is right about the call.
import { test } from 'node:test';
import { email, phone, word } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { methodsOf } from '../services.mjs';

const creations = /^create(.*User)?$/;

// sound returns acceptable values for everything but the user.
const sound = () => ({
  email: email(), number: phone(), name: 'Sound', password: 'correct horse', prefs: {}, labels: [],
  status: true, impersonator: false, mfa: false, emailVerification: true, phoneVerification: true,
  sessionId: 'recent', duration: 60, length: 6, expire: 60, type: 'totp',
  targetId: 'nosuch', providerType: 'push', identifier: word('device'), providerId: 'fcm',
});

export default ({ users, major }) => {
  for (const [method, parameters] of Object.entries(methodsOf('users', major))) {
    if (!parameters.includes('userId') || creations.test(method)) continue;
    const values = sound();
    const rest = Object.fromEntries(parameters.filter((name) => name in values).map((name) => [name, values[name]]));
    const call = (userId) => users[method]({ ...rest, userId });

    test(`${method} does not know an unknown user`, () => refused(call('nobody'), 404, 'user_not_found'));

    test(`${method} refuses what is no id`, async () => {
      await invalid(call('_x'));
      await invalid(call('x'.repeat(37)));
    });
  }
};
