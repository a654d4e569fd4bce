// Teams and memberships (companion section 9): an operator's key makes them, and
// members see them with their sessions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email, phone, word } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { peopleOf } from '../people.mjs';

export default (sdk) => {
  const { teams, users, newest, as, ID, Query, connection: { own, createKey } } = sdk;
  const { person, visit, seen } = peopleOf(sdk);
  const create = async (name = word('Team ')) => teams.create({ teamId: ID.unique(), name });
  const setRoles = teams.updateMembership ?? teams.updateMembershipRoles;
  // join makes somebody a member; one major cannot leave out the url.
  const join = (teamId, who, roles = ['editor']) => teams.createMembership({ teamId, roles, url: 'https://app.example/join', ...who });
  const idsOf = (items) => items.map(({ $id }) => $id);

  test('a team begins without members', async () => {
    const given = { teamId: word('team'), name: 'Étoile' };
    const team = await teams.create({ ...given, roles: ['owner'] });
    const { $createdAt, $updatedAt } = team;
    assert.deepEqual(team, { $id: given.teamId, $createdAt, $updatedAt, name: given.name, total: 0, prefs: {} });
    assert.deepEqual(await teams.get({ teamId: team.$id }), team);
    assert.deepEqual(await teams.listMemberships({ teamId: team.$id }), { total: 0, memberships: [] });
    await refused(teams.create(given), 409, 'team_already_exists');
  });

  test('what is no team is refused', async () => {
    await invalid(teams.create({ teamId: '_', name: 'x' }));
    await invalid(teams.create({ teamId: ID.unique(), name: '' }));
    await invalid(teams.create({ teamId: ID.unique(), name: 'x'.repeat(129) }));
    const [teamId, membershipId] = ['nobody', 'nobody'];
    for (const call of [
      () => teams.get({ teamId }), () => teams.updateName({ teamId, name: 'x' }), () => teams.delete({ teamId }),
      () => teams.listMemberships({ teamId }), () => teams.getMembership({ teamId, membershipId }), () => setRoles({ teamId, membershipId, roles: [] }),
      () => join(teamId, { email: email() }),
    ]) await refused(call(), 404, 'team_not_found');
  });

  test('a team is renamed and deleted, its members stay', async () => {
    const { $id: teamId, $updatedAt, ...team } = await create();
    const { userId } = await join(teamId, { email: email() });
    const renamed = await teams.updateName({ teamId, name: 'Renamed' });
    assert.deepEqual(renamed, { $id: teamId, ...team, $updatedAt: renamed.$updatedAt, name: 'Renamed', total: 1 });
    assert.ok(renamed.$updatedAt > $updatedAt);
    await invalid(teams.updateName({ teamId, name: '' }));
    await teams.delete({ teamId });
    await refused(teams.get({ teamId }), 404, 'team_not_found');
    assert.deepEqual(await users.listMemberships({ userId }), { total: 0, memberships: [] });
  });

  test('teams are listed, filtered and searched', async () => {
    const name = word('Crowd');
    const made = [await create(`${name} one`), await create(`${name} two`), await create(`${name} three`)];
    await join(made[1].$id, { email: email() });
    const list = async (given) => idsOf((await teams.list(given)).teams);
    const ids = idsOf(made);
    assert.deepEqual(await list({ search: name }), ids);
    assert.deepEqual(await list({ search: `${name} three` }), ids.slice(2));
    const [one, two, three] = made.map((team) => team.name);
    assert.deepEqual(await list({ queries: [Query.equal('name', [one, three])] }), [ids[0], ids[2]]);
    assert.deepEqual(await list({ queries: [Query.equal('name', [one, two, three]), Query.greaterThan('total', 0)] }), [ids[1]]);
    assert.deepEqual(await list({ queries: [Query.orderDesc('$createdAt'), Query.limit(2)], search: name }), [ids[2], ids[1]]);
    assert.deepEqual(await list({ queries: [Query.cursorAfter(ids[0]), Query.limit(1)], search: name }), [ids[1]]);
    assert.equal((await teams.list({ queries: [Query.limit(1)], search: name })).total, 3);
    if (teams.list.takes('total')) assert.equal((await teams.list({ search: name, total: false })).total, 0);
    await invalid(list({ queries: [Query.equal('prefs', 'x')] }));
    await refused(list({ queries: [Query.cursorAfter('nobody')] }), 400, 'general_cursor_not_found');
  });

  test('a user becomes a member by id, email or phone number', async () => {
    const team = await create();
    const teamId = team.$id;
    const people = [await person({ name: 'Ada', phone: phone() }), await person(), await person({ phone: phone() })];
    const [first, ...others] = [
      await join(teamId, { userId: people[0].$id }, ['owner', 'editor']), await join(teamId, { email: people[1].email }), await join(teamId, { phone: people[2].phone }),
    ];
    const { $id, $createdAt, $updatedAt, invited, joined } = first;
    const all = {
      $id, $createdAt, $updatedAt, userId: people[0].$id, userName: 'Ada', userEmail: people[0].email, userPhone: people[0].phone,
      teamId, teamName: team.name, invited, joined, confirm: true, mfa: false, userAccessedAt: '', roles: ['owner', 'editor'],
    };
    assert.deepEqual(first, seen('membership', all));
    assert.deepEqual([invited, joined], [$createdAt, $createdAt]);
    assert.deepEqual(others.map(({ userId, roles }) => [userId, roles]), [[people[1].$id, ['editor']], [people[2].$id, ['editor']]]);
    assert.equal((await teams.get({ teamId })).total, 3);
    assert.deepEqual(await teams.getMembership({ teamId, membershipId: $id }), first);
    assert.deepEqual(await teams.listMemberships({ teamId }), { total: 3, memberships: [first, ...others] });
    assert.deepEqual(await users.listMemberships({ userId: people[0].$id }), { total: 1, memberships: [first] });
  });

  test('an address that nobody has makes a user', async () => {
    const { $id: teamId } = await create();
    const [address, number] = [email(), phone()];
    const { userId } = await join(teamId, { email: address, name: 'Ada' });
    const user = await newest.get({ userId });
    assert.deepEqual([user.name, user.email, user.passwordUpdate, user.emailVerification], ['Ada', address, '', false]);
    const named = await newest.get({ userId: (await join(teamId, { email: email() })).userId });
    assert.equal(named.name, named.email);
    assert.equal((await newest.get({ userId: (await join(teamId, { phone: number })).userId })).phone, number);
  });

  test('a membership that cannot be is refused', async () => {
    const { $id: teamId } = await create();
    const [one, other] = [await person(), await person()];
    await join(teamId, { userId: one.$id });
    await refused(join(teamId, { userId: one.$id }), 409, 'membership_already_confirmed');
    await refused(join(teamId, { email: one.email }), 409, 'membership_already_confirmed');
    await refused(join(teamId, { userId: other.$id, email: one.email }), 409, 'user_already_exists');
    await refused(join(teamId, { userId: 'nobody' }), 404, 'user_not_found');
    await invalid(join(teamId, {}));
    await invalid(join(teamId, { userId: other.$id }, ['x'.repeat(82)]));
    await invalid(join(teamId, { email: 'nonsense' }));
    assert.equal((await teams.get({ teamId })).total, 1);
  });

  test('roles are replaced, and members removed', async () => {
    const [{ $id: teamId }, { $id: elsewhere }] = [await create(), await create()];
    const membership = await join(teamId, { email: email() });
    const membershipId = membership.$id;
    const changed = await setRoles({ teamId, membershipId, roles: ['guest', 'reader'] });
    assert.deepEqual(changed, { ...membership, $updatedAt: changed.$updatedAt, roles: ['guest', 'reader'] });
    await refused(setRoles({ teamId: elsewhere, membershipId, roles: [] }), 404, 'team_membership_mismatch');
    await refused(teams.getMembership({ teamId: elsewhere, membershipId }), 404, 'team_membership_mismatch');
    await refused(teams.deleteMembership({ teamId: elsewhere, membershipId }), 404, 'team_membership_mismatch');
    await refused(teams.getMembership({ teamId, membershipId: 'nobody' }), 404, 'membership_not_found');
    await teams.deleteMembership({ teamId, membershipId });
    await refused(teams.deleteMembership({ teamId, membershipId }), 404, 'team_invite_not_found');
    assert.equal((await teams.get({ teamId })).total, 0);
  });

  test('memberships are filtered and searched', async () => {
    const { $id: teamId } = await create();
    const made = [await join(teamId, { email: email() }, ['owner']), await join(teamId, { email: email() }, ['owner', 'editor']), await join(teamId, { email: email() }, [])];
    const ids = idsOf(made);
    const list = async (given) => idsOf((await teams.listMemberships({ teamId, ...given })).memberships);
    if ('contains' in Query) assert.deepEqual(await list({ queries: [Query.contains('roles', 'owner')] }), ids.slice(0, 2));
    assert.deepEqual(await list({ queries: [Query.equal('userId', made[2].userId)] }), ids.slice(2));
    assert.deepEqual(await list({ queries: [Query.equal('confirm', true), Query.orderDesc('joined'), Query.limit(1)] }), ids.slice(2));
    assert.deepEqual(await list({ queries: [Query.cursorBefore(ids[2])] }), ids.slice(0, 2));
    assert.deepEqual(await list({ search: made[1].userId }), ids.slice(1, 2));
    await invalid(list({ queries: [Query.equal('roles', 'owner')] }));
    if (teams.listMemberships.takes('total')) assert.equal((await teams.listMemberships({ teamId, total: false })).total, 0);
  });

  test('members see their teams and little of each other', async () => {
    const [team, other] = [await create(), await create()];
    const [visitor, mate] = [await visit(), await person({ name: 'Mate' })];
    const [mine, theirs] = [await join(team.$id, { userId: visitor.userId }), await join(team.$id, { userId: mate.$id })];
    const seenByKey = await teams.get({ teamId: team.$id });
    assert.deepEqual(await visitor.teams.list(), { total: 1, teams: [seenByKey] });
    assert.deepEqual(await visitor.teams.get({ teamId: team.$id }), seenByKey);
    await refused(visitor.teams.get({ teamId: other.$id }), 404, 'team_not_found');
    await refused(visitor.teams.listMemberships({ teamId: other.$id }), 404, 'team_not_found');

    const hidden = (membership) => seen('membership', { ...membership, userId: '', userName: '', userEmail: '', userPhone: '', userAccessedAt: '' });
    const { total, memberships } = await visitor.teams.listMemberships({ teamId: team.$id });
    assert.deepEqual([total, memberships], [2, [hidden(mine), hidden(theirs)]]);
    assert.deepEqual(await visitor.teams.getMembership({ teamId: team.$id, membershipId: theirs.$id }), hidden(theirs));
  });

  test('teams are changed with a key that has the scope', { skip: !own && 'keys cannot be made from here' }, async () => {
    const { $id: teamId } = await create();
    const { teams: reader } = as({ key: await createKey(['teams.read']) });
    await reader.get({ teamId });
    const { teams: stranger } = as({ key: await createKey(['users.read']) });
    await refused(stranger.get({ teamId }), 401, 'general_unauthorized_scope');
    for (const denied of [reader, as({}).teams, (await visit()).teams]) {
      await refused(denied.updateName({ teamId, name: 'x' }), 401, 'general_unauthorized_scope');
      await refused(denied.delete({ teamId }), 401, 'general_unauthorized_scope');
    }
    await refused(as({}).teams.list(), 401, 'general_unauthorized_scope');
  });
};
