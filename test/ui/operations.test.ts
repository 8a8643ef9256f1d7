import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { connectGangway, type Gangway } from '../../client';
import { readFundingInput } from '../../client/flow/requests';
import { Rig } from '../setup/rig';
import { findChromium } from './chromium';
import { TemporalUi } from './temporal-ui';

/** Where screenshots go, if those in docs/ are to be made anew: `GANGWAY_SCREENSHOTS=docs/images npx jest test/ui`. */
const SCREENSHOTS = process.env['GANGWAY_SCREENSHOTS'];
const CLIENT = 'user-1';

const executablePath = findChromium();
const describeWithChromium =
  executablePath === undefined
    ? describe.skip.bind(describe, 'the Temporal UI (skipped: this machine has no Chromium on PATH)')
    : describe.bind(undefined, 'the Temporal UI');

describeWithChromium(() => {
  let rig: Rig;
  let gangway: Gangway;
  let browser: Browser;
  let ui: TemporalUi;

  beforeAll(async () => {
    const policy = [{ asset: 'USD', from: '5000', approvers: 2 }];
    const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
    const env = { GANGWAY_APPROVALS: JSON.stringify(policy), GANGWAY_REQUESTER_SECRETS: secret };
    rig = await Rig.start({ ui: true, env });
    const { address, namespace } = rig.server;
    gangway = await connectGangway({ address, namespace, requesterSecrets: [secret] });
    await (await gangway.onboard(rig.application(CLIENT))).result();
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu'],
    });
    ui = await TemporalUi.open(browser, rig.server.uiUrl ?? '');
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await gangway.close();
    await rig.close();
  });

  async function screenshot(name: string): Promise<void> {
    if (SCREENSHOTS === undefined || SCREENSHOTS === '') return;
    mkdirSync(SCREENSHOTS, { recursive: true });
    await ui.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
  }

  function intent(fundingId: string, but: object = {}): string {
    const movement = { kind: 'withdrawal', partnerClientId: CLIENT, asset: 'USD', amount: '250.00' };
    return JSON.stringify({ provider: 'coinmena', fundingId, ...movement, ...but });
  }

  function form(fundingId: string, input: string) {
    return { workflowId: `funding/coinmena/${fundingId}`, taskQueue: 'gangway.coinmena', type: 'fundAccount', input };
  }

  test('a movement is started from the form, parks, says why and what to do, is resolved from the page, and settles', async () => {
    await ui.fillStartForm(form('payout-7', intent('payout-7')));
    await screenshot('start-form');
    await ui.submitStartForm();
    const handle = rig.client.workflow.getHandle('funding/coinmena/payout-7');
    await rig.parked(handle);

    await ui.openWorkflow('funding/coinmena/payout-7');
    await ui.openDetails();
    await ui.details.getByRole('heading', { name: 'Waits for a person: INSUFFICIENT_FUNDS' }).waitFor();
    expect(await ui.details.locator('p').first().innerText()).toBe(
      'Withdrawal of 250.00 USD for client user-1 is at stage parked. It goes on once a person has answered.',
    );
    for (const text of ['Fund it, then resolve with retry.', '{"action":"retry","by":"YOUR-ID","reason":"WHY"}']) {
      expect(await ui.details.getByText(text).count()).toBe(1);
    }
    expect(await ui.details.locator('table', { hasText: 'Waits for a person' }).count()).toBe(1);
    await screenshot('parked');

    const deposit = await gangway.fund(
      readFundingInput(JSON.parse(intent('deposit-1', { kind: 'deposit', amount: '1000.00' }))),
    );
    await deposit.result();
    await ui.sendUpdate('resolve', '{"action": "retry", "by": "ops-1", "reason": "funded by deposit-1"}');
    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      decisions: [{ action: 'retry', by: 'ops-1', reason: 'funded by deposit-1' }],
    });
    await ui.openWorkflow('funding/coinmena/payout-7');
    await ui.page.getByText('Completed', { exact: true }).first().waitFor();
    await ui.openDetails();
    await ui.details.getByText('It has ended, and nothing more is done.').waitFor();
    await screenshot('settled');
  });

  test('input that is no JSON is refused by the form; wrong fields end the workflow, each named', async () => {
    await ui.fillStartForm(form('bad-1', '{"provider": coinmena}'));
    expect(await ui.page.getByTestId('start-workflow-button').isDisabled()).toBe(true);
    await ui.fillStartForm(form('bad-2', intent('bad-2', { amount: '1e5', asset: 7 })));
    await ui.submitStartForm();
    const handle = rig.client.workflow.getHandle('funding/coinmena/bad-2');
    await handle.result().catch(() => undefined);
    await ui.openWorkflow('funding/coinmena/bad-2');
    await ui.page
      .getByText(/INVALID_REQUEST: asset must be .*; amount must be/)
      .first()
      .waitFor();
    await screenshot('wrong-fields');
    expect(await rig.ordersOf('bad-2')).toEqual([]);
  });

  test('a large movement says who is to approve it, is approved from the page, and an approval too many is refused there', async () => {
    const deposit = intent('deposit-9', { kind: 'deposit', amount: '9000.00' });
    const large = await gangway.fund(readFundingInput(JSON.parse(deposit)), { requestedBy: 'ops-1' });
    const handle = rig.client.workflow.getHandle(large.workflowId);
    await rig.parked(handle);
    await ui.openWorkflow(large.workflowId);
    await ui.openDetails();
    await ui.details.getByRole('heading', { name: 'Waits for a person: APPROVAL_REQUIRED' }).waitFor();
    await screenshot('approval');
    await ui.sendUpdate('approve', '{"by": "ops-1", "reason": "mine"}');
    await ui.page
      .getByText(/ops-1 asked for this movement/)
      .first()
      .waitFor();
    for (const by of ['ops-2', 'ops-3']) {
      await ui.openWorkflow(large.workflowId);
      await ui.sendUpdate('approve', JSON.stringify({ by, reason: 'invoice 9 checked' }));
      await ui.page.locator('dialog[open]').waitFor({ state: 'hidden' });
    }
    expect(await large.result()).toMatchObject({ outcome: 'completed', decisions: [{ by: 'ops-2' }, { by: 'ops-3' }] });
  });

  test('what waits for a person today is found by a query', async () => {
    const parked = await gangway.fund(
      readFundingInput(JSON.parse(intent('payout-8', { kind: 'deposit', amount: '99999.00' }))),
    );
    await rig.parked(rig.client.workflow.getHandle(parked.workflowId));
    await ui.openList("NeedsAttention = 'APPROVAL_REQUIRED' AND ExecutionStatus = 'Running'");
    await ui.page.getByText('funding/coinmena/payout-8').first().waitFor();
    await screenshot('list');
    expect(await ui.page.getByText('funding/coinmena/payout-7').count()).toBe(0);
    await gangway.cancel({ id: parked.workflowId }, { by: 'ops-1', reason: 'over' });
  });
});
