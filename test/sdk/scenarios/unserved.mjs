// Methods that Roster has no route for.
import { test } from 'node:test';
import { refused } from '../../refused.mjs';
import { methodsOf, services } from '../services.mjs';

export default (sdk) => {
  for (const [service, described] of Object.entries(services)) {
    for (const [method, parameters] of Object.entries(methodsOf(service, sdk.major))) {
      if (described[method].fails !== 'general_route_not_found') continue;
      const given = Object.fromEntries(parameters.map((name) => [name, name === 'queries' ? [] : 'x']));
      test(`${service}.${method} is told that there is no such route`, () => refused(sdk[service][method](given), 404, 'general_route_not_found'));
    }
  }
};
