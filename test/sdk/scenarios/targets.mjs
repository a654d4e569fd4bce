// Messaging targets (contract section 3.15).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email, phone, word } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';

export default ({ users, ID, Query, unique }) => {
  if (!users.createTarget) return;
  const create = async (parameters) => (await users.create({ userId: 'unique()', ...parameters })).$id;
  const push = (userId, parameters = {}) => users.createTarget({ userId, targetId: 'unique()', providerType: 'push', identifier: word('device'), ...parameters });

  test('a target keeps what it is created with', async () => {
    const userId = await create();
    const identifiers = { email: email().toUpperCase(), sms: phone(), push: word('any thing ') };
    for (const [providerType, identifier] of Object.entries(identifiers)) {
      const targetId = ID.unique();
      const target = await users.createTarget({ userId, targetId, providerType, identifier, name: 'Work' });
      const { $id, $createdAt, $updatedAt } = target;
      assert.deepEqual(target, { $id, $createdAt, $updatedAt, name: 'Work', userId, providerId: null, providerType, identifier, expired: false });
      assert.match($id, /^[0-9a-f]{20}$/);
      if (unique === 'id') assert.equal($id, targetId);
      assert.deepEqual(await users.getTarget({ userId, targetId: $id }), target);
    }
    const { targets } = await users.get({ userId });
    assert.deepEqual(await users.listTargets({ userId }), { total: 3, targets });
    assert.deepEqual(targets.map(({ identifier }) => identifier), Object.values(identifiers));
  });

  test('a target has no name unless given one, and no provider that is not there', async () => {
    const userId = await create();
    assert.equal((await push(userId)).name, '');
    assert.equal((await push(userId, { providerId: 'fcm-main' })).providerId, null);
    assert.equal((await push(userId, { targetId: word('own') })).providerId, null);
  });

  test('target ids and identifiers are unique across users', async () => {
    const [one, other] = [await create(), await create()];
    const { $id: targetId, identifier } = await push(one);
    await refused(push(other, { targetId }), 409, 'user_target_already_exists');
    await refused(push(other, { identifier }), 409, 'user_target_already_exists');
  });

  test('identifiers fit their type', async () => {
    const userId = await create();
    await refused(push(userId, { providerType: 'email' }), 400, 'general_invalid_email');
    await refused(push(userId, { providerType: 'sms' }), 400, 'general_invalid_phone');
    await refused(push(userId, { providerType: 'EMAIL', identifier: email() }), 400, 'provider_incorrect_type');
    const changes = [{ providerType: 'fax' }, { targetId: '_' }, { identifier: '' }, { identifier: 'x'.repeat(256) }, { providerId: '' }, { name: '' }, { name: 'x'.repeat(129) }];
    for (const change of changes) await invalid(push(userId, change));
  });

  test('updating a target changes what is given and nothing else', async () => {
    const userId = await create({ email: email() });
    const [{ $id: targetId, ...before }] = (await users.get({ userId })).targets;
    const identifier = email();
    const changed = await users.updateTarget({ userId, targetId, identifier, name: 'Home' });
    assert.deepEqual(changed, { $id: targetId, ...before, $updatedAt: changed.$updatedAt, identifier, name: 'Home' });
    assert.deepEqual(await users.updateTarget({ userId, targetId }), changed);
    assert.deepEqual(await users.getTarget({ userId, targetId }), changed);
    assert.equal((await users.get({ userId })).email, before.identifier, "the user's own email stays");
  });

  test('an update that cannot be stored is refused', async () => {
    const userId = await create({ email: email(), phone: phone() });
    const [mail, sms] = (await users.get({ userId })).targets;
    const set = (target, parameters) => users.updateTarget({ userId, targetId: target.$id, ...parameters });
    await refused(set(mail, { identifier: 'nobody' }), 400, 'general_invalid_email');
    await refused(set(sms, { identifier: 'nobody' }), 400, 'general_invalid_phone');
    const { identifier } = await push(await create(), { providerType: 'email', identifier: email() });
    await refused(set(mail, { identifier }), 409, 'user_target_already_exists');
    for (const change of [{ identifier: '' }, { providerId: '' }, { name: '' }]) await invalid(set(mail, change));
    assert.deepEqual((await users.get({ userId })).targets, [mail, sms]);
  });

  test('a deleted target is gone, also when it was the email of the user', async () => {
    const userId = await create({ email: email() });
    const [{ $id: targetId }] = (await users.get({ userId })).targets;
    await users.deleteTarget({ userId, targetId });
    await refused(users.getTarget({ userId, targetId }), 404, 'user_target_not_found');
    await refused(users.deleteTarget({ userId, targetId }), 404, 'user_target_not_found');
    assert.deepEqual(await users.listTargets({ userId }), { total: 0, targets: [] });
  });

  test('a target is found under its own user only', async () => {
    const [owner, other] = [await create(), await create()];
    const { $id: targetId } = await push(owner);
    for (const call of ['getTarget', 'updateTarget', 'deleteTarget']) {
      await refused(users[call]({ userId: other, targetId }), 404, 'user_target_not_found');
    }
  });

  test('the list can be filtered, ordered and paged', async () => {
    const userId = await create({ email: email(), phone: phone() });
    for (let i = 0; i < 25; i++) await push(userId, { identifier: word(`t${String(i).padStart(2, '0')}`) });
    const list = async (...queries) => {
      const { total, targets } = await users.listTargets({ userId, queries });
      return { total, identifiers: targets.map(({ identifier }) => identifier) };
    };
    const { targets: all } = await users.listTargets({ userId, queries: [Query.limit(100)] });
    const identifiers = all.map(({ identifier }) => identifier);
    const pushes = identifiers.slice(2);

    assert.deepEqual(await list(), { total: 27, identifiers: identifiers.slice(0, 25) });
    assert.deepEqual(await list(Query.offset(25)), { total: 27, identifiers: identifiers.slice(25) });
    assert.deepEqual(await list(Query.equal('providerType', 'sms')), { total: 1, identifiers: [identifiers[1]] });
    assert.deepEqual(await list(Query.equal('providerType', ['email', 'sms'])), { total: 2, identifiers: identifiers.slice(0, 2) });
    assert.deepEqual(await list(Query.equal('identifier', pushes[4])), { total: 1, identifiers: [pushes[4]] });
    assert.deepEqual(await list(Query.equal('userId', 'nobody')), { total: 0, identifiers: [] });
    assert.deepEqual(await list(Query.startsWith('identifier', 't0')), { total: 10, identifiers: pushes.slice(0, 10) });
    assert.deepEqual(await list(Query.isNotNull('providerId')), { total: 0, identifiers: [] });
    assert.deepEqual(await list(Query.equal('providerType', 'push'), Query.orderDesc('identifier'), Query.limit(3)), { total: 25, identifiers: pushes.toReversed().slice(0, 3) });
    assert.deepEqual(await list(Query.cursorAfter(all[3].$id), Query.limit(2)), { total: 27, identifiers: identifiers.slice(4, 6) });
    assert.deepEqual(await list(Query.cursorBefore(all[3].$id), Query.limit(2)), { total: 27, identifiers: identifiers.slice(1, 3) });
    await refused(list(Query.cursorAfter('nobody')), 400, 'general_cursor_not_found');
    await refused(list(Query.orderAsc('providerId'), Query.cursorAfter(all[0].$id)), 400, 'database_query_order_null');
    await invalid(list(Query.equal('name', 'x')));
    await invalid(list('equal("providerType", ["sms"])'));
    if (users.listTargets.takes('total')) {
      assert.deepEqual(await users.listTargets({ userId, queries: [Query.limit(1)], total: false }), { total: 0, targets: [all[0]] });
      assert.equal((await users.listTargets({ userId, total: true })).total, 27);
    }
  });
};
