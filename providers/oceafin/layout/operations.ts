/**
 * Every operation that Oceafin publishes, by its published name, with its method and path. All names are stated;
 * `marks` says how sure method and path are. Data only: connector and sandbox read the same table, because the paths
 * that no page states are one guess, to be corrected here once the vendor's OpenAPI file is at hand
 * (docs/providers/oceafin.md section 5).
 */
interface OperationFacts {
  /** As the vendor's list of operations has it. */
  readonly published: string;
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Signed as sent; `{name}` stands for one segment. */
  readonly path: string;
  readonly marks: { readonly method: Mark; readonly path: Mark };
}

/** `stated` on a page; `inferred` by analogy with the stated ones; `unknown`: a choice had to be made. */
type Mark = 'stated' | 'inferred' | 'unknown';

const STATED = { method: 'stated', path: 'stated' } as const;
/** The list of operations gives the method, and no page the path. */
const PATH_INFERRED = { method: 'stated', path: 'inferred' } as const;
/** Of the crypto operations the list gives only the names. */
const NAME_ONLY = { method: 'inferred', path: 'unknown' } as const;
/** Nor does the name say the method. */
const METHOD_GUESSED = { method: 'unknown', path: 'unknown' } as const;

const V1 = '/partner/v1';
const CUSTOMER = `${V1}/customers/{customerId}`;

function get(published: string, path: string, marks: OperationFacts['marks']) {
  return { published, method: 'GET', path, marks } as const satisfies OperationFacts;
}

function post(published: string, path: string, marks: OperationFacts['marks']) {
  return { published, method: 'POST', path, marks } as const satisfies OperationFacts;
}

function patch(published: string, path: string) {
  return { published, method: 'PATCH', path, marks: METHOD_GUESSED } as const satisfies OperationFacts;
}

const CUSTOMERS = {
  createCustomer: post('Create partner customer', `${V1}/customers`, STATED),
  addCustomerFile: post('Upload or link a file to a partner customer', `${CUSTOMER}/files`, PATH_INFERRED),
  submitEvidence: post(
    'Submit partner-attested KYC or KYB evidence',
    `${CUSTOMER}/onboarding-submissions`,
    PATH_INFERRED,
  ),
  listBalances: get('List partner customer balances', `${CUSTOMER}/balances`, STATED),
  listTransactions: get('List partner customer transactions', `${CUSTOMER}/transactions`, STATED),
  getTransaction: get('Get partner transaction', `${V1}/transactions/{transactionId}`, STATED),
} as const;

const CONVERSION = {
  listConversionQuotes: get('List partner conversion quotes', `${CUSTOMER}/conversion-quotes`, PATH_INFERRED),
  createConversionQuote: post('Create partner conversion quote', `${CUSTOMER}/conversion-quotes`, PATH_INFERRED),
  getConversionQuote: get('Get partner conversion quote', `${V1}/conversion-quotes/{quoteId}`, PATH_INFERRED),
  listConversions: get('List partner conversions', `${CUSTOMER}/conversions`, PATH_INFERRED),
  createConversion: post('Create partner conversion approval draft', `${CUSTOMER}/conversions`, PATH_INFERRED),
  getConversion: get('Get partner conversion', `${V1}/conversions/{conversionId}`, PATH_INFERRED),
} as const;

const FIAT_ACCOUNTS = {
  getFiatAccountCapabilities: get(
    'Get partner fiat account capabilities',
    `${CUSTOMER}/fiat-account-capabilities`,
    STATED,
  ),
  createFiatAccountApplication: post(
    'Create partner fiat account application',
    `${CUSTOMER}/fiat-account-applications`,
    STATED,
  ),
  addFiatAccountInformation: post(
    'Submit additional information for a partner fiat account application',
    `${V1}/fiat-account-applications/{applicationId}/additional-info`,
    STATED,
  ),
  listFiatAccounts: get('List partner fiat accounts', `${CUSTOMER}/fiat-accounts`, STATED),
  getFiatDepositInstructions: get(
    'Get partner fiat deposit instructions',
    `${CUSTOMER}/fiat-deposit-instructions`,
    STATED,
  ),
  listFiatDeposits: get('List partner fiat deposits', `${CUSTOMER}/fiat-deposits`, STATED),
  getFiatDeposit: get('Get partner fiat deposit', `${V1}/fiat-deposits/{depositId}`, STATED),
} as const;

