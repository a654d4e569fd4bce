// Creating, reading and deleting users (contract sections 3.2, 3.5, 4.1, 6).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email, phone, word } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { addressed, defaultHash, defaultHashPrefix, expectUser } from '../models.mjs';

export default ({ users, ID, format, unique }) => {
  test('a user needs nothing but an id', async () => {
    const userId = ID.unique();
    const user = await users.create({ userId });
    expectUser(user, unique === 'id' ? { $id: userId } : {}, format);
    assert.match(user.$id, /^[0-9a-f]{20}$/);
    assert.deepEqual(await users.get({ userId: user.$id }), user);
  });

  test('the literal unique() asks the server for an id', async () => {
    const before = Math.floor(Date.now() / 1000) - 5;
    const { $id } = await users.create({ userId: 'unique()' });
    assert.match($id, /^[0-9a-f]{20}$/);
    assert.ok(parseInt($id.slice(0, 8), 16) >= before, 'the id begins with the time');
  });

  test('an id may be chosen', async () => {
    for (const userId of [word('Own.id_'), word('9-'), word('x').padEnd(36, '-')]) {
      assert.equal((await users.create({ userId: ID.custom(userId) })).$id, userId);
    }
  });

  test('a user keeps what it is created with', async () => {
    const [userId, address, number] = [word('full'), email(), phone()];
    const user = await users.create({ userId, email: address, phone: number, password: 'correct horse', name: 'Mira Okafor 🐎' });
    assert.ok(user.password.startsWith(defaultHashPrefix), user.password);
    assert.notEqual(user.passwordUpdate, '');
    expectUser(user, {
      $id: userId, name: 'Mira Okafor 🐎', phone: number, password: user.password, hashOptions: defaultHash, passwordUpdate: user.passwordUpdate,
      ...addressed(address),
      targets: [{ providerType: 'email', identifier: address }, { providerType: 'sms', identifier: number }],
    }, format);
    assert.deepEqual(await users.get({ userId }), user);
  });

  test('null stands for nothing given', async () => {
    expectUser(await users.create({ userId: 'unique()', email: null, phone: null, password: null, name: null }), {}, format);
  });

  test('an email is stored in lower case and without blanks around it', async () => {
    const address = email();
    const user = await users.create({ userId: 'unique()', email: ` ${address.toUpperCase()} ` });
    expectUser(user, { ...addressed(address), targets: [{ providerType: 'email', identifier: address }] }, format);
  });

  test('what an email says of its owner follows its domain', async () => {
    const u = word('facts');
    const facts = {
      [`${u}.dots+tag@gmail.com`]: { canonical: `${u}dots@gmail.com`, free: true },
      [`+${u}@gmail.com`]: { canonical: `+${u}@gmail.com`, free: true },
      [`${u}+tag@hotmail.com`]: { canonical: `${u}@outlook.com`, free: true },
      [`${u}-a-b@yahoo.com`]: { canonical: `${u}-a@yahoo.com`, free: true },
      [`${u}+tag@me.com`]: { canonical: `${u}@icloud.com` },
      [`${u}+tag@pm.me`]: { canonical: `${u}+tag@protonmail.com` },
      [`${u}@walla.com`]: { canonical: `${u}@walla.co.il` },
      [`${u}@mailinator.com`]: { canonical: `${u}@mailinator.com`, disposable: true },
      [`${u}.a+b@firm.example`]: { canonical: `${u}.a+b@firm.example`, corporate: true },
    };
    for (const [address, { canonical, ...kind }] of Object.entries(facts)) {
      const user = await users.create({ userId: 'unique()', email: address });
      assert.equal(user.emailCanonical, canonical);
      assert.equal(user.emailIsCanonical, canonical === address, address);
      const { emailIsFree: free, emailIsDisposable: disposable, emailIsCorporate: corporate } = user;
      assert.equal(Number(free) + Number(disposable) + Number(corporate), 1, `${address} is of one kind`);
      for (const name of Object.keys(kind)) assert.equal({ free, disposable, corporate }[name], true, `${address} is ${name}`);
    }
  });

  test('ids, emails and phones belong to one user', async () => {
    const taken = { userId: word('taken'), email: email(), phone: phone() };
    await users.create(taken);
    await refused(users.create({ userId: taken.userId }), 409, 'user_already_exists');
    await refused(users.create({ userId: 'unique()', email: taken.email.toUpperCase() }), 409, 'user_already_exists');
    await refused(users.create({ userId: 'unique()', phone: taken.phone }), 409, 'user_already_exists');
  });

  if (users.createTarget) {
    test("a new user does not show another user's target", async () => {
      const address = email();
      const { $id } = await users.create({ userId: 'unique()' });
      await users.createTarget({ userId: $id, targetId: 'unique()', providerType: 'email', identifier: address });
      expectUser(await users.create({ userId: 'unique()', email: address }), addressed(address), format);
    });
  }

  const unacceptable = {
    'an id with a leading underscore': { userId: '_x' },
    'an id with a blank': { userId: 'a b' },
    'an id of 37 characters': { userId: 'x'.repeat(37) },
    'an id beyond ASCII': { userId: 'änne' },
    'an id that is a number': { userId: 7 },
    'an empty email': { email: '' },
    'an email without a dot in its domain': { email: 'a@localhost' },
    'an email with an underscore in its domain': { email: 'a@b_c.com' },
    'an email beyond ASCII': { email: 'ü@x.com' },
    'a local part of 65 characters': { email: `${'a'.repeat(65)}@x.com` },
    'an empty phone': { phone: '' },
    'a phone without plus': { phone: '4915112345678' },
    'a phone of 16 digits': { phone: '+4915112345678901' },
    'a phone with an unknown calling code': { phone: '+99912345678' },
    'an empty password': { password: '' },
    'a password of 7 bytes': { password: '1234567' },
    'a password of 257 bytes': { password: 'x'.repeat(257) },
    'an empty name': { name: '' },
    'a name of 129 characters': { name: 'x'.repeat(129) },
    'a name that is a number': { name: 7 },
  };
  for (const [what, parameters] of Object.entries(unacceptable)) {
    test(`${what} is refused`, () => invalid(users.create({ userId: 'unique()', ...parameters })));
  }

  test('lengths count what the contract counts', async () => {
    const name = '🐎'.repeat(128); // characters, not UTF-16 units
    assert.equal((await users.create({ userId: 'unique()', name })).name, name);
    await users.create({ userId: 'unique()', password: 'éééé' }); // 8 bytes
    await users.create({ userId: 'unique()', password: 'é'.repeat(128) }); // 256 bytes
    await invalid(users.create({ userId: 'unique()', password: 'é'.repeat(129) }));
  });

  test('a deleted user is gone, and its id, email and phone are free again', async () => {
    const parameters = { userId: word('gone'), email: email(), phone: phone() };
    const { userId } = parameters;
    await users.create(parameters);
    await users.delete({ userId });
    await refused(users.get({ userId }), 404, 'user_not_found');
    await refused(users.delete({ userId }), 404, 'user_not_found');
    const { targets } = await users.create(parameters);
    if (targets) assert.deepEqual(targets.map(({ identifier }) => identifier), [parameters.email, parameters.phone]);
  });
};
