// One SDK major in one call style, behind one interface: every method takes
// named parameters, and every answer is checked against the contract before a
// scenario sees it.
import assert from 'node:assert/strict';
import { checkModel } from './models.mjs';
import { callHeader } from './recorder.mjs';
import { classOf, methodsOf, services } from './services.mjs';
import { load, queryHelpers } from './versions.mjs';

let calls = 0;

// open loads a major and returns its SDK as the scenarios use it:
//   users, account, …  the services, called as users.updateName({ userId, name });
//             a method that the major lacks is undefined, and
//             users.list.takes(p) tells whether it has parameter p
//   Query, ID the major's own
//   as(o)     services with other credentials, such as { jwt }
//   unused()  methods and Query functions that never succeeded
export async function open(version, style, { recorder, project, key }) {
  const module = await load(version);
  const used = new Set();
  const Query = watched(module.Query, used);
  const connect = (credentials) => {
    const client = newClient(module, recorder.endpoint, credentials);
    return { client, ...eachService((service) => serviceOf({ module, version, style, recorder, client, service, used })) };
  };
  const methods = Object.entries(eachService((service) => methodsOf(service, version.major)));
  const all = [
    ...methods.flatMap(([service, had]) => Object.keys(had).map((name) => `${service}.${name}`)),
    ...queryHelpers(module).map((name) => `Query.${name}`),
  ];
  return {
    ...version, style, module, Query, ID: module.ID, ...connect({ project, key }),
    as: (credentials) => connect({ project, ...credentials }),
    unused: () => all.filter((name) => !used.has(name)),
  };
}

const eachService = (made) => Object.fromEntries(Object.keys(services).map((service) => [service, made(service)]));

const setters = {
  project: 'setProject', key: 'setKey', jwt: 'setJWT', session: 'setSession', cookie: 'setCookie',
  userAgent: 'setForwardedUserAgent', locale: 'setLocale',
  userId: 'setImpersonateUserId', email: 'setImpersonateUserEmail', phone: 'setImpersonateUserPhone',
};

// newClient takes credentials, and the address of the visitor that a back-end
// speaks for.
function newClient({ Client }, endpoint, { address, ...credentials }) {
  const client = new Client().setEndpoint(endpoint);
  for (const [name, value] of Object.entries(credentials)) {
    if (value !== undefined) client[setters[name]](value);
  }
  if (address) client.addHeader('X-Forwarded-For', address);
  return client;
}

function serviceOf(sdk) {
  const methods = methodsOf(sdk.service, sdk.version.major);
  const Service = classOf(sdk.module, sdk.service);
  const service = Service && new Service(sdk.client);
  return Object.fromEntries(Object.entries(methods).map(([name, parameters]) => {
    const call = caller(sdk, service, { ...services[sdk.service][name], name, parameters });
    return [name, Object.assign(call, { takes: (parameter) => parameters.includes(parameter) })];
  }));
}

// caller returns a method as a function of its named parameters.
function caller({ module, version, style, recorder, client, service: of, used }, service, method) {
  const { name, fails } = method;
  return async (given = {}) => {
    const call = String(++calls);
    // The SDKs read the client's headers before they first wait, so that
    // concurrent calls do not take each other's mark.
    client.addHeader(callHeader, call);
    const args = argumentsFor(style, method, given);
    try {
      const answer = service[name](...args);
      delete client.headers[callHeader]; // else it marks calls that others make with this client
      const value = await answer;
      const body = checkSuccess(method, value, recorder.take(call), version.format);
      used.add(`${of}.${name}`);
      return body;
    } catch (error) {
      if (error instanceof module.AppwriteException) checkFailure(error, recorder.take(call));
      if (error.type && error.type === fails) used.add(`${of}.${name}`);
      throw error;
    }
  };
}

function argumentsFor(style, { name, parameters }, given) {
  for (const parameter of Object.keys(given)) {
    assert.ok(parameters.includes(parameter), `the scenario gives ${name} a parameter ${parameter} that this major lacks`);
  }
  if (style === 'object') return [given];
  const values = parameters.map((parameter) => given[parameter]);
  while (values.length > 0 && values.at(-1) === undefined) values.pop();
  // From major 20 on a missing first argument makes the lists forget the rest.
  if (parameters[0] === 'queries' && values.length > 0) values[0] ??= [];
  return values;
}

// checkSuccess holds the rules for every success (contract section 1.6) and
// returns the body as plain JSON.
function checkSuccess({ name, status, model }, value, exchange, format) {
  assert.equal(exchange.status, status, `${name}: status`);
  assert.equal(exchange.headers['x-content-type-options'], 'nosniff');
  if (status === 204) {
    assert.equal(exchange.text, '');
    assert.doesNotMatch(exchange.headers['content-type'] ?? '', /json/);
    return undefined;
  }
  if (model === 'redirect') {
    assert.equal(value, exchange.headers.location);
    return value;
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
  if (error.message === 'Invalid redirect') return; // The SDK keeps to itself what was wrong.
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
