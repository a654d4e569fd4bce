// What X-Appwrite-Response-Format changes (contract section 9), for versions
// that no tested SDK sends, and the headers of every answer (section 1.6).
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { email } from '../fresh.mjs';
import { connect } from '../server.mjs';
import { checkModel, latest } from './models.mjs';

const connection = await connect();
const { project, key } = connection;
const send = async (method, path, { format, body, session, ...headers } = {}) => {
  const response = await fetch(`${connection.endpoint}${path}`, {
    method, body: body && JSON.stringify(body),
    headers: {
      'content-type': 'application/json', 'x-appwrite-project': project,
      ...(session ? { 'x-appwrite-session': session } : { 'x-appwrite-key': key }),
      ...(format && { 'x-appwrite-response-format': format }), ...headers,
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
};

const { body: { $id, targets } } = await send('POST', '/users', { body: { userId: 'unique()', email: email() } });
const { body: { secret: session } } = await send('POST', `/users/${$id}/sessions`);

const formats = [
  undefined, '1.0.0', '1.3.0', '1.4.0', '1.4.13', '1.5.0', '1.6.0', '1.7.0', '1.8.0', '1.8.1', '1.9.0', '1.9.1', '1.9.2', '1.9.3', '1.9.4', '1.9.5', '1.10.0', '2.0.0',
];
describe('the wire', () => {
  after(connection.stop);

  for (const format of formats) {
    test(`models in format ${format ?? 'none'}`, async () => {
      const check = async (model, method, path, as) => checkModel(model, (await send(method, path, { format, ...as })).body, format ?? latest);
      await check('user', 'GET', `/users/${$id}`);
      await check('userList', 'GET', '/users');
      await check('session', 'POST', `/users/${$id}/sessions`);
      await check('sessionList', 'GET', `/users/${$id}/sessions`);
      await check('token', 'POST', `/users/${$id}/tokens`);
      await check('target', 'GET', `/users/${$id}/targets/${targets[0].$id}`);
      await check('logList', 'GET', `/users/${$id}/logs`);
      await check('account', 'GET', '/account', { session });
      await check('sessionList', 'GET', '/account/sessions', { session });
      await check('logList', 'GET', '/account/logs', { session });
    });
  }

  describe('query syntax', () => {
    const legacy = encodeURIComponent('limit(1)');
    const json = encodeURIComponent('{"method":"limit","values":[1]}');
    const convertible = ['/users', '/users/identities', `/users/${$id}/logs`];
    const others = [`/users/${$id}/targets`, `/users/${$id}/memberships`];
    const answer = async (path, query, format) => {
      const { status, body } = await send('GET', `${path}?queries[0]=${query}`, { format });
      return [status, body.type];
    };
    const fine = [200, undefined];
    const expectations = [
      { what: 'old', query: legacy, format: '1.4.0', convertible: fine, others: [400, 'general_argument_invalid'] },
      { what: 'old', query: legacy, format: '1.5.0', convertible: [400, 'general_argument_invalid'], others: [400, 'general_argument_invalid'] },
      { what: 'new', query: json, format: '1.4.0', convertible: [400, 'general_query_invalid'], others: fine },
      { what: 'new', query: json, format: '1.5.0', convertible: fine, others: fine },
      { what: 'new', query: json, convertible: fine, others: fine },
    ];
    for (const expected of expectations) {
      test(`the ${expected.what} syntax in format ${expected.format ?? 'none'}`, async () => {
        for (const path of convertible) assert.deepEqual(await answer(path, expected.query, expected.format), expected.convertible, path);
        for (const path of others) assert.deepEqual(await answer(path, expected.query, expected.format), expected.others, path);
      });
    }

    test('queries may be sent in every form that SDKs use', async () => {
      for (const form of ['queries[]=', 'queries[0]=', 'queries%5B%5D=', 'queries%5B0%5D=']) {
        const { status, body } = await send('GET', `/users/${$id}/sessions?${form}${json}`);
        assert.equal(status, 200, body.message);
        assert.equal((await send('GET', `/users?${form}${json}`)).body.users.length, 1, form);
      }
    });
  });

  describe('headers', () => {
    test('a format newer than the server is warned of', async () => {
      assert.equal((await send('GET', '/users', { format: '99.0.0' })).headers.has('x-appwrite-warning'), true);
      for (const format of [undefined, '1.0.0', latest]) {
        assert.equal((await send('GET', '/users', { format })).headers.has('x-appwrite-warning'), false, format);
      }
    });

    test('every answer names the server', { skip: !connection.own && 'a load balancer may put its own name' }, async () => {
      for (const path of ['/users', '/users/nobody', '/nosuch']) assert.equal((await send('GET', path)).headers.get('server'), 'Appwrite');
    });

    test('an unknown route is an error in JSON', async () => {
      for (const [method, path] of [['GET', '/nosuch'], ['POST', `/users/${$id}`], ['PUT', '/users']]) {
        const { status, body } = await send(method, path);
        assert.deepEqual([status, body.code, body.type], [404, 404, 'general_route_not_found']);
      }
    });

    test('a body that is not an object has no parameters, one that is not JSON is refused', async () => {
      const post = async (path, text, type) => (await fetch(`${connection.endpoint}${path}`, {
        method: 'POST', body: text, headers: { 'content-type': type, 'x-appwrite-project': project, 'x-appwrite-key': key },
      })).status;
      for (const text of ['', '7', 'null', '"x"', '[]']) {
        assert.equal(await post(`/users/${$id}/tokens`, text, 'application/json'), 201, text);
        assert.equal(await post('/users', text, 'application/json'), 400, text);
      }
      for (const text of ['{', '{"length":6', '{"length":6}x', "{'length':6}", Buffer.from([0x22, 0xff, 0x22]), '{"expire":"\\ud800"}', '{"length":6,"length":6}']) {
        assert.equal(await post(`/users/${$id}/tokens`, text, 'application/json'), 400, text);
      }
      assert.equal(await post('/users', 'userId=unique()', 'text/plain'), 400);
      assert.equal(await post('/users', 'userId=unique()', 'application/x-www-form-urlencoded'), 201);
    });

    test('OPTIONS needs no credentials', async () => {
      const response = await fetch(`${connection.endpoint}/users`, { method: 'OPTIONS', headers: { origin: 'https://app.example' } });
      assert.equal(response.status, 204);
      assert.equal(response.headers.get('access-control-allow-methods'), 'GET, POST, PUT, PATCH, DELETE');
      assert.equal(response.headers.get('access-control-allow-origin'), 'https://app.example');
      assert.equal(response.headers.get('access-control-allow-credentials'), 'true');
      assert.match(response.headers.get('access-control-allow-headers'), /X-Appwrite-Project, X-Appwrite-Key/);
    });
  });
});