const FIAT_WITHDRAWALS = {
  listBankAccounts: get('List partner bank accounts', `${CUSTOMER}/bank-accounts`, STATED),
  createBankAccount: post('Create partner bank account', `${CUSTOMER}/bank-accounts`, STATED),
  getFiatWithdrawalCapabilities: get(
    'Get partner fiat withdrawal capabilities',
    `${CUSTOMER}/fiat-withdrawal-capabilities`,
    PATH_INFERRED,
  ),
  activateFiatWithdrawalCapability: post(
    'Activate partner fiat withdrawal capability',
    `${CUSTOMER}/fiat-withdrawal-capabilities/activate`,
    PATH_INFERRED,
  ),
  addFiatWithdrawalActivationInformation: post(
    'Submit fiat withdrawal capability activation additional information',
    `${V1}/fiat-withdrawal-capability-activations/{activationId}/additional-info`,
    PATH_INFERRED,
  ),
  createFiatWithdrawalQuote: post(
    'Create partner fiat withdrawal quote',
    `${CUSTOMER}/fiat-withdrawal-quotes`,
    PATH_INFERRED,
  ),
  createFiatWithdrawal: post(
    'Create partner fiat withdrawal approval draft',
    `${CUSTOMER}/fiat-withdrawals`,
    PATH_INFERRED,
  ),
  listFiatWithdrawals: get('List partner fiat withdrawals', `${CUSTOMER}/fiat-withdrawals`, PATH_INFERRED),
  submitFiatWithdrawal: post(
    'Submit an approved partner fiat withdrawal for processing',
    `${V1}/fiat-withdrawals/{withdrawalId}/submit`,
    PATH_INFERRED,
  ),
  addFiatWithdrawalInformation: post(
    'Submit additional information for a partner fiat withdrawal',
    `${V1}/fiat-withdrawals/{withdrawalId}/additional-info`,
    PATH_INFERRED,
  ),
  getFiatWithdrawal: get('Get partner fiat withdrawal', `${V1}/fiat-withdrawals/{withdrawalId}`, PATH_INFERRED),
} as const;

const BENEFICIARIES = 'crypto-wallet-beneficiaries';

const CRYPTO = {
  listCryptoDepositWallets: get('List partner crypto deposit wallets', `${CUSTOMER}/crypto-deposit-wallets`, NAME_ONLY),
  listCryptoDeposits: get('List partner crypto deposits', `${CUSTOMER}/crypto-deposits`, NAME_ONLY),
  getCryptoDeposit: get('Get partner crypto deposit', `${V1}/crypto-deposits/{depositId}`, NAME_ONLY),
  submitTravelRuleInformation: post(
    'Submit partner crypto deposit Travel Rule information',
    `${V1}/crypto-deposits/{depositId}/travel-rule-info`,
    NAME_ONLY,
  ),
  createCryptoWithdrawalQuote: post(
    'Create partner crypto withdrawal quote',
    `${CUSTOMER}/crypto-withdrawal-quotes`,
    NAME_ONLY,
  ),
  listBeneficiaries: get('List partner crypto wallet beneficiaries', `${CUSTOMER}/${BENEFICIARIES}`, NAME_ONLY),
  createBeneficiary: post('Create partner crypto wallet beneficiary', `${CUSTOMER}/${BENEFICIARIES}`, NAME_ONLY),
  getBeneficiary: get('Get partner crypto wallet beneficiary', `${V1}/${BENEFICIARIES}/{beneficiaryId}`, NAME_ONLY),
  removeBeneficiary: post(
    'Remove partner crypto wallet beneficiary',
    `${V1}/${BENEFICIARIES}/{beneficiaryId}/remove`,
    METHOD_GUESSED,
  ),
  syncBeneficiary: post(
    'Sync partner crypto wallet beneficiary',
    `${V1}/${BENEFICIARIES}/{beneficiaryId}/sync`,
    NAME_ONLY,
  ),
  createCryptoWithdrawal: post(
    'Create partner crypto withdrawal approval draft',
    `${CUSTOMER}/crypto-withdrawals`,
    NAME_ONLY,
  ),
  listCryptoWithdrawals: get('List partner crypto withdrawals', `${CUSTOMER}/crypto-withdrawals`, NAME_ONLY),
  submitCryptoWithdrawal: post(
    'Submit an approved partner crypto withdrawal for processing',
    `${V1}/crypto-withdrawals/{withdrawalId}/submit`,
    NAME_ONLY,
  ),
  getCryptoWithdrawal: get('Get partner crypto withdrawal', `${V1}/crypto-withdrawals/{withdrawalId}`, NAME_ONLY),
  listRefunds: get('List partner crypto refunds', `${CUSTOMER}/crypto-refunds`, NAME_ONLY),
  createRefund: post('Create partner crypto refund approval draft', `${CUSTOMER}/crypto-refunds`, NAME_ONLY),
  getRefund: get('Get partner crypto refund', `${V1}/crypto-refunds/{refundId}`, NAME_ONLY),
  submitRefund: post(
    'Submit an approved partner crypto refund for processing',
    `${V1}/crypto-refunds/{refundId}/submit`,
    NAME_ONLY,
  ),
  confirmRefund: post('Confirm partner crypto refund', `${V1}/crypto-refunds/{refundId}/confirm`, NAME_ONLY),
} as const;

