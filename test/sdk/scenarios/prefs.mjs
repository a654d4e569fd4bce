// Preferences (contract section 3.14).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invalid } from '../../refused.mjs';

export default ({ users, major, module, client }) => {
  const create = async () => (await users.create({ userId: 'unique()' })).$id;

  test('preferences are empty at first and replaced as a whole', async () => {
    const userId = await create();
    const set = (prefs) => users.updatePrefs({ userId, prefs });
    assert.deepEqual(await users.getPrefs({ userId }), {});
    const rich = { theme: 'dark', 'ключ/key': 'ü 🐎 "quoted" </script>', n: -1.5, on: false, none: null, list: [1, 'two', { three: 3 }], deep: { empty: {}, none: [] } };
    assert.deepEqual(await set(rich), rich);
    assert.deepEqual(await users.getPrefs({ userId }), rich);
    assert.deepEqual((await users.get({ userId })).prefs, rich);
    assert.deepEqual(await set({ other: '1' }), { other: '1' });
    assert.deepEqual(await users.getPrefs({ userId }), { other: '1' });
  });

  for (const empty of [{}, []]) {
    test(`preferences are cleared by ${JSON.stringify(empty)}`, async () => {
      const userId = await create();
      await users.updatePrefs({ userId, prefs: { theme: 'dark' } });
      assert.deepEqual(await users.updatePrefs({ userId, prefs: empty }), {});
      assert.deepEqual(await users.getPrefs({ userId }), {});
      assert.deepEqual((await users.get({ userId })).prefs, {});
    });
  }

  test('what is not an object is refused', async () => {
    const userId = await create();
    for (const prefs of [['a'], 'theme', '{}', 7, true, null]) await invalid(users.updatePrefs({ userId, prefs }));
  });

  test('preferences hold 65,535 bytes, counted as escaped JSON', async () => {
    const userId = await create();
    const set = (k) => users.updatePrefs({ userId, prefs: { k } }); // {"k":""} are 8 bytes
    for (const [letter, bytes] of [['x', 1], ['ü', 6], ['/', 2]]) {
      const fits = Math.floor((65_535 - 8) / bytes);
      await set(letter.repeat(fits));
      await invalid(set(letter.repeat(fits + 1)));
      assert.equal((await users.getPrefs({ userId })).k.length, fits);
    }
  });

  if (major >= 26) {
    test('integers beyond 2^53 keep every digit', async () => {
      const service = new module.Users(client);
      const prefs = { n: 9007199254740993n };
      const userId = await create();
      assert.equal((await service.updatePrefs({ userId, prefs })).n, prefs.n);
      assert.equal((await service.getPrefs({ userId })).n, prefs.n);
    });
  }
};
