// Password hashes from elsewhere, created with the newest SDK. What is stored is
// checked here; that the passwords verify is the business of internal/password.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { email, word } from '../fresh.mjs';
import { refused } from '../refused.mjs';
import { connect } from '../server.mjs';
import { addressed, defaultHash, defaultHashPrefix, expectUser } from './models.mjs';
import { record } from './recorder.mjs';
import { open } from './sdk.mjs';
import { newest } from './versions.mjs';

const connection = await connect();
const recorder = await record(connection.endpoint);
const { project, key } = connection;
const { users } = await open(newest, 'object', { recorder, project, key });

const file = process.env.ROSTER_VECTORS ?? new URL('../../internal/password/testdata/hash-vectors.json', import.meta.url);
const { vectors, must_not_verify: broken, must_reject: rejects } = JSON.parse(await readFile(file, 'utf8'));

const methods = {
  plaintext: 'create', argon2: 'createArgon2User', bcrypt: 'createBcryptUser', md5: 'createMD5User', phpass: 'createPHPassUser',
  sha: 'createSHAUser', scrypt: 'createScryptUser', 'scrypt-modified': 'createScryptModifiedUser',
};

describe('imported password hashes', () => {
  after(async () => {
    await recorder.stop();
    await connection.stop();
  });

  describe('hashes that verify', { concurrency: 4 }, () => {
    assert.equal(vectors.length, 99);
    for (const { id, endpoint, body, expect } of vectors) {
      test(id, async () => {
        const user = await expectImport(endpoint, body, optionsOf(endpoint, body));
        const { hash, hashOptions } = expect;
        assert.equal(user.hash, hash);
        if (['md5', 'sha', 'scrypt', 'scrypt-modified'].includes(endpoint)) assert.deepEqual(user.hashOptions, hashOptions);
      });
    }
  });

  describe('hashes that are stored but never verify', { concurrency: 4 }, () => {
    assert.equal(broken.length, 50);
    for (const { id, endpoint, body, why } of broken) {
      const open = ['argon2', 'bcrypt'].includes(endpoint); // a malformed hash need not show any numbers
      test(`${id}: ${why}`, async () => {
        const { hashOptions } = await expectImport(endpoint, body, open ? undefined : optionsOf(endpoint, body));
        if (open) assert.equal(hashOptions.type, endpoint);
      });
    }
  });

  describe('hashes that are refused', { concurrency: 4 }, () => {
    assert.equal(rejects.length, 49);
    for (const { id, endpoint, body, recommended, why } of rejects) {
      test(`${id}: ${why}`, async () => {
        const userId = word('reject');
        const answer = await post(endpoint, { userId, email: email(), ...body });
        assert.deepEqual([answer.status, answer.body.type], [recommended, 'general_argument_invalid']);
        await refused(users.get({ userId }), 404, 'user_not_found');
      });
    }
  });
});

// expectImport creates a user with the hash and asserts every field; undefined
// hashOptions are left open.
async function expectImport(endpoint, body, hashOptions) {
  const address = email();
  const user = await users[methods[endpoint]]({ userId: 'unique()', email: address, ...body });
  const hash = { plaintext: 'argon2', 'scrypt-modified': 'scryptMod' }[endpoint] ?? endpoint;
  if (endpoint === 'plaintext') assert.ok(user.password.startsWith(defaultHashPrefix), user.password);
  assert.notEqual(user.passwordUpdate, '');
  expectUser(user, {
    hash, hashOptions: hashOptions ?? user.hashOptions,
    password: endpoint === 'plaintext' ? user.password : body.password,
    passwordUpdate: user.passwordUpdate, ...addressed(address), targets: [{ providerType: 'email', identifier: address }],
  });
  assert.deepEqual(await users.get({ userId: user.$id }), user);
  return user;
}

// optionsOf returns the hashOptions of contract section 3.3, but for argon2 and
// bcrypt the numbers in the hash itself.
function optionsOf(endpoint, body) {
  switch (endpoint) {
    case 'plaintext': return defaultHash;
    case 'argon2': return argon2Options(body.password);
    case 'bcrypt': return bcryptOptions(body.password);
    case 'md5': return { type: 'md5' };
    case 'phpass': return { type: 'phpass', iteration_count_log2: 8, portable_hashes: false, random_state: '' };
    case 'sha': return { version: body.passwordVersion ?? 'sha256' };
    case 'scrypt': return {
      type: 'scrypt', costCpu: body.passwordCpu, costMemory: body.passwordMemory, costParallel: body.passwordParallel,
      length: body.passwordLength, salt: body.passwordSalt,
    };
    default: return { type: 'scryptMod', salt: body.passwordSalt, saltSeparator: body.passwordSaltSeparator, signerKey: body.passwordSignerKey };
  }
}

function argon2Options(hash) {
  const [memory, time, threads] = hash.match(/^\$argon2id?\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/).slice(1);
  return { type: 'argon2', memory_cost: Number(memory), time_cost: Number(time), threads: Number(threads) };
}

function bcryptOptions(hash) {
  const [, cost] = hash.match(/^\$2[abxy]\$(\d\d)\$/);
  return { type: 'bcrypt', cost: Number(cost) };
}

// post sends what the SDK would refuse to.
async function post(endpoint, body) {
  const response = await fetch(`${connection.endpoint}/users${endpoint === 'plaintext' ? '' : `/${endpoint}`}`, {
    method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-appwrite-project': project, 'x-appwrite-key': key },
  });
  return { status: response.status, body: await response.json() };
}
