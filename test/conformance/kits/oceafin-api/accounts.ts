import {
  approved,
  AMOUNT,
  decided,
  endpoint,
  first,
  inBook,
  wired,
  write,
  type ApiEndpoint,
  type ApiSubject,
} from './endpoint';

/** Files, transactions, conversion quotes and fiat accounts: what the connector does without. */
export const ACCOUNTS: readonly ApiEndpoint[] = [
  endpoint('addCustomerFile', async (subject) => {
    const { id, well } = subject;
    const customerId = await approved(subject);
    const file = {
      documentType: 'PASSPORT',
      side: 'FRONT',
      mime: 'application/pdf',
      bytes: Buffer.from('a passport'),
    } as const;
    const { fileAssetId } = await well.customers.uploadFile(customerId, file, `${id}:file`);
    // A link leaves nothing in the book that the upload did not.
    return { call: (api) => api.customers.linkFile(customerId, { fileAssetId }, `${id}:link`) };
  }),
  endpoint('listTransactions', async (subject) => {
    const customerId = await approved(subject);
    await wired(subject);
    return { call: (api) => api.customers.transactions(customerId), answers: [AMOUNT, '2.02', '3.03'] };
  }),
  endpoint('getTransaction', async (subject) => {
    const customerId = await approved(subject);
    await wired(subject);
    const { transactionId } = first(await subject.well.customers.transactions(customerId));
    return { call: (api) => api.customers.transaction(transactionId), answers: [AMOUNT] };
  }),
  endpoint('listConversionQuotes', async (subject) => {
    const { customerId } = await conversionQuoted(subject);
    return { call: (api) => api.conversion.quotes(customerId), answers: [AMOUNT] };
  }),
  endpoint('getConversionQuote', async (subject) => {
    const { quoteId } = await conversionQuoted(subject);
    return { call: (api) => api.conversion.quote(quoteId), answers: [AMOUNT] };
  }),
  endpoint('getFiatAccountCapabilities', async (subject) => {
    const customerId = await approved(subject);
    return { call: (api) => api.fiatAccounts.capabilities(customerId) };
  }),
  endpoint('addFiatAccountInformation', async (subject) => {
    const { applicationId } = await appliedFor(subject, 'ADDITIONAL_INFO_REQUIRED');
    const information = { additionalInformation: { sourceOfFunds: 'salary' } };
    return write(subject, inBook(subject, 'fiatAccountApplication', { status: 'PROCESSING' }), (api, key) =>
      api.fiatAccounts.addInformation(applicationId, information, key),
    );
  }),
  endpoint('listFiatAccounts', async (subject) => {
    const { customerId } = await appliedFor(subject, 'APPROVED');
    return { call: (api) => api.fiatAccounts.list(customerId), answers: ['ACTIVE'] };
  }),
  endpoint('getFiatDepositInstructions', async (subject) => {
    const { customerId } = await appliedFor(subject, 'APPROVED');
    return { call: (api) => api.fiatAccounts.depositInstructions(customerId), answers: ['OCE-'] };
  }),
  endpoint('getFiatDeposit', async (subject) => {
    const customerId = await approved(subject);
    await wired(subject);
    const { depositId } = first(await subject.well.fiatAccounts.deposits(customerId));
    return { call: (api) => api.fiatAccounts.deposit(depositId), answers: [AMOUNT] };
  }),
];

async function conversionQuoted(subject: ApiSubject) {
  const customerId = await approved(subject);
  const wish = { fromAsset: 'USD', fromAmount: AMOUNT, toAsset: 'USDT' };
  const { quoteId } = await subject.well.conversion.createQuote(customerId, wish, `${subject.id}:quote`);
  return { customerId, quoteId };
}

async function appliedFor(subject: ApiSubject, status: string) {
  const { id, well } = subject;
  const customerId = await approved(subject);
  const wish = { currency: 'USD', partnerReference: id };
  const { applicationId } = await well.fiatAccounts.apply(customerId, wish, `${id}:apply`);
  await decided(subject, applicationId, status);
  return { customerId, applicationId };
}
