import { backoffice } from '../../providers/backoffice';
import { ASSUMPTIONS } from '../../providers/backoffice/assumptions';
import { callbackReceiver } from '../../providers/backoffice/callbacks';
import { configSchema } from '../../providers/backoffice/config';
import { diagnose } from '../../providers/backoffice/diagnose';
import { errorOf } from '../../providers/backoffice/errors';
import { JsonNumber, jsonText } from '../../providers/backoffice/json-text';
import { kindOf, orderState } from '../../providers/backoffice/mapping';
import { callbackToken, carriesToken, commentOf, refOfCallbackToken } from '../../providers/backoffice/tokens';
import { startBackofficeSandbox } from '../../sandbox/backoffice';
import { CALLBACK_SECRET, configFor, environment, TOKEN_SECRET } from './backoffice-fixtures';

/** What needs no provider. */

describe('amounts', () => {
  test.each(['1', '0.1', '10.10', '0.00000001', '123456789012345', '0.30000000000000004'])(
    '%s is a number in the JSON, digit by digit',
    (amount) => {
      expect(jsonText({ amount: new JsonNumber(amount), comment: 'a "quote"', left: undefined })).toBe(
        `{"amount":${amount},"comment":"a \\"quote\\""}`,
      );
    },
  );

  test('what is no decimal is no number', () => {
    expect(() => new JsonNumber('1,"x":2')).toThrow(RangeError);
  });
});

describe('words', () => {
  test.each([
    ['Deposit', 'deposit'],
    ['Withdrawal', 'withdrawal'],
    ['Withdraw', 'withdrawal'],
    ['Witdrawal', 'withdrawal'],
    ['Trade', 'other'],
  ])('%s is a %s', (type, kind) => {
    expect(kindOf(type)).toBe(kind);
  });

  test.each([
    ['Completed', 'completed'],
    ['Failed', 'failed'],
    ['Canceled', 'cancelled'],
    ['Pending', 'open'],
    ['AwaitingConfirmation', 'open'],
    ['completed', 'open'],
    ['Reversed', 'open'],
  ])('%s is %s', (status, state) => {
    expect(orderState(status)).toBe(state);
  });
});

describe('tokens', () => {
  const comment = commentOf('dep-1', TOKEN_SECRET);

  test('are the same whenever they are computed, and others for another ref or secret', () => {
    expect(commentOf('dep-1', TOKEN_SECRET)).toBe(comment);
    expect(carriesToken(comment, 'dep-1', TOKEN_SECRET)).toBe(true);
    expect(carriesToken(comment, 'dep-1~2', TOKEN_SECRET)).toBe(false);
    expect(carriesToken(comment, 'dep-1', 'another secret')).toBe(false);
    expect(comment).toMatch(/^dep-1 gw:[\w-]{27}$/);
  });

  test.each([
    ['nothing', undefined, false],
    ['an empty text', '', false],
    ['the ref alone', 'dep-1', false],
    ['the token among words of people', `checked\n${comment} by Ann`, true],
    ['the token with something at its end', `${comment}x`, false],
  ])('are found as words of their own: %s', (_, text, found) => {
    expect(carriesToken(text, 'dep-1', TOKEN_SECRET)).toBe(found);
  });

  test('of a callback address tell the ref, for every purpose another', () => {
    const tokens = (['submit', 'confirm', 'cancel'] as const).map((purpose) =>
      callbackToken('dep:1~2', purpose, TOKEN_SECRET),
    );
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect(refOfCallbackToken(token, TOKEN_SECRET)).toBe('dep:1~2');
  });

  test.each(['', '.', 'c3VibWl0OmRlcC0x', 'c3VibWl0OmRlcC0x.', 'a.b.c'])(
    'that nobody here made are none: "%s"',
    (token) => {
      expect(refOfCallbackToken(token, TOKEN_SECRET)).toBeUndefined();
    },
  );
});

