// The services under test: what their methods take and answer, and what a major
// ships of them.
import { had } from './method.mjs';
import { account } from './services/account.mjs';
import { health } from './services/health.mjs';
import { messaging } from './services/messaging.mjs';
import { project } from './services/project.mjs';
import { teams } from './services/teams.mjs';
import { users } from './services/users.mjs';

// services lists the methods of each service that Roster serves some of.
export const services = { users, account, teams, messaging, project, health };

// methodsOf returns the methods of a service in a major as name to parameter
// names.
export function methodsOf(service, major) {
  const methods = Object.entries(services[service]).filter(([, described]) => had(described, major));
  return Object.fromEntries(methods.map(([name, { parameters }]) => [
    name, parameters.filter((parameter) => had(parameter, major)).map((parameter) => parameter.name),
  ]));
}

// classOf returns the class of a service in a module; undefined if it lacks one.
export const classOf = (module, service) => module[service[0].toUpperCase() + service.slice(1)];

// shipped returns the methods of a service as a module's own source has them.
export function shipped(module, service) {
  const { prototype } = classOf(module, service) ?? { prototype: {} };
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  return Object.fromEntries(names.map((name) => [name, parametersIn(String(prototype[name]))]));
}

function parametersIn(source) {
  const read = [...source.matchAll(/const (\w+) = params\.\1\b/g)].map((match) => match[1]);
  if (read.length > 0) return read;
  return source.match(/^[^(]*\(([^)]*)\)/)[1].split(',').map((name) => name.trim()).filter(Boolean);
}
