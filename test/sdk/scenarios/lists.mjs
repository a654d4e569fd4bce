// Listing users: filters, order, pages, search, total (contract sections 3.4
// and 5).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invalid, refused } from '../../refused.mjs';

export default ({ users, Query, queries: syntax, crowd }) => {
  const { name, labels, rows } = crowd;
  const mine = Query.startsWith('name', name);
  const list = (...queries) => users.list({ queries: [mine, ...queries] });
  const places = ({ users: page }) => page.map(({ $id }) => rows.findIndex((row) => row.$id === $id));
  const all = rows.map(({ i }) => i);
  const [even, odd] = [0, 1].map((rest) => all.filter((i) => i % 2 === rest)); // enabled, blocked
  const { $createdAt: created, registration } = rows[12];
  const { $updatedAt: updated } = rows[17];
  const [first, last] = [rows[3].name, rows[8].name];
  const withEmail = rows.filter((row) => row.email);

  // Each filter with what it must let through.
  const filters = {
    'equal to a text': [(q) => q.equal('name', last), (u) => u.name === last],
    'equal to one of several texts': [(q) => q.equal('name', [first, last, 'nobody']), (u) => u.name === first || u.name === last],
    'equal in another case': [(q) => q.equal('name', last.toUpperCase()), () => false],
    'equal to an id': [(q) => q.equal('$id', [rows[5].$id]), (u) => u.i === 5],
    'equal to an email': [(q) => q.equal('email', withEmail[1].email), (u) => u.email === withEmail[1].email],
    'equal to a phone': [(q) => q.equal('phone', rows[2].phone), (u) => u.i === 2],
    'equal to true': [(q) => q.equal('status', true), (u) => u.status],
    'equal to false': [(q) => q.equal('status', [false]), (u) => !u.status],
    'equal to a verified email': [(q) => q.equal('emailVerification', true), (u) => u.emailVerification],
    'equal to a verified phone': [(q) => q.equal('phoneVerification', true), (u) => u.phoneVerification],
    'equal to an impersonator': [(q) => q.equal('impersonator', true), (u) => u.impersonator],
    'equal to a moment': [(q) => q.equal('$createdAt', created), (u) => u.$createdAt === created],
    'equal to a moment in another zone': [(q) => q.equal('$createdAt', inIndia(created)), (u) => u.$createdAt === created],
    'equal to a registration': [(q) => q.equal('registration', registration), (u) => u.registration === registration],
    'not equal': [(q) => q.notEqual('name', last), (u) => u.name !== last],
    'not equal where there is nothing': [(q) => q.notEqual('email', withEmail[0].email), (u) => u.email && u !== withEmail[0]],
    'less than': [(q) => q.lessThan('name', last), (u) => u.name < last],
    'less than or equal': [(q) => q.lessThanEqual('name', last), (u) => u.name <= last],
    'greater than': [(q) => q.greaterThan('$createdAt', created), (u) => u.$createdAt > created],
    'greater than or equal': [(q) => q.greaterThanEqual('$updatedAt', updated), (u) => u.$updatedAt >= updated],
    'from a row number on': [(q) => q.greaterThanEqual('$sequence', 1), () => true],
    'between texts': [(q) => q.between('name', first, last), (u) => u.name >= first && u.name <= last],
    'between moments': [(q) => q.between('$createdAt', rows[4].$createdAt, created), (u) => u.$createdAt >= rows[4].$createdAt && u.$createdAt <= created],
    'not between': [(q) => q.notBetween('name', first, last), (u) => u.name < first || u.name > last],
    'without email': [(q) => q.isNull('email'), (u) => !u.email],
    'with phone': [(q) => q.isNotNull('phone'), (u) => u.phone],
    'without password': [(q) => q.isNull('passwordUpdate'), (u) => !u.passwordUpdate],
    'never seen': [(q) => q.isNull('accessedAt'), () => true],
    'beginning with, in any case': [(q) => q.startsWith('name', name.toUpperCase()), () => true],
    'ending with': [(q) => q.endsWith('name', '7'), (u) => u.name.endsWith('7')],
    'beginning with a wildcard': [(q) => q.startsWith('name', '%'), () => false],
    'ending with a wildcard': [(q) => q.endsWith('name', '_7'), () => false],
    'not beginning with': [(q) => q.notStartsWith('name', rows[10].name.slice(0, -1)), (u) => u.i < 10 || u.i > 19],
    'not ending with': [(q) => q.notEndsWith('name', '7'), (u) => !u.name.endsWith('7')],
    'containing, in any case': [(q) => q.contains('name', 'MEMBER 1'), (u) => u.i >= 10 && u.i < 20],
    'containing one of several': [(q) => q.contains('name', ['member 1', 'member 03']), (u) => (u.i >= 10 && u.i < 20) || u.i === 3],
    'containing a wildcard': [(q) => q.contains('name', '%'), () => false],
    'containing any': [(q) => q.containsAny('name', ['member 1', 'member 03']), (u) => (u.i >= 10 && u.i < 20) || u.i === 3],
    'not containing': [(q) => q.notContains('name', 'member 1'), (u) => u.i < 10 || u.i > 19],
    'not containing any of several': [(q) => q.notContains('name', ['member 1', 'member 03']), (u) => (u.i < 10 || u.i > 19) && u.i !== 3],
    'with a label': [(q) => q.contains('labels', labels.tenth), (u) => u.labels.includes(labels.tenth)],
    'with one of several labels': [(q) => q.contains('labels', [labels.fifth, labels.tenth]), (u) => u.labels.length > 0],
    'with any label': [(q) => q.containsAny('labels', [labels.fifth, 'other']), (u) => u.labels.length > 0],
    'with all labels': [(q) => q.containsAll('labels', [labels.fifth, labels.tenth]), (u) => u.labels.length === 2],
    'without a label': [(q) => q.notContains('labels', labels.tenth), (u) => !u.labels.includes(labels.tenth)],
    'created before': [(q) => q.createdBefore(created), (u) => u.$createdAt < created],
    'created after': [(q) => q.createdAfter(created), (u) => u.$createdAt > created],
    'created between': [(q) => q.createdBetween(rows[4].$createdAt, created), (u) => u.$createdAt >= rows[4].$createdAt && u.$createdAt <= created],
    'updated before': [(q) => q.updatedBefore(updated), (u) => u.$updatedAt < updated],
    'updated after': [(q) => q.updatedAfter(updated), (u) => u.$updatedAt > updated],
    'updated between': [(q) => q.updatedBetween(rows[4].$updatedAt, updated), (u) => u.$updatedAt >= rows[4].$updatedAt && u.$updatedAt <= updated],
    'or': [(q) => q.or([q.equal('name', first), q.endsWith('name', '15')]), (u) => u.name === first || u.i === 15],
    'and': [(q) => q.and([q.equal('status', true), q.endsWith('name', '4')]), (u) => u.status && u.name.endsWith('4')],
    'or of ands': [
      (q) => q.or([q.and([q.equal('status', true), q.isNotNull('phone')]), q.and([q.equal('status', false), q.contains('labels', labels.fifth)])]),
      (u) => (u.status && u.phone) || (!u.status && u.labels.length > 0),
    ],
  };
  for (const [what, [query, passes]] of Object.entries(filters).filter(([, [query]]) => expressible(Query, query))) {
    test(`users ${what}`, async () => {
      const page = await list(query(Query), Query.limit(100));
      const want = rows.filter((row) => passes(row)).map(({ i }) => i);
      assert.deepEqual({ places: places(page), total: page.total }, { places: want, total: want.length });
    });
  }

  test('filters add up', async () => {
    const page = await list(Query.equal('status', false), Query.isNotNull('phone'), Query.notEqual('name', first));
    assert.deepEqual(places(page), [1, 5, 7, 9]);
  });

  test('a list has 25 users in order of creation and the total of all', async () => {
    const page = await list();
    assert.deepEqual([places(page), page.total], [all.slice(0, 25), 30]);
    assert.deepEqual(page.users[12], (await users.get({ userId: rows[12].$id })));
  });

  test('a list without queries begins with the oldest users', async () => {
    const { total, users: page } = await users.list();
    assert.ok(total >= rows.length);
    assert.equal(page.length, 25);
    assert.deepEqual(page.map(({ $createdAt }) => $createdAt), page.map(({ $createdAt }) => $createdAt).toSorted());
  });

  const orders = {
    'by name': [[Query.orderAsc('name')], all],
    'by name, last first': [[Query.orderDesc('name')], all.toReversed()],
    'by creation, last first': [[Query.orderDesc('$createdAt')], all.toReversed()],
    'by row number, last first': [[Query.orderDesc('$sequence')], all.toReversed()],
    'by nothing named, last first': [[Query.orderDesc('')], all.toReversed()],
    'by status, ties in order of creation': [[Query.orderDesc('status')], [...even, ...odd]],
    'by status, then name, last first': [[Query.orderAsc('status'), Query.orderDesc('name')], [...odd.toReversed(), ...even.toReversed()]],
  };
  for (const [what, [order, want]] of Object.entries(orders)) {
    test(`users ${what}`, async () => assert.deepEqual(places(await list(...order, Query.limit(100))), want));

    test(`users ${what}, page by page in both directions`, async () => {
      const forward = [], backward = [];
      for (let page = await list(...order, Query.limit(7)); page.users.length > 0;) {
        assert.equal(page.total, 30);
        forward.push(...places(page));
        page = await list(...order, Query.limit(7), Query.cursorAfter(page.users.at(-1).$id));
      }
      for (let cursor = rows[want.at(-1)].$id; cursor;) {
        const page = await list(...order, Query.limit(7), Query.cursorBefore(cursor));
        assert.equal(page.total, 30);
        backward.unshift(...places(page));
        cursor = page.users[0]?.$id;
      }
      assert.deepEqual(forward, want);
      assert.deepEqual(backward, want.slice(0, -1));
    });
  }

  if (expressible(Query, (q) => q.orderRandom())) {
    test('users at random are still the same users', async () => {
      assert.deepEqual(places(await list(Query.orderRandom(), Query.limit(100))).toSorted((a, b) => a - b), all);
    });
  }

  test('limit and offset cut the list, and the first of each counts', async () => {
    assert.deepEqual(places(await list(Query.limit(3), Query.offset(28))), [28, 29]);
    assert.deepEqual(places(await list(Query.limit(2), Query.limit(9), Query.offset(4), Query.offset(0))), [4, 5]);
    const beyond = await list(Query.offset(1000));
    assert.deepEqual([beyond.users, beyond.total], [[], 30]);
  });

  test('an offset counts from the cursor', async () => {
    assert.deepEqual(places(await list(Query.cursorAfter(rows[9].$id), Query.offset(2), Query.limit(2))), [12, 13]);
  });

  test('the cursor need not be among the filtered users', async () => {
    assert.deepEqual(places(await list(Query.equal('status', true), Query.cursorAfter(rows[9].$id), Query.limit(2))), [10, 12]);
  });

  test('a cursor must exist and have what the list is ordered by', async () => {
    await refused(list(Query.cursorAfter('nobody')), 400, 'general_cursor_not_found');
    await refused(list(Query.cursorBefore('nobody')), 400, 'general_cursor_not_found');
    await refused(list(Query.orderAsc('email'), Query.cursorAfter(rows[1].$id)), 400, 'database_query_order_null');
  });

  const wrong = {
    'an unknown attribute': (q) => q.equal('nickname', 'x'),
    'an attribute that is not for filtering': (q) => q.equal('password', 'x'),
    'order by an unknown attribute': (q) => q.orderAsc('prefs'),
    'select': (q) => q.select(['$id', 'name']),
    'a text for a flag': (q) => q.equal('status', 'true'),
    'a number for a text': (q) => q.equal('name', 7),
    'a word for a moment': (q) => q.greaterThan('registration', 'yesterday'),
    'a row number of 0': (q) => q.equal('$sequence', 0),
    'equal on labels': (q) => q.equal('labels', 'vip'),
    'contains on a flag': (q) => q.contains('status', true),
    'a limit of 0': (q) => q.limit(0),
    'a negative offset': (q) => q.offset(-1),
    'an empty cursor': (q) => q.cursorAfter(''),
    'no values': (q) => q.equal('name', []),
    '501 values': (q) => q.equal('name', Array.from({ length: 501 }, (_, i) => `${i}`)),
    'or with one branch': (q) => q.or([q.equal('name', 'x')]),
    'limit inside or': (q) => q.or([q.equal('name', 'x'), q.limit(1)]),
  };
  for (const [what, query] of Object.entries(wrong).filter(([, q]) => expressible(Query, q))) {
    test(`a query with ${what} is refused`, () => invalid(list(query(Query))));
  }

  test('queries in the syntax of other majors are refused', async () => {
    const [type, queries] = syntax === 'legacy'
      ? ['general_query_invalid', ['{"method":"limit","values":[1]}', 'nonsense', 'users.equal("name", "x")']]
      : ['general_argument_invalid', ['equal("name", ["x"])', 'limit(1)', 'nonsense', '', '7', '[]', '{}', '{"method":"unheard"}', '{"method":"limit","values":1}']];
    for (const query of queries) await refused(users.list({ queries: [query] }), 400, type);
  });

  const found = async (search) => places(await users.list({ queries: [Query.limit(100)], search }));

  test('a search finds names, emails, phones, ids and labels', async () => {
    const { email, phone, $id } = rows[3];
    assert.deepEqual(await found(name.toLowerCase()), all);
    assert.deepEqual(await found(rows[3].name), [3]);
    assert.deepEqual(await found(rows[3].name.toUpperCase()), [3]);
    assert.deepEqual(await found(`"${rows[3].name}"`), [3]);
    assert.deepEqual(await found(`"${rows[3].name.split(' ').toReversed().join(' ')}"`), [], 'a phrase keeps its order');
    assert.deepEqual(await found(email), [3]);
    assert.deepEqual(await found(email.split('@')[0].slice(0, -1)).then((i) => i.includes(3)), true, 'the last word may be a beginning');
    assert.deepEqual(await found(phone), [3]);
    assert.deepEqual(await found($id), [3]);
    assert.deepEqual(await found(labels.tenth), [0, 10, 20]);
    assert.deepEqual(await found(name.slice(0, -1)).then((i) => i.length >= 30), true);
  });

  test('a search adds to the filters and counts in the total', async () => {
    const page = await users.list({ queries: [Query.equal('status', true), Query.limit(2)], search: name });
    assert.deepEqual([places(page), page.total], [[0, 2], 15]);
    const none = { total: 0, users: [] };
    for (const search of ['>', '@@@', `${name}x`, `${name} absent`]) assert.deepEqual(await users.list({ queries: [], search }), none, search);
  });

  test('a search has 1 to 256 characters', async () => {
    await invalid(users.list({ queries: [], search: '' }));
    await invalid(users.list({ queries: [], search: 'x'.repeat(257) }));
    assert.equal((await users.list({ queries: [], search: 'x'.repeat(256) })).total, 0);
  });

  if (users.list.takes('total')) {
    test('the total is counted unless it is declined', async () => {
      const queries = [mine, Query.limit(2)];
      assert.deepEqual(places(await users.list({ queries, total: false })), [0, 1]);
      assert.equal((await users.list({ queries, total: false })).total, 0);
      assert.equal((await users.list({ queries, total: 0 })).total, 0);
      assert.equal((await users.list({ queries, total: true })).total, 30);
      await invalid(users.list({ queries, total: 'maybe' }));
    });
  }
};

// expressible tells whether a major's Query has all that a query is made of.
function expressible(Query, query) {
  let complete = true;
  query(new Proxy({}, {
    get: (_, helper) => {
      complete &&= helper in Query;
      return () => '{}';
    },
  }));
  return complete;
}

// inIndia writes the same moment with the offset +05:30.
function inIndia(moment) {
  return new Date(Date.parse(moment) + 5.5 * 3_600_000).toISOString().replace('Z', '+05:30');
}
