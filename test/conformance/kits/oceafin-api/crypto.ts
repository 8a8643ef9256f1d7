import { evidenceOf } from '../../../providers/oceafin-fixtures';
import {
  AMOUNT,
  approved,
  decided,
  endpoint,
  first,
  inBook,
  PERSON,
  write,
  type ApiEndpoint,
  type ApiSubject,
} from './endpoint';

const WALLET = { name: 'Own wallet', asset: 'USDT', network: 'TRON', address: PERSON.wallet };

/** Crypto deposits with Travel Rule data, and beneficiaries. */
export const CRYPTO: readonly ApiEndpoint[] = [
  endpoint('listCryptoDepositWallets', async (subject) => {
    const customerId = await approved(subject);
    return { call: (api) => api.crypto.depositWallets(customerId), answers: ['USDT', 'TRON'] };
  }),
  endpoint('listCryptoDeposits', async (subject) => {
    const { customerId } = await deposited(subject);
    return { call: (api) => api.crypto.deposits(customerId), answers: [AMOUNT] };
  }),
  endpoint('getCryptoDeposit', async (subject) => {
    const { depositId } = await deposited(subject);
    return { call: (api) => api.crypto.deposit(depositId), answers: [AMOUNT] };
  }),
  endpoint('submitTravelRuleInformation', async (subject) => {
    const { depositId } = await deposited(subject, 'PENDING_TRAVEL_RULE');
    const information = { travelRuleInfo: { originatorName: PERSON.name } };
    return write(
      subject,
      inBook(subject, 'cryptoDeposit', { status: 'COMPLETED' }),
      (api, key) => api.crypto.submitTravelRule(depositId, information, key),
      [PERSON.name],
    );
  }),
  endpoint('listBeneficiaries', async (subject) => {
    const { customerId } = await beneficiary(subject);
    return { call: (api) => api.crypto.beneficiaries(customerId), answers: ['TRON'] };
  }),
  endpoint('createBeneficiary', async (subject) => {
    const customerId = await approved(subject);
    return write(
      subject,
      inBook(subject, 'beneficiary'),
      (api, key) => api.crypto.createBeneficiary(customerId, WALLET, key),
      [PERSON.wallet],
    );
  }),
  endpoint('getBeneficiary', async (subject) => {
    const { beneficiaryId } = await beneficiary(subject);
    return { call: (api) => api.crypto.beneficiary(beneficiaryId), answers: ['TRON'] };
  }),
  endpoint('removeBeneficiary', async (subject) => {
    const { beneficiaryId } = await beneficiary(subject);
    return write(subject, inBook(subject, 'beneficiary', { status: 'REMOVED' }), (api, key) =>
      api.crypto.removeBeneficiary(beneficiaryId, { reason: 'closed' }, key),
    );
  }),
  endpoint('syncBeneficiary', async (subject) => {
    const { beneficiaryId } = await beneficiary(subject);
    await decided(subject, beneficiaryId, 'PENDING');
    return write(subject, inBook(subject, 'beneficiary', { status: 'ACTIVE' }), (api, key) =>
      api.crypto.syncBeneficiary(beneficiaryId, {}, key),
    );
  }),
];

/** Refunds of crypto deposits. */
export const REFUNDS: readonly ApiEndpoint[] = [
  endpoint('listRefunds', async (subject) => {
    const { customerId } = await refundDrafted(subject);
    return { call: (api) => api.crypto.refunds(customerId), answers: [AMOUNT] };
  }),
  endpoint('createRefund', async (subject) => {
    const { customerId, draft } = await refundable(subject);
    return write(
      subject,
      inBook(subject, 'refund', { amount: AMOUNT }),
      (api, key) => api.crypto.draftRefund(customerId, draft, key),
      [`"${subject.id}"`, `"${AMOUNT}"`],
    );
  }),
  endpoint('getRefund', async (subject) => {
    const { refundId } = await refundDrafted(subject);
    return { call: (api) => api.crypto.refund(refundId), answers: [AMOUNT] };
  }),
  endpoint('submitRefund', async (subject) => {
    const { refundId } = await refundDrafted(subject);
    return write(
      subject,
      inBook(subject, 'refund', { status: 'PROCESSING' }),
      (api, key) => api.crypto.submitRefund(refundId, { partnerReference: subject.id }, key),
      [`"${subject.id}"`],
    );
  }),
  endpoint('confirmRefund', async (subject) => {
    const { refundId } = await refundDrafted(subject);
    await subject.well.crypto.submitRefund(refundId, { partnerReference: subject.id }, `${subject.id}:submit`);
    return write(subject, inBook(subject, 'refund', { status: 'COMPLETED' }), (api, key) =>
      api.crypto.confirmRefund(refundId, {}, key),
    );
  }),
];

async function deposited(subject: ApiSubject, status = 'COMPLETED') {
  const { id, well } = subject;
  const customerId = await approved(subject);
  await subject.control('POST', '/crypto-deposits', {
    partner_customer_ref: id,
    asset: 'USDT',
    amount: AMOUNT,
    status,
  });
  const { depositId } = first(await well.crypto.deposits(customerId));
  return { customerId, depositId };
}

async function beneficiary(subject: ApiSubject) {
  const customerId = await approved(subject);
  const key = `${subject.id}:beneficiary`;
  const { beneficiaryId } = await subject.well.crypto.createBeneficiary(customerId, WALLET, key);
  return { customerId, beneficiaryId };
}

async function refundable(subject: ApiSubject) {
  const { customerId, depositId } = await deposited(subject);
  const authorizationEvidence = evidenceOf('CRYPTO_REFUND', subject.id, 'USDT', AMOUNT);
  return { customerId, draft: { depositId, amount: AMOUNT, partnerReference: subject.id, authorizationEvidence } };
}

async function refundDrafted(subject: ApiSubject) {
  const { customerId, draft } = await refundable(subject);
  const { refundId } = await subject.well.crypto.draftRefund(customerId, draft, `${subject.id}:draft`);
  return { customerId, refundId };
}
