import {
  AMOUNT,
  approved,
  endpoint,
  first,
  inBook,
  PERSON,
  write,
  type ApiEndpoint,
  type ApiSubject,
} from './endpoint';

const EXPIRY = { expiresAt: '2030-01-01T00:00:00Z' };
/** Further back than any call takes, and less than what a signature may be old. */
const A_MINUTE_AGO = { offset_ms: -60_000 };

export const CHECKOUTS: readonly ApiEndpoint[] = [
  endpoint('listCheckouts', async (subject) => {
    const { customerId } = await checkedOut(subject);
    return { call: (api) => api.checkouts.list(customerId), answers: [AMOUNT] };
  }),
  endpoint('createCheckout', async (subject) => {
    const customerId = await approved(subject);
    return write(
      subject,
      inBook(subject, 'checkout', { amount: AMOUNT }),
      (api, key) => api.checkouts.create(customerId, orderOf(subject), key),
      [`"${subject.id}"`, `"${AMOUNT}"`],
    );
  }),
  endpoint('getCheckout', async (subject) => {
    const { checkoutId } = await checkedOut(subject);
    return { call: (api) => api.checkouts.get(checkoutId), answers: [AMOUNT] };
  }),
  endpoint('createCheckoutLink', async (subject) => {
    const { checkoutId } = await checkedOut(subject);
    return write(
      subject,
      inBook(subject, 'checkoutLink'),
      (api, key) => api.checkouts.createLink(checkoutId, EXPIRY, key),
      [EXPIRY.expiresAt],
    );
  }),
  endpoint('createPosPaymentRequest', async (subject) => {
    const { checkoutId } = await checkedOut(subject);
    return write(
      subject,
      inBook(subject, 'posPaymentRequest'),
      (api, key) => api.checkouts.requestPosPayment(checkoutId, { terminalReference: 'till-1' }, key),
      ['"till-1"'],
    );
  }),
  endpoint('closeCheckout', async (subject) => {
    const { checkoutId } = await checkedOut(subject);
    return write(subject, inBook(subject, 'checkout', { status: 'CLOSED' }), (api, key) =>
      api.checkouts.close(checkoutId, {}, key),
    );
  }),
];

export const COLLECTIONS: readonly ApiEndpoint[] = [
  endpoint('listBuyers', async (subject) => {
    const { customerId } = await bought(subject);
    return { call: (api) => api.collections.buyers(customerId), answers: [subject.id] };
  }),
  endpoint('createBuyer', async (subject) => {
    const customerId = await approved(subject);
    return write(
      subject,
      inBook(subject, 'buyer'),
      (api, key) => api.collections.createBuyer(customerId, buyerOf(subject), key),
      [`"${subject.id}"`, PERSON.name],
    );
  }),
  endpoint('getBuyer', async (subject) => {
    const { buyerId } = await bought(subject);
    return { call: (api) => api.collections.buyer(buyerId), answers: [subject.id] };
  }),
  endpoint('updateBuyer', async (subject) => {
    // The book shows only the time of a change: it must differ from that of the creation.
    await subject.control('POST', '/clock', A_MINUTE_AGO);
    const { buyerId, updatedAt } = await bought(subject);
    await subject.control('POST', '/clock', { offset_ms: 0 });
    const unchanged = inBook(subject, 'buyer', { updatedAt });
    return write(
      subject,
      (book) => inBook(subject, 'buyer')(book) - unchanged(book),
      (api, key) => api.collections.updateBuyer(buyerId, { email: PERSON.email }, key),
      [PERSON.email],
    );
  }),
  endpoint('listCollectionWallets', async (subject) => {
    const { customerId } = await walletOf(subject);
    return { call: (api) => api.collections.wallets(customerId), answers: ['TRON'] };
  }),
  endpoint('createCollectionWallet', async (subject) => {
    const { customerId, buyerId } = await bought(subject);
    const wish = { partnerReference: subject.id, buyerId, asset: 'USDT' };
    return write(
      subject,
      inBook(subject, 'collectionWallet'),
      (api, key) => api.collections.createWallet(customerId, wish, key),
      [`"${subject.id}"`, buyerId],
    );
  }),
  endpoint('getCollectionWallet', async (subject) => {
    const { walletId } = await walletOf(subject);
    return { call: (api) => api.collections.wallet(walletId), answers: ['TRON'] };
  }),
  endpoint('updateCollectionWalletExpiry', async (subject) => {
    const { walletId } = await walletOf(subject);
    return write(
      subject,
      inBook(subject, 'collectionWallet', EXPIRY),
      (api, key) => api.collections.updateWalletExpiry(walletId, EXPIRY, key),
      [EXPIRY.expiresAt],
    );
  }),
  endpoint('deactivateCollectionWallet', async (subject) => {
    const { walletId } = await walletOf(subject);
    return write(subject, inBook(subject, 'collectionWallet', { status: 'DEACTIVATED' }), (api, key) =>
      api.collections.deactivateWallet(walletId, {}, key),
    );
  }),
  endpoint('listCollectionPayments', async (subject) => {
    const { customerId } = await paid(subject);
    return { call: (api) => api.collections.payments(customerId), answers: [AMOUNT] };
  }),
  endpoint('getCollectionPayment', async (subject) => {
    const { paymentId } = await paid(subject);
    return { call: (api) => api.collections.payment(paymentId), answers: [AMOUNT] };
  }),
];

function orderOf({ id }: ApiSubject) {
  return { partnerReference: id, asset: 'USDT', amount: AMOUNT, description: 'One thing' };
}

async function checkedOut(subject: ApiSubject) {
  const customerId = await approved(subject);
  const { checkoutId } = await subject.well.checkouts.create(customerId, orderOf(subject), `${subject.id}:checkout`);
  return { customerId, checkoutId };
}

function buyerOf({ id }: ApiSubject) {
  return { partnerReference: id, name: PERSON.name };
}

async function bought(subject: ApiSubject) {
  const customerId = await approved(subject);
  const buyer = await subject.well.collections.createBuyer(customerId, buyerOf(subject), `${subject.id}:buyer`);
  return { customerId, ...buyer };
}

async function walletOf(subject: ApiSubject) {
  const { id, well } = subject;
  const { customerId, buyerId } = await bought(subject);
  const wish = { partnerReference: id, buyerId, asset: 'USDT' };
  const { walletId } = await well.collections.createWallet(customerId, wish, `${id}:wallet`);
  return { customerId, walletId };
}

async function paid(subject: ApiSubject) {
  const { customerId, walletId } = await walletOf(subject);
  await subject.control('POST', '/collection-payments', { wallet_id: walletId, amount: AMOUNT });
  const { paymentId } = first(await subject.well.collections.payments(customerId));
  return { customerId, paymentId };
}
