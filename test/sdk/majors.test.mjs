// Every scenario with every SDK major in every call style.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { connect } from '../server.mjs';
import { gather } from './crowd.mjs';
import { client, provide } from './provider.mjs';
import { record } from './recorder.mjs';
import { open } from './sdk.mjs';
import { methodsOf, services, shipped } from './services.mjs';
import { newest, versions } from './versions.mjs';

const connection = await connect('--rate-limits', 'off', '--mail', 'keep');
const recorder = await record(connection.endpoint);
const access = { recorder, project: connection.project, key: connection.key };
const { users: operator, project: settings } = await open(newest, 'object', access);
const crowd = await gather(operator);
const provider = await provide();
if (connection.own) {
  await connection.set('platforms=app.example');
  await settings.updateOAuth2Oidc({ ...client, wellKnownURL: provider.wellKnownURL, enabled: true });
}

const folder = new URL('scenarios/', import.meta.url);
const scenarios = [];
for (const file of (await readdir(folder)).sort()) {
  scenarios.push([file, (await import(new URL(file, folder))).default]);
}

const majors = process.env.ROSTER_MAJORS?.split(',');
const sdks = [];
for (const version of versions.filter(({ major }) => !majors || majors.includes(String(major)))) {
  for (const style of version.styles) {
    sdks.push({ ...await open(version, style, access), newest: operator, settings, connection, crowd, provider });
  }
}

describe('node-appwrite', () => {
  after(async () => {
    await recorder.stop();
    await provider.stop();
    await connection.stop();
  });

  for (const sdk of sdks) {
    describe(`major ${sdk.major}, ${sdk.style} arguments`, () => {
      test('it is as the tables describe it', () => {
        const { module, major, format, unique, queries } = sdk;
        for (const service of Object.keys(services)) {
          assert.deepEqual(sorted(shipped(module, service)), sorted(methodsOf(service, major)), service);
        }
        assert.equal(new module.Client().headers['X-Appwrite-Response-Format'], format);
        assert.equal(module.ID.unique() === 'unique()', unique === 'literal');
        assert.equal(module.Query.limit(1).startsWith('{'), queries === 'json');
      });

      for (const [file, scenario] of scenarios) describe(file, { concurrency: 4 }, () => scenario(sdk));

      test('nothing that it ships was left out', { skip: !connection.own && 'what others would notice was left out' }, () => assert.deepEqual(sdk.unused(), []));
    });
  }
});

function sorted(methods) {
  return Object.fromEntries(Object.entries(methods).toSorted());
}
