import { readOptions, USAGE } from '../../sandbox/coinify/options';

test('arguments go before variables', () => {
  const options = readOptions(['--settle-ms', '5', '--duplicates', 'accept', '--find-by-order-id'], {
    SANDBOX_SETTLE_MS: '9',
    SANDBOX_API_KEY: 'sandbox_key',
    SANDBOX_OPENING_BALANCES: 'USD=10.50, EUR=1',
    SANDBOX_WEBHOOK_URL: 'http://127.0.0.1:8088/callbacks/coinify',
    SANDBOX_WEBHOOK_SECRET: '',
  });
  expect(options).toEqual({
    settleMs: 5,
    duplicates: 'accept',
    findByOrderId: true,
    apiKey: 'sandbox_key',
    openingBalances: { USD: '10.50', EUR: '1' },
    webhookUrl: 'http://127.0.0.1:8088/callbacks/coinify',
  });
});

test('help is asked for', () => {
  expect(readOptions(['--help'], {})).toBeUndefined();
  expect(USAGE).toContain('SANDBOX_DUPLICATES');
});

test.each([
  [['--settle-ms', 'soon'], '--settle-ms must be a whole number'],
  [['--duplicates', 'perhaps'], '--duplicates must be one of reject, replay, accept'],
  [['--opening-balances', 'USD'], '--opening-balances must be a list such as'],
  [['--webhook-url', 'ftp://x'], '--webhook-url must be a URL'],
  [['--nothing'], 'options:'],
])('%j is refused by its name', (args, problem) => {
  expect(() => readOptions(args, {})).toThrow(problem);
});

test('a variable that is no switch is refused by its name', () => {
  expect(() => readOptions([], { SANDBOX_FIND_BY_ORDER_ID: 'maybe' })).toThrow(
    '--find-by-order-id must be true or false',
  );
});
