import { evidenceOf } from '../../../providers/oceafin-fixtures';
import {
  AMOUNT,
  approved,
  decided,
  endpoint,
  inBook,
  PERSON,
  write,
  type ApiEndpoint,
  type ApiSubject,
} from './endpoint';

const BANK_ACCOUNT = {
  currency: 'USD',
  accountNumber: PERSON.accountNumber,
  accountHolderName: PERSON.name,
  bankName: 'A bank',
  bankCountry: 'SG',
};
const INFORMATION = { additionalInformation: { relationship: PERSON.name } };

/** Bank accounts, the capability to withdraw to them, and what is asked for afterwards. */
export const WITHDRAWALS: readonly ApiEndpoint[] = [
  endpoint('listBankAccounts', async (subject) => {
    const { customerId } = await banked(subject);
    return { call: (api) => api.fiatWithdrawals.bankAccounts(customerId) };
  }),
  endpoint('createBankAccount', async (subject) => {
    const customerId = await approved(subject);
    return write(
      subject,
      inBook(subject, 'bankAccount'),
      (api, key) => api.fiatWithdrawals.createBankAccount(customerId, BANK_ACCOUNT, key),
      [PERSON.accountNumber],
    );
  }),
  endpoint('getFiatWithdrawalCapabilities', async (subject) => {
    const { customerId } = await activated(subject);
    return { call: (api) => api.fiatWithdrawals.capabilities(customerId), answers: ['ACTIVE'] };
  }),
  endpoint('activateFiatWithdrawalCapability', async (subject) => {
    const { customerId, bankAccountId } = await banked(subject);
    return write(
      subject,
      inBook(subject, 'activation'),
      (api, key) => api.fiatWithdrawals.activate(customerId, { currency: 'USD', bankAccountId }, key),
      [bankAccountId],
    );
  }),
  endpoint('addFiatWithdrawalActivationInformation', async (subject) => {
    const { activationId } = await activated(subject);
    await decided(subject, activationId, 'ADDITIONAL_INFO_REQUIRED');
    return write(subject, inBook(subject, 'activation', { status: 'ACTIVE' }), (api, key) =>
      api.fiatWithdrawals.addActivationInformation(activationId, INFORMATION, key),
    );
  }),
  endpoint('addFiatWithdrawalInformation', async (subject) => {
    const withdrawalId = await submitted(subject);
    await decided(subject, withdrawalId, 'ADDITIONAL_INFO_REQUIRED');
    return write(subject, inBook(subject, 'fiatWithdrawal', { status: 'PROCESSING' }), (api, key) =>
      api.fiatWithdrawals.addInformation(withdrawalId, INFORMATION, key),
    );
  }),
];

async function banked(subject: ApiSubject) {
  const customerId = await approved(subject);
  const { bankAccountId } = await subject.well.fiatWithdrawals.createBankAccount(
    customerId,
    BANK_ACCOUNT,
    `${subject.id}:bank`,
  );
  return { customerId, bankAccountId };
}

async function activated(subject: ApiSubject) {
  const { customerId, bankAccountId } = await banked(subject);
  const wish = { currency: 'USD', bankAccountId };
  const { activationId } = await subject.well.fiatWithdrawals.activate(customerId, wish, `${subject.id}:activate`);
  return { customerId, bankAccountId, activationId };
}

async function submitted(subject: ApiSubject): Promise<string> {
  const { id, well } = subject;
  const { customerId, bankAccountId } = await activated(subject);
  const wish = { currency: 'USD', amount: AMOUNT, bankAccountId };
  const { quoteId } = await well.fiatWithdrawals.quote(customerId, wish, `${id}:quote`);
  const authorizationEvidence = evidenceOf('FIAT_WITHDRAWAL', id, 'USD', AMOUNT);
  const draft = { quoteId, partnerReference: id, authorizationEvidence };
  const { withdrawalId } = await well.fiatWithdrawals.draft(customerId, draft, `${id}:draft`);
  await well.fiatWithdrawals.submit(withdrawalId, { partnerReference: id }, `${id}:submit`);
  return withdrawalId;
}
