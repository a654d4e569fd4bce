// The teams service (companion section 9).
import { method, notServed, renamed } from '../method.mjs';

const roles = method(14, 200, 'membership', 'teamId membershipId roles');

export const teams = {
  list: method(9, 200, 'teamList', 'queries search total@20'),
  create: method(9, 201, 'team', 'teamId name roles'),
  get: method(9, 200, 'team', 'teamId'),
  updateName: method(9, 200, 'team', 'teamId name'),
  delete: method(9, 204, undefined, 'teamId'),
  listMemberships: method(9, 200, 'membershipList', 'teamId queries search total@20'),
  createMembership: method(9, 201, 'membership', 'teamId roles url@9-9 email userId phone url@14 name'),
  getMembership: method(9, 200, 'membership', 'teamId membershipId'),
  updateMembership: roles,
  updateMembershipRoles: renamed('9-9', roles),
  deleteMembership: method(9, 204, undefined, 'teamId membershipId'),

  updateMembershipStatus: notServed(9, 'teamId membershipId userId secret'),
  getPrefs: notServed(9, 'teamId'),
  updatePrefs: notServed(9, 'teamId prefs'),
  listInstallations: notServed(27, 'teamId queries total'),
  createInstallation: notServed(27, 'teamId appId authorizationDetails'),
  getInstallation: notServed(27, 'teamId installationId'),
  updateInstallation: notServed(27, 'teamId installationId authorizationDetails'),
  deleteInstallation: notServed(27, 'teamId installationId'),
};
