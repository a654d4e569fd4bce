// Every Query function of a major on every list of users, targets, memberships
// and identities (contract sections 5.2 and 5.3): understood, or refused with
// the right type. What they select is in lists.mjs and targets.mjs.
import { test } from 'node:test';
import { word } from '../../fresh.mjs';
import { refused } from '../../refused.mjs';
import { queryHelpers } from '../versions.mjs';

// The columns stand for all of their type; a list that lacks one is not asked.
const lists = {
  list: { text: 'name', moment: 'registration', array: 'labels' },
  listTargets: { text: 'identifier', ofUser: true },
  listMemberships: { text: 'teamId', moment: 'joined', array: 'roles', ofUser: true },
  listIdentities: { text: 'providerEmail', moment: 'providerAccessTokenExpiry' },
};

const now = '2026-01-01T00:00:00.000+00:00';
const value = (q, name, { text }) => q[name](text, 'x');
const place = (q, name, { text }) => q[name](text, [1, 2]);
const distance = (q, name, { text }) => q[name](text, [1, 2], 3);

const understood = {
  equal: value, notEqual: value, lessThan: value, lessThanEqual: value, greaterThan: value, greaterThanEqual: value,
  startsWith: value, endsWith: value, notStartsWith: value, notEndsWith: value,
  contains: value, notContains: value,
  containsAny: (q, name, { text }) => q[name](text, ['x', 'y']),
  containsAll: (q, name, { array }) => array && q[name](array, ['x', 'y']),
  isNull: (q, name, { text }) => q[name](text),
  isNotNull: (q, name, { text }) => q[name](text),
  between: (q, name, { text }) => q[name](text, 'a', 'b'),
  notBetween: (q, name, { moment }) => moment && q[name](moment, now, now),
  orderAsc: (q, name, { text }) => q[name](text),
  orderDesc: (q, name, { text }) => q[name](text),
  orderRandom: (q, name) => q[name](),
  limit: (q, name) => q[name](5),
  offset: (q, name) => q[name](1),
  createdBefore: (q, name) => q[name](now),
  createdAfter: (q, name) => q[name](now),
  createdBetween: (q, name) => q[name](now, now),
  updatedBefore: (q, name) => q[name](now),
  updatedAfter: (q, name) => q[name](now),
  updatedBetween: (q, name) => q[name](now, now),
  and: (q, name, { text }) => q[name]([q.equal(text, 'x'), q.isNotNull(text)]),
  or: (q, name, { text }) => q[name]([q.equal(text, 'x'), q.isNull(text)]),
};

const refusals = {
  general_query_invalid: { search: value, notSearch: value },
  general_cursor_not_found: {
    cursorAfter: (q, name) => q[name]('nobody'),
    cursorBefore: (q, name) => q[name]('nobody'),
  },
  general_argument_invalid: {
    select: (q, name) => q[name](['$id']),
    regex: value,
    exists: (q, name, { text }) => q[name]([text]),
    notExists: (q, name, { text }) => q[name]([text]),
    elemMatch: (q, name, { text }) => q[name](text, [q.equal('x', 'y')]),
    distanceEqual: distance, distanceNotEqual: distance, distanceGreaterThan: distance, distanceLessThan: distance,
    intersects: place, notIntersects: place, crosses: place, notCrosses: place,
    overlaps: place, notOverlaps: place, touches: place, notTouches: place,
    vectorDot: place, vectorCosine: place, vectorEuclidean: place,
  },
};

export default ({ users, Query, module }) => {
  const ask = async (method, query) => {
    const parameters = { queries: [query] };
    if (lists[method].ofUser) parameters.userId = (await users.create({ userId: word('asked') })).$id;
    return users[method](parameters);
  };
  const outcome = (helper) => {
    if (helper in understood) return [understood[helper]];
    const [type, asked] = Object.entries(refusals).find(([, group]) => helper in group) ?? [];
    if (!type) throw new Error(`the grammar scenario does not know Query.${helper}`);
    return [asked[helper], type];
  };

  for (const [method, columns] of Object.entries(lists).filter(([name]) => users[name]?.takes('queries'))) {
    for (const helper of queryHelpers(module)) {
      const [build, type] = outcome(helper);
      const query = build(Query, helper, columns);
      if (!query) continue;
      test(`${method} ${type ? `answers ${type} to` : 'understands'} Query.${helper}`, async () => {
        if (type) await refused(ask(method, query), 400, type);
        else await ask(method, query);
      });
    }
  }
};