const CHECKOUTS = {
  listCheckouts: get('List partner crypto checkouts', `${CUSTOMER}/crypto-checkouts`, NAME_ONLY),
  createCheckout: post('Create partner crypto checkout', `${CUSTOMER}/crypto-checkouts`, NAME_ONLY),
  getCheckout: get('Get partner crypto checkout', `${V1}/crypto-checkouts/{checkoutId}`, NAME_ONLY),
  createCheckoutLink: post('Create partner checkout link', `${V1}/crypto-checkouts/{checkoutId}/links`, NAME_ONLY),
  createPosPaymentRequest: post(
    'Create partner checkout POS payment request',
    `${V1}/crypto-checkouts/{checkoutId}/pos-payment-requests`,
    NAME_ONLY,
  ),
  closeCheckout: post('Close partner crypto checkout', `${V1}/crypto-checkouts/{checkoutId}/close`, NAME_ONLY),
} as const;

const COLLECTIONS = {
  listBuyers: get('List partner collection buyers', `${CUSTOMER}/collection-buyers`, NAME_ONLY),
  createBuyer: post('Create partner collection buyer', `${CUSTOMER}/collection-buyers`, NAME_ONLY),
  getBuyer: get('Get partner collection buyer', `${V1}/collection-buyers/{buyerId}`, NAME_ONLY),
  updateBuyer: patch('Update partner collection buyer', `${V1}/collection-buyers/{buyerId}`),
  listCollectionWallets: get('List partner collection wallets', `${CUSTOMER}/collection-wallets`, NAME_ONLY),
  createCollectionWallet: post('Create partner collection wallet', `${CUSTOMER}/collection-wallets`, NAME_ONLY),
  getCollectionWallet: get('Get partner collection wallet', `${V1}/collection-wallets/{walletId}`, NAME_ONLY),
  updateCollectionWalletExpiry: patch(
    'Update partner collection wallet expiry',
    `${V1}/collection-wallets/{walletId}/expiry`,
  ),
  deactivateCollectionWallet: post(
    'Deactivate partner collection wallet',
    `${V1}/collection-wallets/{walletId}/deactivate`,
    NAME_ONLY,
  ),
  listCollectionPayments: get('List partner collection payments', `${CUSTOMER}/collection-payments`, NAME_ONLY),
  getCollectionPayment: get('Get partner collection payment', `${V1}/collection-payments/{paymentId}`, NAME_ONLY),
} as const;

/** By subject, as the client is split. */
export const OPERATIONS_BY_SUBJECT = {
  customers: CUSTOMERS,
  conversion: CONVERSION,
  fiatAccounts: FIAT_ACCOUNTS,
  fiatWithdrawals: FIAT_WITHDRAWALS,
  crypto: CRYPTO,
  checkouts: CHECKOUTS,
  collections: COLLECTIONS,
} as const;

export const OPERATIONS = {
  ...CUSTOMERS,
  ...CONVERSION,
  ...FIAT_ACCOUNTS,
  ...FIAT_WITHDRAWALS,
  ...CRYPTO,
  ...CHECKOUTS,
  ...COLLECTIONS,
} as const;

export type Operation = keyof typeof OPERATIONS;

export type SubjectName = keyof typeof OPERATIONS_BY_SUBJECT;

/** The subject of an operation. */
export function subjectOf(operation: Operation): SubjectName {
  const subjects: readonly SubjectName[] = [
    'customers',
    'conversion',
    'fiatAccounts',
    'fiatWithdrawals',
    'crypto',
    'checkouts',
  ];
  return subjects.find((subject) => Object.hasOwn(OPERATIONS_BY_SUBJECT[subject], operation)) ?? 'collections';
}
