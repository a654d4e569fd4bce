// Signing in with another provider, and the identities that come of it (companion
// section 8.3): a back-end asks where to send a visitor's browser, and exchanges
// what that brings back for a session.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email, word } from '../../fresh.mjs';
import { invalid, refused } from '../../refused.mjs';
import { peopleOf } from '../people.mjs';
import { browse, client } from '../provider.mjs';

const pages = { success: 'https://app.example/done', failure: 'https://app.example/failed' };

export default (sdk) => {
  const { account: server, users, project, newest, provider, Query, as, connection } = sdk;
  if (!server.createOAuth2Token) return;
  const { person, visit } = peopleOf(sdk);
  const options = { skip: !connection.own && 'the project is shared' };
  const begin = (given) => server.createOAuth2Token({ provider: 'oidc', ...pages, ...given });
  const somebody = () => ({ sub: word('sub'), email: email(), email_verified: true, name: 'Ada There' });

  const arrive = async (claims) => {
    const { searchParams } = await browse(await begin(), claims);
    const { userId, secret } = Object.fromEntries(searchParams);
    const session = await server.createSession({ userId, secret });
    return { userId, secret, session, ...as({ session: session.secret }) };
  };
  const failed = async (claims) => JSON.parse((await browse(await begin(), claims)).searchParams.get('error')).type;

  test('somebody unknown becomes a user', options, async () => {
    const claims = somebody();
    const { account, userId, secret, session } = await arrive(claims);
    const { name, email, emailVerification } = await account.get();
    assert.deepEqual([name, email, emailVerification], ['Ada There', claims.email, true]);
    const { provider, providerUid, factors, current } = session;
    assert.deepEqual({ provider, providerUid, factors, current }, { provider: 'oidc', providerUid: claims.sub, factors: ['email', 'oauth2'], current: true });
    const { providerAccessToken, providerRefreshToken } = await account.getSession({ sessionId: 'current' });
    assert.deepEqual([providerAccessToken, providerRefreshToken], ['access', 'refresh']);
    await refused(server.createSession({ userId, secret }), 401, 'user_invalid_token');

    const { total, identities: [identity] } = await account.listIdentities();
    assert.equal(total, 1);
    const { $id, $createdAt, $updatedAt, providerAccessTokenExpiry } = identity;
    assert.deepEqual(identity, {
      $id, $createdAt, $updatedAt, userId, provider: 'oidc', providerUid: claims.sub, providerEmail: claims.email,
      providerAccessToken: 'access', providerAccessTokenExpiry, providerRefreshToken: 'refresh',
    });
    assert.equal((await arrive(claims)).userId, userId);
    assert.equal((await account.listIdentities()).total, 1);
  });

  test('somebody known is found by a verified address only', options, async () => {
    const claims = somebody();
    const { $id } = await person({ email: claims.email });
    assert.equal(await failed({ ...claims, email_verified: false }), 'general_bad_request');
    assert.equal((await arrive(claims)).userId, $id);
    await newest.updateStatus({ userId: $id, status: false });
    assert.equal(await failed(claims), 'user_blocked');
  });

  test('the product is told why somebody did not sign in', options, async () => {
    assert.equal(await failed(undefined), 'user_oauth2_provider_error');
    assert.equal(await failed({ email: email() }), 'user_missing_id');
  });

  test('a sign-in begins and ends at pages that are allowed', options, async () => {
    for (const given of [{ success: 'https://elsewhere.example/' }, { failure: 'https://elsewhere.example/' }, { provider: 'nosuch' }, { provider: 'github' }]) {
      await assert.rejects(begin(given), { code: 400 });
    }
  });

  test('people see and unlink their own identities', options, async () => {
    const [mine, theirs] = [await arrive(somebody()), await arrive(somebody())];
    const [{ identities: [own] }, { identities: [other] }] = [await mine.account.listIdentities(), await theirs.account.listIdentities()];
    const list = async (...queries) => (await mine.account.listIdentities({ queries })).identities;
    assert.deepEqual(await list(Query.equal('provider', 'oidc'), Query.equal('providerUid', own.providerUid)), [own]);
    assert.deepEqual(await list(Query.equal('providerUid', other.providerUid)), []);
    await invalid(list(Query.equal('name', 'x')));
    if (mine.account.listIdentities.takes('total')) assert.equal((await mine.account.listIdentities({ total: false })).total, 0);

    await refused(mine.account.deleteIdentity({ identityId: 'nobody' }), 404, 'user_identity_not_found');
    await invalid(mine.account.deleteIdentity({ identityId: '_' }));
    await refused(mine.account.deleteIdentity({ identityId: other.$id }), 401, 'user_unauthorized');
    await mine.account.deleteIdentity({ identityId: own.$id });
    await refused(mine.account.deleteIdentity({ identityId: own.$id }), 404, 'user_identity_not_found');
    assert.deepEqual(await mine.account.listIdentities(), { total: 0, identities: [] });

    assert.deepEqual(await users.listIdentities({ queries: [Query.equal('userId', theirs.userId)] }), { total: 1, identities: [other] });
    await users.deleteIdentity({ identityId: other.$id });
    assert.deepEqual(await theirs.account.listIdentities(), { total: 0, identities: [] });
  });

  if (project.updateOAuth2Oidc) {
    test('the provider is set, its secret is never shown', options, async () => {
      const { wellKnownURL } = provider;
      assert.deepEqual(await project.updateOAuth2Oidc({ ...client, enabled: true }), {
        $id: 'oidc', enabled: true, ...client, clientSecret: '', wellKnownURL, authorizationURL: '', tokenURL: '', userInfoURL: '', prompt: [], maxAge: null,
      });
      await invalid(project.updateOAuth2Oidc({ ...client, wellKnownURL: 'http://elsewhere.example/.well-known/openid-configuration' }));
    });
  }
};
