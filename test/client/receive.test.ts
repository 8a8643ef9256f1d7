import { z } from 'zod';
import { connectGangway, type Gangway, type ReceivingInput, type ReceivingStatus } from '../../client';
import { runCommandLine } from '../../client/cli/command-line';
import { containing, eventually, matching, Rig } from '../setup/rig';
import { untyped } from '../setup/untyped';

let rig: Rig;
let gangway: Gangway;
const before = { ...process.env };

beforeAll(async () => {
  rig = await Rig.start({ provider: 'oceafin' });
  gangway = await connectGangway({ address: rig.server.address, namespace: rig.server.namespace });
  await (await gangway.onboard(rig.application('payee'))).result();
  Object.assign(process.env, rig.env);
});
afterAll(async () => {
  process.env = before;
  await gangway.close();
  await rig.close();
});

function expected(fundingId: string, amount = '10.00'): Omit<ReceivingInput, 'policy'> {
  return { provider: 'oceafin', fundingId, partnerClientId: 'payee', asset: 'SGD', amount };
}

async function wire(amount: string): Promise<string> {
  const planted = await rig.control('POST', '/deposits', { partner_customer_ref: 'payee', currency: 'SGD', amount });
  return z.object({ depositId: z.string() }).parse(planted).depositId;
}

async function statusOf(id: string): Promise<ReceivingStatus> {
  const status = await gangway.status({ id, provider: 'oceafin' });
  if (status.kind !== 'receiving') throw new Error(`${id} is of the kind ${status.kind}`);
  return status;
}

async function ready(id: string): Promise<ReceivingStatus> {
  return await eventually(async () => {
    const status = await statusOf(id);
    return status.stage === 'awaiting-money' ? status : undefined;
  });
}

/** Runs a command line in this process. */
async function run(...args: readonly string[]): Promise<{ readonly exitCode: unknown; readonly said: string }> {
  const said: string[] = [];
  const keep = (chunk: unknown): boolean => {
    said.push(String(chunk));
    return true;
  };
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation(keep),
    jest.spyOn(process.stderr, 'write').mockImplementation(keep),
  ];
  try {
    process.exitCode = undefined;
    await runCommandLine([...args]);
    return { exitCode: process.exitCode, said: said.join('') };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}

describe('the library', () => {
  test("finds the provider's id of the client, attaches to what runs, and tells how it stands", async () => {
    const first = await gangway.receive(expected('lib-1'));
    expect((await gangway.receive(expected('lib-1', '10'))).started).toBe('already-running');
    expect(await ready('lib-1')).toMatchObject({
      state: 'running',
      fundingId: 'lib-1',
      expected: { amount: '10.00', providerClientId: matching(/^[0-9a-f-]{36}$/) },
      account: { state: 'ready' },
    });
    const depositId = await wire('10.00');
    expect(await first.result()).toMatchObject({ outcome: 'completed', deposit: { depositId } });
    expect(await statusOf('lib-1')).toMatchObject({ state: 'done', deposit: { depositId } });
    await expect(gangway.receive(expected('lib-1', '11.00'))).rejects.toMatchObject({ code: 'ID_TAKEN' });
    await expect(gangway.fund({ ...expected('lib-1'), kind: 'withdrawal' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });

  test('lists expected deposits, and not what holds the money that arrived', async () => {
    await gangway.receive(expected('list-1', '77.00'));
    await wire('77.00');
    await eventually(async () => ((await statusOf('list-1')).state === 'done' ? true : undefined));
    const types = await eventually(async () => {
      const found = (await gangway.list({ provider: 'oceafin' })).map(({ type }) => type);
      return found.includes('receiveDeposit') ? found : undefined;
    });
    expect(types).not.toContain('claimDeposit');
  });

  test('answers what is parked, and cancels what is not expected any more', async () => {
    await gangway.receive({ ...expected('parked-1', '3.00'), policy: { arrivalDeadlineMs: 1_000 } });
    const { parked } = await gangway.follow({ id: 'parked-1', provider: 'oceafin' }, () => undefined, {
      untilParked: true,
    });
    expect(parked).toMatchObject({ reason: 'DEPOSIT_OVERDUE' });
    const decision = { by: 'ops-1', reason: 'the payer said so' };
    await gangway.resolve({ id: 'parked-1', provider: 'oceafin' }, { action: 'abandon', ...decision });
    await gangway.receive(expected('parked-2', '4.00'));
    await ready('parked-2');
    await gangway.cancel({ id: 'parked-2', provider: 'oceafin' }, decision);
    await eventually(async () => ((await statusOf('parked-2')).state === 'cancelled' ? true : undefined));
    expect((await statusOf('parked-1')).state).toBe('abandoned');
  });

  test.each([
    ['a client that was never onboarded', { ...expected('no-1'), partnerClientId: 'nobody' }, 'providerClientId'],
    ['an amount that is none', expected('no-2', '-1'), 'amount'],
    ['details that the provider does not know', { ...expected('no-3'), details: { nonsense: 1 } }, 'details.nonsense'],
    ['a provider whose deposits are calls', { ...expected('no-4'), provider: 'coinmena' }, 'provider'],
  ])('refuses %s before anything is started', async (_what, request, field) => {
    await expect(untyped(gangway).receive(request)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      fields: [{ field }],
    });
  });

  test('says where to go instead of a deposit call that is not there', async () => {
    const deposit = { ...expected('no-5'), kind: 'deposit' } as const;
    await expect(gangway.fund(deposit)).rejects.toMatchObject({ message: containing('use `gangway receive`') });
  });
});

describe('the command line', () => {
  const at = ['--provider', 'oceafin'];

  test('starts, says where to read the instructions, reads them from the provider, and tells what arrived', async () => {
    const options = ['--client', 'payee', '--asset', 'SGD', '--amount', '42.00', '--id', 'cli-1', '--detach'];
    const started = await run('receive', ...at, ...options);
    expect(started).toMatchObject({ exitCode: 0, said: containing('npx gangway instructions funding/oceafin/cli-1') });
    await ready('cli-1');
    const instructions = await run('instructions', 'cli-1', ...at);
    expect(instructions).toMatchObject({ exitCode: 0, said: containing('bankDetails.bankName: Sandbox Bank') });
    const depositId = await wire('42.00');
    const followed = await run('status', 'cli-1', ...at, '--follow');
    expect(followed).toMatchObject({ exitCode: 0, said: containing(`${depositId}: 42.00 SGD, COMPLETED`) });
    expect(followed.said).not.toContain('Sandbox Bank');
  });

  test('has no instructions for what expects no money, and none without the settings', async () => {
    expect(await run('instructions', 'onboarding/oceafin/payee', ...at)).toMatchObject({
      exitCode: 2,
      said: containing('expects no money'),
    });
    await gangway.receive(expected('cli-2', '43.00'));
    await ready('cli-2');
    const { OCEAFIN_PARTNER_API_CLIENT_ID: id = '' } = process.env;
    delete process.env['OCEAFIN_PARTNER_API_CLIENT_ID'];
    const refused = await run('instructions', 'cli-2', ...at);
    process.env['OCEAFIN_PARTNER_API_CLIENT_ID'] = id;
    expect(refused).toMatchObject({ exitCode: 2, said: containing('OCEAFIN_PARTNER_API_CLIENT_ID') });
  });

  test('names options, not fields', async () => {
    const refused = await run('receive', ...at, '--client', 'payee', '--asset', 'SGD', '--amount', 'x', '--id', 'y');
    expect(refused).toMatchObject({ exitCode: 2, said: containing('--amount') });
  });
});