describe('a callback', () => {
  const receiver = callbackReceiver({ secret: CALLBACK_SECRET });
  const pathToken = callbackToken('wd-1', 'confirm', CALLBACK_SECRET);
  const verify = (body: string, token: string | undefined = pathToken) =>
    receiver.verify({
      headers: {},
      rawBody: Buffer.from(body),
      ...(token === '' ? {} : { pathToken: token }),
      receivedAtMs: 0,
    });
  const SAMPLE =
    '{"Amount":0.0,"Status":"Completed","Asset":"btc","Type":"Withdrawal","TransferId":1,' +
    '"CreatedAt":"2021-04-09T11:58:07.433122","Fee":0.0,"ErrorDetails":null}';

  test('of a withdrawal names its transfer by TransferId, of a deposit by Id', () => {
    expect(verify(SAMPLE)).toEqual({ ok: true, hints: [{ ref: 'wd-1', orderId: '1' }] });
    expect(verify('{"Amount":1.0,"Status":"Pending","Type":"Deposit","Id":7}')).toEqual({
      ok: true,
      hints: [{ ref: 'wd-1', orderId: '7' }],
    });
  });

  test('without an id is a hint all the same', () => {
    expect(verify('{"Status":"Failed"}')).toEqual({ ok: true, hints: [{ ref: 'wd-1' }] });
  });

  test('whatever amount it shows says nothing of it', () => {
    expect(JSON.stringify(verify(SAMPLE.replace('0.0', '123.45')))).not.toContain('123');
  });

  test.each(['', 'forged', callbackToken('wd-1', 'confirm', 'another secret')])(
    'to another address is refused: %s',
    (token) => {
      expect(verify(SAMPLE, token)).toMatchObject({ ok: false, status: 401 });
    },
  );

  test.each([
    '',
    '[]',
    '{}',
    '{"Status":1}',
    '{"Status":"Failed","Id":-1}',
    '{"Status":"x","TransferId":"1\\u001b[2K"}',
    '{',
  ])('of another shape is refused: %s', (body) => {
    expect(verify(body)).toMatchObject({ ok: false, status: 400 });
  });
});

describe('what a refusal means', () => {
  const errors = (code: string) => JSON.stringify({ errors: [{ code, message: 'of Jane Roe' }] });
  const PAGE = '<html>Not here</html>';
  test.each([
    ['deposit', 400, errors('Whatever'), 'INVALID_REQUEST', 'not-applied'],
    ['withdraw', 400, errors('InsufficientFunds'), 'INSUFFICIENT_FUNDS', 'not-applied'],
    ['withdraw', 422, '', 'INVALID_REQUEST', 'not-applied'],
    ['confirmWithdrawal', 400, errors('Whatever'), 'STATE_INVALID', 'not-applied'],
    ['cancelWithdrawal', 404, errors('Whatever'), 'NOT_FOUND', 'not-applied'],
    ['deposit', 404, errors('UserNotFound'), 'CLIENT_UNKNOWN', 'not-applied'],
    ['deposit', 404, PAGE, 'CONTRACT_DRIFT', 'unknown'],
    ['transfers', 404, errors('X'), 'CONTRACT_DRIFT', 'unknown'],
    ['deposit', 401, '{"title":"Unauthorized","status":401}', 'AUTH', 'not-applied'],
    ['deposit', 403, '', 'AUTH', 'not-applied'],
    ['deposit', 408, '', 'OUTCOME_UNKNOWN', 'unknown'],
    ['deposit', 409, errors('Conflict'), 'REFUSED', 'not-applied'],
    ['deposit', 429, '', 'RATE_LIMITED', 'unknown'],
    ['deposit', 302, '', 'CONTRACT_DRIFT', 'unknown'],
    ['deposit', 500, errors('X'), 'OUTCOME_UNKNOWN', 'unknown'],
    ['deposit', 502, PAGE, 'OUTCOME_UNKNOWN', 'unknown'],
  ] as const)('%s, %i, %s: %s', (operation, status, body, code, outcome) => {
    const error = errorOf({ status, headers: {}, body: Buffer.from(body) }, operation, 0);
    expect(error).toMatchObject({ code, outcome, httpStatus: status, provider: 'backoffice' });
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('Jane');
  });

  test('a code is kept if it looks like one, and nothing else', () => {
    const of = (body: string) =>
      errorOf({ status: 400, headers: {}, body: Buffer.from(body) }, 'deposit', 0).providerCode;
    expect(of(errors('TooMuch'))).toBe('TooMuch');
    expect(of('{"error":"invalid_grant"}')).toBe('invalid_grant');
    expect(of(errors('Jane Roe has 5 USD'))).toBeUndefined();
  });
});

