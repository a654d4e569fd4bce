// The messaging service, of which Roster serves the providers (companion section
// 11): a target names one.
import { method, notServed, renamed } from '../method.mjs';

const from = 'fromName fromEmail replyToName replyToEmail';

// make and change describe how a kind of provider is created and updated.
const make = (since, parameters) => method(since, 201, 'provider', `providerId name ${parameters}`);
const change = (since, parameters) => method(since, 200, 'provider', `providerId name ${parameters}`);

const apns = make(14, 'authKey authKeyId teamId bundleId sandbox enabled');
const apnsAgain = change(14, 'enabled authKey authKeyId teamId bundleId sandbox');
const fcm = make(14, 'serviceAccountJSON enabled');
const fcmAgain = change(14, 'enabled serviceAccountJSON');
const smtp = make(14, `host port username password encryption autoTLS mailer ${from} enabled`);
const smtpAgain = change(14, `host port username password encryption autoTLS mailer ${from} enabled`);

const createSms = notServed(14, 'messageId content topics users targets draft scheduledAt');
const updateSms = notServed(14, 'messageId topics users targets content draft scheduledAt');

export const messaging = {
  listProviders: method(14, 200, 'providerList', 'queries search total@20'),
  getProvider: method(14, 200, 'provider', 'providerId'),
  deleteProvider: method(14, 204, undefined, 'providerId'),
  createApnsProvider: apns,
  createAPNSProvider: renamed(20, apns),
  updateApnsProvider: apnsAgain,
  updateAPNSProvider: renamed(20, apnsAgain),
  createFcmProvider: fcm,
  createFCMProvider: renamed(20, fcm),
  updateFcmProvider: fcmAgain,
  updateFCMProvider: renamed(20, fcmAgain),
  createMailgunProvider: make(14, `apiKey domain isEuRegion ${from} enabled`),
  updateMailgunProvider: change(14, `apiKey domain isEuRegion enabled ${from}`),
  createMsg91Provider: make(14, 'templateId senderId authKey enabled'),
  updateMsg91Provider: change(14, 'enabled templateId senderId authKey'),
  createResendProvider: make(20, `apiKey ${from} enabled`),
  updateResendProvider: change(20, `enabled apiKey ${from}`),
  createSendgridProvider: make(14, `apiKey ${from} enabled`),
  updateSendgridProvider: change(14, `enabled apiKey ${from}`),
  createSesProvider: make(26, `accessKey secretKey region ${from} enabled`),
  updateSesProvider: change(26, `enabled accessKey secretKey region ${from}`),
  createSmtpProvider: smtp,
  createSMTPProvider: renamed(20, smtp),
  updateSmtpProvider: smtpAgain,
  updateSMTPProvider: renamed(20, smtpAgain),
  createTelesignProvider: make(14, 'from customerId apiKey enabled'),
  updateTelesignProvider: change(14, 'enabled customerId apiKey from'),
  createTextmagicProvider: make(14, 'from username apiKey enabled'),
  updateTextmagicProvider: change(14, 'enabled username apiKey from'),
  createTwilioProvider: make(14, 'from accountSid authToken enabled'),
  updateTwilioProvider: change(14, 'enabled accountSid authToken from'),
  createVonageProvider: make(14, 'from apiKey apiSecret enabled'),
  updateVonageProvider: change(14, 'enabled apiKey apiSecret from'),

  listProviderLogs: notServed('14-26', 'providerId queries total@20'),
  listMessages: notServed(14, 'queries search total@20'),
  getMessage: notServed(14, 'messageId'),
  createEmail: notServed(14, 'messageId subject content topics users targets cc bcc attachments draft html scheduledAt'),
  updateEmail: notServed(14, 'messageId topics users targets subject content draft html cc bcc scheduledAt attachments'),
  createPush: notServed(14, 'messageId title body topics users targets data action image icon sound color tag badge draft scheduledAt contentAvailable critical priority'),
  updatePush: notServed(14, 'messageId topics users targets title body data action image icon sound color tag badge draft scheduledAt contentAvailable critical priority'),
  createSms,
  createSMS: renamed(20, createSms),
  updateSms,
  updateSMS: renamed(20, updateSms),
  delete: notServed(14, 'messageId'),
  listTargets: notServed(14, 'messageId queries total@20'),
  listMessageLogs: notServed('14-26', 'messageId queries total@20'),
  listTopics: notServed(14, 'queries search total@20'),
  createTopic: notServed(14, 'topicId name subscribe'),
  getTopic: notServed(14, 'topicId'),
  updateTopic: notServed(14, 'topicId name subscribe'),
  deleteTopic: notServed(14, 'topicId'),
  listTopicLogs: notServed('14-26', 'topicId queries total@20'),
  listSubscribers: notServed(14, 'topicId queries search total@20'),
  createSubscriber: notServed(14, 'topicId subscriberId targetId'),
  getSubscriber: notServed(14, 'topicId subscriberId'),
  deleteSubscriber: notServed(14, 'topicId subscriberId'),
  listSubscriberLogs: notServed('14-26', 'subscriberId queries total@20'),
};
