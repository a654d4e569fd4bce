// The health service, which the newest major lacks, and of which Roster serves what
// says that it is well.
import { method, notServed } from '../method.mjs';

export const health = {
  get: method('9-26', 200, 'healthStatus'),

  getAntivirus: notServed('9-26'),
  getCache: notServed('9-26'),
  getDB: notServed('9-26'),
  getQueueCertificates: notServed('9-26', 'threshold@14'),
  getQueueFunctions: notServed('9-26', 'threshold@14'),
  getQueueLogs: notServed('9-26', 'threshold@14'),
  getQueueWebhooks: notServed('9-26', 'threshold@14'),
  getStorageLocal: notServed('9-26'),
  getTime: notServed('9-26'),
  getCertificate: notServed('14-26', 'domain'),
  getPubSub: notServed('14-26'),
  getQueue: notServed('14-14'),
  getQueueBuilds: notServed('14-26', 'threshold'),
  getQueueDatabases: notServed('14-26', 'name threshold'),
  getQueueDeletes: notServed('14-26', 'threshold'),
  getFailedJobs: notServed('14-26', 'name threshold'),
  getQueueMails: notServed('14-26', 'threshold'),
  getQueueMessaging: notServed('14-26', 'threshold'),
  getQueueMigrations: notServed('14-26', 'threshold'),
  getQueueUsage: notServed('14-26', 'threshold'),
  getQueueUsageDump: notServed('14-14', 'threshold'),
  getStorage: notServed('14-26'),
  getQueueStatsResources: notServed('17-26', 'threshold'),
  getAuditsDB: notServed('26-26'),
  getConsolePausing: notServed('26-26', 'threshold inactivityDays'),
  getQueueAudits: notServed('26-26', 'threshold'),
};
