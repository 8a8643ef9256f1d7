import { OPERATIONS as FACTS, type Operation } from '../../providers/oceafin/layout/operations';
import type { Answer } from '../http/answer';
import type { Route } from '../http/routes';
import * as collecting from './collecting';
import type { Call, Done, Handler } from './context';
import { createConversion, createConversionQuote } from './conversions';
import { action, confirmRefund, createRefund, listDepositWallets, submitTravelRule } from './crypto';
import { addFile, createCustomer, customerOf, listBalances, requireApproved, submitEvidence } from './customers';
import { OPERATIONS } from './fault-rules';
import * as fiatAccounts from './fiat-accounts';
import { answerCall } from './idempotency';
import { pageOf } from './input';
import { listOf, oneOf } from './listing';
import * as withdrawals from './withdrawals';

/** The handler of each operation. Paths and methods are the connector's guesses too: one table has them. */
const HANDLERS: Readonly<Record<Operation, Handler>> = {
  createCustomer,
  addCustomerFile: addFile,
  submitEvidence,
  listBalances,
  listTransactions: listOf('transaction'),
  getTransaction: oneOf('transaction', 'transactionId'),
  listConversionQuotes: listOf('conversionQuote'),
  createConversionQuote,
  getConversionQuote: oneOf('conversionQuote', 'quoteId'),
  listConversions: listOf('conversion'),
  createConversion,
  getConversion: oneOf('conversion', 'conversionId'),
  getFiatAccountCapabilities: fiatAccounts.getFiatAccountCapabilities,
  createFiatAccountApplication: fiatAccounts.createFiatAccountApplication,
  addFiatAccountInformation: fiatAccounts.addFiatAccountInformation,
  listFiatAccounts,
  getFiatDepositInstructions: fiatAccounts.getFiatDepositInstructions,
  listFiatDeposits: listOf('fiatDeposit'),
  getFiatDeposit: oneOf('fiatDeposit', 'depositId'),
  listBankAccounts: listOf('bankAccount'),
  createBankAccount: withdrawals.createBankAccount,
  getFiatWithdrawalCapabilities: withdrawals.getFiatWithdrawalCapabilities,
  activateFiatWithdrawalCapability: withdrawals.activateFiatWithdrawalCapability,
  addFiatWithdrawalActivationInformation: withdrawals.addActivationInformation,
  createFiatWithdrawalQuote: withdrawals.createFiatWithdrawalQuote,
  createFiatWithdrawal: withdrawals.createFiatWithdrawal,
  listFiatWithdrawals: listOf('fiatWithdrawal'),
  submitFiatWithdrawal: withdrawals.submitWithdrawal('fiatWithdrawal', 'withdrawalId'),
  addFiatWithdrawalInformation: withdrawals.addFiatWithdrawalInformation,
  getFiatWithdrawal: oneOf('fiatWithdrawal', 'withdrawalId'),
  listCryptoDepositWallets: listDepositWallets,
  listCryptoDeposits: listOf('cryptoDeposit'),
  getCryptoDeposit: oneOf('cryptoDeposit', 'depositId'),
  submitTravelRuleInformation: submitTravelRule,
  createCryptoWithdrawalQuote: withdrawals.createCryptoWithdrawalQuote,
  listBeneficiaries: listOf('beneficiary'),
  createBeneficiary: withdrawals.createBeneficiary,
  getBeneficiary: oneOf('beneficiary', 'beneficiaryId'),
  removeBeneficiary: action('beneficiary', 'beneficiaryId', ['ACTIVE', 'PENDING'], 'REMOVED'),
  syncBeneficiary: action('beneficiary', 'beneficiaryId', ['ACTIVE', 'PENDING'], 'ACTIVE'),
  createCryptoWithdrawal: withdrawals.createCryptoWithdrawal,
  listCryptoWithdrawals: listOf('cryptoWithdrawal'),
  submitCryptoWithdrawal: withdrawals.submitWithdrawal('cryptoWithdrawal', 'withdrawalId'),
  getCryptoWithdrawal: oneOf('cryptoWithdrawal', 'withdrawalId'),
  listRefunds: listOf('refund'),
  createRefund,
  getRefund: oneOf('refund', 'refundId'),
  submitRefund: withdrawals.submitWithdrawal('refund', 'refundId'),
  confirmRefund,
  listCheckouts: listOf('checkout'),
  createCheckout: collecting.createCheckout,
  getCheckout: oneOf('checkout', 'checkoutId'),
  createCheckoutLink: collecting.createCheckoutLink,
  createPosPaymentRequest: collecting.createPosPayment,
  closeCheckout: action('checkout', 'checkoutId', ['OPEN'], 'CLOSED'),
  listBuyers: listOf('buyer'),
  createBuyer: collecting.createBuyer,
  getBuyer: oneOf('buyer', 'buyerId'),
  updateBuyer: collecting.updateBuyer,
  listCollectionWallets: listOf('collectionWallet'),
  createCollectionWallet: collecting.createCollectionWallet,
  getCollectionWallet: oneOf('collectionWallet', 'walletId'),
  updateCollectionWalletExpiry: collecting.updateWalletExpiry,
  deactivateCollectionWallet: action('collectionWallet', 'walletId', ['ACTIVE'], 'DEACTIVATED'),
  listCollectionPayments: listOf('collectionPayment'),
  getCollectionPayment: oneOf('collectionPayment', 'paymentId'),
};

/** Accounts and what waits to be one; a read lets applications go on, and shows them as they were. */
function listFiatAccounts(call: Call): Done {
  requireApproved(customerOf(call));
  return {
    status: 200,
    body: pageOf(call, fiatAccounts.listFiatAccounts(call)),
    ...fiatAccounts.applicationsAfterRead(call),
  };
}

export const ROUTES: readonly Route<Operation, (call: Call) => Answer>[] = OPERATIONS.map((operation) => ({
  operation,
  method: FACTS[operation].method,
  path: FACTS[operation].path,
  handler: (call) => answerCall(HANDLERS[operation], call),
}));
