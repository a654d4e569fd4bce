// People in front of a real browser, whose page talks to the server through the
// web SDK.
import { Client, Teams, Users } from 'node-appwrite';
import { chromium } from 'playwright-core';
import { email } from '../fresh.mjs';
import { start } from '../server.mjs';
import { servePages } from './pages.mjs';

// newest is the SDK's major that most tests use.
export const newest = 28;

// places are the ways in which the hosts of a page and of the API can relate,
// and where the browser can keep a session in each: it drops SameSite=None
// without https and sends other cookies within a site only, so across sites the
// SDK's own store is all there is. Addresses and localhost have no registrable
// domain, so there the server offers both.
export const places = [
  { name: 'an address', page: '127.0.0.1', api: '127.0.0.1', cookie: true, stored: true },
  { name: 'two hosts of one domain', page: 'app.example.com', api: 'api.example.com', cookie: true, stored: false },
  { name: 'two sites', page: 'app.localhost', api: 'localhost', cookie: false, stored: true },
];

// platforms are the hosts of pages, as the project's setting names them.
const platforms = places.map((place) => place.page).join(',');

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--host-resolver-rules=MAP *.example.com 127.0.0.1',
];

export const password = 'correct horse';

// patience is how long a browser on a busy machine may take, in milliseconds.
const patience = 120_000;

// open starts a server, a browser and the pages. users and teams are the server's
// side of the product, with an API key.
export async function open() {
  const server = await start();
  await server.set(`platforms=${platforms}`);
  const pages = await servePages();
  const executablePath = process.env.ROSTER_CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: flags, timeout: patience });
  const client = new Client().setEndpoint(server.endpoint).setProject(server.project).setKey(server.key);
  const users = new Users(client);
  const all = { browser, server, pages };
  return {
    server, users, teams: new Teams(client),
    visit: (t, place, major = newest) => visit(all, t, place, major),
    person: (given) => users.create({ userId: 'unique()', email: email(), password, ...given }),
    async stop() {
      await browser.close();
      await pages.stop();
      await server.stop();
    },
  };
}

// visit opens the page in a new profile, as somebody at another machine would,
// until the test ends.
async function visit({ browser, server, pages }, t, place, major) {
  const context = await browser.newContext();
  t.after(() => context.close());
  context.setDefaultTimeout(patience);
  const endpoint = server.endpoint.replace('127.0.0.1', place.api);
  const open = async (host) => {
    const page = await context.newPage();
    const address = new URL(`http://${host}:${pages.port}/${major}`);
    address.search = new URLSearchParams({ endpoint, project: server.project });
    await page.goto(address.href);
    return page;
  };
  const page = await open(place.page);
  return {
    page, endpoint, open,
    client: remote(page, 'client'), account: remote(page, 'account'), teams: remote(page, 'teams'),
    cookies: () => context.cookies(endpoint),
    stored: () => page.evaluate(() => JSON.parse(localStorage.getItem('cookieFallback'))),
    send: (path, init) => page.evaluate(send, [`${endpoint}${path}`, init]),
    signIn({ email }, secret = password) {
      return this.account.createEmailPasswordSession({ email, password: secret });
    },
  };
}

// remote is one of the page's services as if it were here: calls run in the
// page, and what they throw there is thrown here.
function remote(page, service) {
  return new Proxy({}, {
    get: (_, method) => async (...args) => {
      const { value, error } = await page.evaluate(call, [service, method, args]);
      if (error) throw Object.assign(new Error(error.message), error);
      return value;
    },
  });
}

/* global sdk */
async function call([service, method, args]) {
  try {
    const value = await sdk[service][method](...args);
    return { value: value === sdk.client ? undefined : value };
  } catch ({ name, message, code, type, response }) {
    return { error: { name, message, code, type, response } };
  }
}

// send is a call without the SDK, which hides status and headers.
async function send([url, init]) {
  try {
    const response = await fetch(url, { credentials: 'include', ...init });
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  } catch ({ name, message }) {
    return { error: `${name}: ${message}` };
  }
}
