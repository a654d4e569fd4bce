import { Client, ID, Query, Users } from 'node-appwrite';

const client = new Client()
  .setEndpoint('ENDPOINT')
  .setProject('PROJECT')
  .setKey('KEY');
const users = new Users(client);

const ada = await users.create({ userId: ID.unique(), name: 'Ada Lovelace' });
console.log(`Created ${ada.name} with the id ${ada.$id}.`);

const list = await users.list({ queries: [Query.orderDesc('$createdAt'), Query.limit(5)] });
console.log(`There are ${list.total} users, the newest being`, list.users.map((user) => user.name));
