// Thirty users that the list scenarios of all majors read and none changes.
import { email, phone, word } from '../fresh.mjs';

// gather creates them, one after the other, so that their order is known. Each
// row is a user with i, its place. Every name begins with the crowd's name.
export async function gather(users) {
  const name = word('Crowd');
  const labels = { fifth: word('f'), tenth: word('t') };
  const rows = [];
  for (let i = 0; i < 30; i++) {
    const parameters = { userId: 'unique()', name: `${name} member ${String(i).padStart(2, '0')}` };
    if (i % 3 === 0) parameters.email = email();
    if (i < 10) parameters.phone = phone();
    if (i < 2) parameters.password = 'correct horse';
    const { $id: userId } = await users.create(parameters);
    if (i % 2) await users.updateStatus({ userId, status: false });
    if (i % 5 === 0) await users.updateLabels({ userId, labels: i % 10 ? [labels.fifth] : [labels.fifth, labels.tenth] });
    if (i === 3 || i === 6) await users.updateEmailVerification({ userId, emailVerification: true });
    if (i === 4) await users.updatePhoneVerification({ userId, phoneVerification: true });
    if (i === 7) await users.updateImpersonator({ userId, impersonator: true });
    rows.push({ i, ...(await users.get({ userId })) });
  }
  return { name, labels, rows };
}
