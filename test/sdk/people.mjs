// Users of the product, as its server-side rendering back-end deals with them.
import { URI } from 'otpauth';
import { email } from '../fresh.mjs';
import { fieldsOf } from './models.mjs';

export const password = 'correct horse';

// peopleOf returns, for a major:
//   person(p)   creates a user with these parameters
//   visit(user) returns the services as that user, or a new one, signed in by the
//               back-end, and the session; majors that cannot send a session
//               send a JWT of it
//   seen(model, value) reduces what the newest major was answered to the fields
//               that this one is sent
export function peopleOf({ client, newest, as, format }) {
  const person = (given) => newest.create({ userId: 'unique()', email: email(), ...given });

  async function visit(user) {
    const { $id: userId } = user ?? await person();
    const session = await newest.createSession({ userId });
    if ('setSession' in client) return { ...as({ session: session.secret }), userId, session };
    const { jwt } = await newest.createJWT({ userId, sessionId: session.$id });
    return { ...as({ jwt }), userId, session };
  }

  const seen = (model, value) => Object.fromEntries(fieldsOf(model, format).map((name) => [name, value[name]]));
  return { person, visit, seen };
}

// spellings are how a service's methods about factors are spelled, for which *
// stands in names.
export const spellings = (service) => ['Mfa', 'MFA'].filter((word) => service[`list${word}Factors`]);

// scan returns the authenticator app that has scanned the link.
export const scan = (uri) => URI.parse(uri);

// laterCode is what an app shows in half a minute, which counts already; that
// of now may have been used.
export const laterCode = (app) => app.generate({ timestamp: Date.now() + 30_000 });