describe('settings', () => {
  function problemsOf(over: Readonly<Record<string, string | undefined>>): readonly string[] {
    const { error } = configSchema.safeParse(environment(over));
    return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
  }

  test('that are whole are read, with their defaults', () => {
    expect(configSchema.parse(environment({ BACKOFFICE_HTTP_TIMEOUT_MS: undefined }))).toMatchObject({
      clientId: 'core_ib',
      scope: 'openid offline_access BackOffice',
      callbacks: undefined,
      httpTimeoutMs: 8_000,
      searchMarginMs: 300_000,
    });
  });

  test('that miss are named all at once', () => {
    expect(problemsOf(Object.fromEntries(Object.keys(environment()).map((name) => [name, undefined])))).toEqual([
      'BACKOFFICE_BASE_URL is required',
      'BACKOFFICE_USERNAME is required',
      'BACKOFFICE_CLIENT_SECRET is required, or BACKOFFICE_CLIENT_SECRET_FILE',
      'BACKOFFICE_PASSWORD is required, or BACKOFFICE_PASSWORD_FILE',
      'BACKOFFICE_TOKEN_SECRET is required, or BACKOFFICE_TOKEN_SECRET_FILE',
    ]);
  });

  test('callbacks have a secret of their own, which the gateway shares', () => {
    const url = 'https://gateway.example/callbacks/backoffice/';
    const asked = { BACKOFFICE_CALLBACK_URL: url };
    const parsed = configSchema.parse(environment({ ...asked, BACKOFFICE_CALLBACK_SECRET: CALLBACK_SECRET }));
    expect(parsed.callbacks).toEqual({ url: url.slice(0, -1), secret: CALLBACK_SECRET });
    expect(problemsOf(asked)).toEqual(['BACKOFFICE_CALLBACK_SECRET is required, or BACKOFFICE_CALLBACK_SECRET_FILE']);
    expect(problemsOf({ ...asked, BACKOFFICE_CALLBACK_SECRET: 'too short' })).toEqual([
      'BACKOFFICE_CALLBACK_SECRET must have at least 32 characters',
    ]);
    expect(problemsOf({ ...asked, BACKOFFICE_CALLBACK_SECRET: TOKEN_SECRET })).toEqual([
      expect.stringContaining('BACKOFFICE_CALLBACK_SECRET must not be BACKOFFICE_TOKEN_SECRET'),
    ]);
  });

  test.each([
    ['BACKOFFICE_BASE_URL', 'https://exchange.example/back-api'],
    ['BACKOFFICE_BASE_URL', 'http://exchange.example'],
    ['BACKOFFICE_TOKEN_SECRET', 'too short'],
    ['BACKOFFICE_CALLBACK_URL', 'ftp://gateway.example'],
    ['BACKOFFICE_CALLBACK_URL', 'https://gateway.example/callbacks?x=1'],
    ['BACKOFFICE_HTTP_TIMEOUT_MS', '99'],
    ['BACKOFFICE_SEARCH_MARGIN_MS', '-1'],
  ])('%s of %s is refused, and not shown', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toEqual([expect.stringContaining(name)]);
    expect(problems.join()).not.toContain(value);
  });
});

describe('doctor', () => {
  test('says what is well, and what is not', async () => {
    const sandbox = await startBackofficeSandbox();
    try {
      const well = {
        BACKOFFICE_CALLBACK_URL: 'https://gateway.example/callbacks/backoffice',
        BACKOFFICE_CALLBACK_SECRET: CALLBACK_SECRET,
      };
      expect(await diagnose(configFor(sandbox.url, well))).toMatchObject([{ state: 'ok' }, { state: 'ok' }]);
      expect(await diagnose(configFor(sandbox.url, { BACKOFFICE_PASSWORD: 'wrong' }))).toMatchObject([
        { check: 'access', state: 'fail', todo: expect.stringContaining('BACKOFFICE_USERNAME') },
        { check: 'callbacks', state: 'warn' },
      ]);
    } finally {
      await sandbox.close();
    }
    expect(await diagnose(configFor(sandbox.url))).toMatchObject([
      { check: 'access', state: 'fail', found: expect.stringContaining('UNREACHABLE') },
      { check: 'callbacks' },
    ]);
  });

  test('lists every assumption once', () => {
    const subjects = ASSUMPTIONS.map(({ about }) => about);
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(backoffice.assumptions).toBe(ASSUMPTIONS);
  });
});
