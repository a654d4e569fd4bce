// One SDK major in one call style, behind one interface: every method takes
// named parameters, and every answer is checked against the contract before a
// scenario sees it.
import assert from 'node:assert/strict';
import { checkModel } from './models.mjs';
import { callHeader } from './recorder.mjs';
import { load, methodsOf, queryHelpers, service } from './versions.mjs';

let calls = 0;

// open loads a major and returns its SDK as the scenarios use it:
//   users     the service, called as users.updateName({ userId, name })
//   Query, ID the major's own
//   has(m)    whether the service ships method m; takes(m, p) whether m has parameter p
//   as(o)     another users service with other credentials, such as { jwt }
//   unused()  methods and Query functions that never succeeded
export async function open(version, style, { recorder, project, key }) {
  const module = await load(version);
  const methods = methodsOf(version.major);
  const used = new Set();
  const Query = watched(module.Query, used);
  const connect = (credentials) => {
    const client = newClient(module, recorder.endpoint, credentials);
    return { client, users: serviceOf({ module, version, style, recorder, client, methods, used }) };
  };
  return {
    ...version, style, module, Query, ID: module.ID, ...connect({ project, key }),
    has: (name) => name in methods,
    takes: (name, parameter) => methods[name]?.includes(parameter) ?? false,
    as: (credentials) => connect({ project, ...credentials }).users,
    unused: () => [...Object.keys(methods), ...queryHelpers(module).map((name) => `Query.${name}`)].filter((name) => !used.has(name)),
  };
}

function newClient({ Client }, endpoint, credentials) {
  const client = new Client().setEndpoint(endpoint);
  const set = {
    project: 'setProject', key: 'setKey', jwt: 'setJWT', session: 'setSession', userAgent: 'setForwardedUserAgent', locale: 'setLocale',
  };
  for (const [name, value] of Object.entries(credentials)) {
    if (value !== undefined) client[set[name]](value);
  }
  return client;
}

function serviceOf(sdk) {
  const users = new sdk.module.Users(sdk.client);
  return Object.fromEntries(Object.keys(sdk.methods).map((name) => [name, async (given = {}) => {
    const call = String(++calls);
    // The SDKs read the client's headers before they first wait, so that
    // concurrent calls do not take each other's mark.
    sdk.client.addHeader(callHeader, call);
    const args = argumentsFor(sdk, name, given);
    try {
      const answer = users[name](...args);
      delete sdk.client.headers[callHeader]; // else it marks calls that others make with this client
      const value = await answer;
      const body = checkSuccess(name, value, sdk.recorder.take(call), sdk.version.format);
      sdk.used.add(name);
      return body;
    } catch (error) {
      if (error instanceof sdk.module.AppwriteException) checkFailure(error, sdk.recorder.take(call));
      if (error.type && error.type === service[name].fails) sdk.used.add(name);
      throw error;
    }
  }]));
}

function argumentsFor({ style, methods }, name, given) {
  for (const parameter of Object.keys(given)) {
    assert.ok(methods[name].includes(parameter), `the scenario gives ${name} a parameter ${parameter} that this major lacks`);
  }
  if (style === 'object') return [given];
  const values = methods[name].map((parameter) => given[parameter]);
  while (values.length > 0 && values.at(-1) === undefined) values.pop();
  // From major 20 on a missing first argument makes the lists forget the rest.
  if (methods[name][0] === 'queries' && values.length > 0) values[0] ??= [];
  return values;
}

// checkSuccess holds the rules for every success (contract section 1.6) and
// returns the body as plain JSON.
function checkSuccess(name, value, exchange, format) {
  const { status, model } = service[name];
  assert.equal(exchange.status, status, `${name}: status`);
  assert.equal(exchange.headers['x-content-type-options'], 'nosniff');
  if (status === 204) {
    assert.equal(exchange.text, '');
    assert.doesNotMatch(exchange.headers['content-type'] ?? '', /json/);
    return undefined;
  }
  assert.equal(exchange.headers['content-type'], 'application/json; charset=UTF-8');
  const body = JSON.parse(exchange.text);
  checkModel(model, body, format);
  assert.deepEqual(plain(value), body, `${name}: what the SDK returns`);
  return body;
}

// checkFailure holds the rules for every error (contract sections 1.6 and 4.15).
function checkFailure(error, exchange) {
  if (!exchange) return; // The SDK refused on its own.
  assert.equal(error.code, exchange.status);
  assert.equal(exchange.headers['content-type'], 'application/json; charset=UTF-8');
  assert.equal(exchange.headers['x-content-type-options'], 'nosniff');
  assert.equal(exchange.headers['cache-control'], 'no-cache, no-store, must-revalidate');
  assert.equal(exchange.headers.expires, '0');
  assert.equal(exchange.headers.pragma, 'no-cache');
  const body = JSON.parse(exchange.text);
  assert.deepEqual(Object.keys(body), ['message', 'code', 'type', 'version']);
  assert.equal(body.code, exchange.status);
  assert.ok(body.message.length > 0);
  assert.match(body.version, /^\d+\.\d+\.\d+$/);
  assert.deepEqual([error.message, error.type], [body.message, body.type]);
  const response = typeof error.response === 'string' ? JSON.parse(error.response) : error.response;
  assert.deepEqual(response, body);
}

// plain drops what SDKs add to JSON: prototypes, toString, big integers.
function plain(value) {
  return JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? Number(item) : item)));
}

function watched(Query, used) {
  return new Proxy(Query, {
    get(target, name) {
      if (typeof name === 'string' && name in target) used.add(`Query.${name}`);
      return target[name];
    },
  });
}
