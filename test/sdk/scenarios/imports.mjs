// Users with foreign password hashes (contract section 3.3, passwords section 2).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { addressed, expectUser } from '../models.mjs';

const scrypt = { passwordSalt: 'salt', passwordCpu: 16, passwordMemory: 8, passwordParallel: 1, passwordLength: 64 };
const firebase = { passwordSalt: 'fsI0fwZu0I9dxw==', passwordSaltSeparator: 'Bw==', passwordSignerKey: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==' };

// The hashes need not verify here; those of argon2 and bcrypt are well formed,
// because Roster reports the numbers that they carry.
const imports = {
  createArgon2User: {
    password: '$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$fLt8E4+7dSflhjsop8bmjfO8MTJnuO5l4Q0XrDUBECY',
    hash: 'argon2', hashOptions: { type: 'argon2', memory_cost: 64, time_cost: 2, threads: 1 },
  },
  createBcryptUser: {
    password: '$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2',
    hash: 'bcrypt', hashOptions: { type: 'bcrypt', cost: 5 },
  },
  createMD5User: { password: '3cb4e732631f47e6eb961f34554b7cde', hash: 'md5', hashOptions: { type: 'md5' } },
  createPHPassUser: {
    password: '$P$6saltsaltm5kzegSSYLpteeiemmHd3/',
    hash: 'phpass', hashOptions: { type: 'phpass', iteration_count_log2: 8, portable_hashes: false, random_state: '' },
  },
  createSHAUser: { password: '4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631', hash: 'sha', hashOptions: { version: 'sha256' } },
  createScryptUser: {
    password: 'e919101cd43acc42f31124f3268d309d9955015e39e9d5c5205c1bf4dde8f565', parameters: scrypt,
    hash: 'scrypt', hashOptions: { type: 'scrypt', costCpu: 16, costMemory: 8, costParallel: 1, length: 64, salt: 'salt' },
  },
  createScryptModifiedUser: {
    password: 'Amj55arRgJai9t1LQ2w4Ma/ysQ/05+4wz1j7ebEoy8O/bGT+95q/dC9HpbVYTHq4oA7b0uNcofIs5NdPz6vv5A==', parameters: firebase,
    hash: 'scryptMod',
    hashOptions: { type: 'scryptMod', salt: firebase.passwordSalt, saltSeparator: firebase.passwordSaltSeparator, signerKey: firebase.passwordSignerKey },
  },
};

const versions = [
  'sha1', 'sha224', 'sha256', 'sha384', 'sha512/224', 'sha512/256', 'sha512', 'sha3-224', 'sha3-256', 'sha3-384', 'sha3-512',
];

export default ({ users, ID, format }) => {
  for (const [create, { password, parameters, hash, hashOptions }] of Object.entries(imports)) {
    test(`${create} keeps the hash as it is`, async () => {
      const address = email();
      const user = await users[create]({ userId: ID.unique(), email: address.toUpperCase(), password, ...parameters, name: 'Import' });
      assert.notEqual(user.passwordUpdate, '');
      expectUser(user, {
        name: 'Import', password, hash, hashOptions, passwordUpdate: user.passwordUpdate,
        ...addressed(address), targets: [{ providerType: 'email', identifier: address }],
      }, format);
      assert.deepEqual(await users.get({ userId: user.$id }), user);
    });

    test(`${create} refuses what it cannot store`, async () => {
      const good = { userId: 'unique()', email: email(), password, ...parameters };
      const { $id } = await users[create](good);
      await refused(users[create](good), 409, 'user_already_exists');
      await refused(users[create]({ ...good, userId: $id, email: email() }), 409, 'user_already_exists');
      const changes = [{ userId: '-' }, { email: null }, { email: 'nobody' }, { password: null }, { password: '1234567' }, { password: 'x'.repeat(257) }, { name: '' }];
      for (const change of changes) await invalid(users[create]({ ...good, email: email(), ...change }));
    });
  }

  test('every SHA version is told apart', async () => {
    for (const passwordVersion of versions) {
      const user = await users.createSHAUser({ userId: 'unique()', email: email(), password: 'ab'.repeat(20), passwordVersion });
      assert.deepEqual(user.hashOptions, { version: passwordVersion });
    }
    const bad = { userId: 'unique()', email: email(), password: 'ab'.repeat(20) };
    for (const passwordVersion of ['', 'md5', 'sha512-256']) await invalid(users.createSHAUser({ ...bad, passwordVersion }));
  });

  test('scrypt costs that cannot be computed are refused', async () => {
    const good = { userId: 'unique()', email: email(), password: 'ab'.repeat(64), ...scrypt };
    const changes = [
      { passwordCpu: 3 }, { passwordCpu: 1 }, { passwordCpu: '16' }, { passwordCpu: null }, { passwordMemory: 0 },
      { passwordParallel: 0 }, { passwordLength: 15 }, { passwordSalt: '' }, { passwordSalt: 'x'.repeat(129) },
    ];
    for (const change of changes) await invalid(users.createScryptUser({ ...good, ...change }));
  });

  test('Firebase parameters that are not base64 are refused', async () => {
    const good = { userId: 'unique()', email: email(), password: 'ab'.repeat(32), ...firebase };
    for (const name of Object.keys(firebase)) {
      for (const value of ['', 'no-base64_', null]) await invalid(users.createScryptModifiedUser({ ...good, [name]: value }));
    }
  });
};
