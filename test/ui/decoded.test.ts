import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { connectGangway } from '../../client';
import { startCodecOfUi } from '../../client/cli/up/codec-of-ui';
import { readCodecServerConfig } from '../../client/codec-server/config';
import { startCodecServer, type RunningCodecServer } from '../../client/codec-server/serve';
import { newToken } from '../../client/gateway/tokens';
import { onboardingWorkflowId } from '../../contract/ids';
import { openPayloadKeys } from '../../keys/open';
import { payloadKeySettings } from '../../keys/settings';
import { freePorts } from '../../system/free-ports';
import { locateServer } from '../../temporal/locate-server';
import { AUDIENCE, ISSUER, Provider } from '../codec-server/identity-provider';
import { foundIn } from '../keys/canary';
import { KeyFileOfATest } from '../keys/key-file-of-a-test';
import { eventually, Rig } from '../setup/rig';
import { findChromium } from './chromium';
import { HttpsFront } from './https-front';
import { TemporalUi } from './temporal-ui';

/** Where screenshots go: `GANGWAY_SCREENSHOTS=docs/images npx jest test/ui/decoded`. */
const SCREENSHOTS = process.env['GANGWAY_SCREENSHOTS'];
const CLIENT = 'acme-1';
const WORKFLOW = onboardingWorkflowId('coinmena', CLIENT);
const opaque = newToken('ops-1', ['decode']);
const ofAnother = newToken('other-desk', ['decode'], { clients: ['other-*'] });

let rig: Rig;
let keyFile: KeyFileOfATest;
let front: HttpsFront;
let provider: Provider;
let codec: RunningCodecServer;

beforeAll(async () => {
  keyFile = new KeyFileOfATest();
  front = await HttpsFront.start();
  provider = await Provider.start();
  rig = await Rig.start({
    ui: true,
    uiCodecEndpoint: front.url,
    env: { GANGWAY_PAYLOAD_KEYS_FILE: keyFile.path },
  });
  codec = await startCodecServer(
    readCodecServerConfig({
      ...codecEnv(),
      GANGWAY_CODEC_PORT: '0',
      GANGWAY_CODEC_PROXIES: '1',
      GANGWAY_CODEC_ORIGINS: rig.server.uiUrl ?? '',
      GANGWAY_CODEC_TOKENS: [opaque.entry, ofAnother.entry].join(','),
      GANGWAY_CODEC_OIDC_ISSUER: ISSUER,
      GANGWAY_CODEC_OIDC_AUDIENCE: AUDIENCE,
      GANGWAY_CODEC_OIDC_JWKS_URL: provider.url,
      GANGWAY_CODEC_OIDC_ROLES: 'codec',
    }),
    { log: { write: () => undefined } },
  );
  front.behind = codec.url;
  const settings = payloadKeySettings(rig.env);
  if (settings === undefined) throw new Error('payloads are not encrypted');
  const keys = openPayloadKeys(settings);
  const { address, namespace } = rig.server;
  const gangway = await connectGangway({ address, namespace, dataConverter: keys.dataConverter });
  await (await gangway.onboard(rig.application(CLIENT))).result();
  await gangway.close();
  await keys.close();
}, 120_000);
afterAll(async () => {
  await codec.stop();
  await provider.stop();
  await front.close();
  await rig.close();
  keyFile.remove();
});

function codecEnv(): NodeJS.ProcessEnv {
  const { GANGWAY_BOOK_URL, GANGWAY_BOOK_PASSWORD_FILE, GANGWAY_PAYLOAD_KEYS_FILE } = rig.env;
  return { GANGWAY_BOOK_URL, GANGWAY_BOOK_PASSWORD_FILE, GANGWAY_PAYLOAD_KEYS_FILE };
}

/** What the page must not show to whoever may not read. */
function personal(): string {
  return rig.application(CLIENT).applicant.name;
}

describe('the Temporal command line', () => {
  async function show(...args: readonly string[]): Promise<string> {
    const located = await locateServer({ env: process.env });
    if (!located.found) throw new Error('there is no Temporal CLI');
    const { address, namespace } = rig.server;
    const where = ['--address', address, '--namespace', namespace, '--workflow-id', WORKFLOW, '--output', 'json'];
    const { stdout } = await promisify(execFile)(located.executable, ['workflow', 'show', ...where, ...args], {
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  }

  test('shows what is encrypted to who may read it, and to nobody else', async () => {
    const endpoint = ['--codec-endpoint', codec.url];
    const shows = (text: string): boolean => foundIn(Buffer.from(text), { name: personal() }).length > 0;
    expect(shows(await show(...endpoint, '--codec-auth', `Bearer ${opaque.token}`))).toBe(true);
    expect(shows(await show(...endpoint, '--codec-auth', `Bearer ${ofAnother.token}`))).toBe(false);
    expect(shows(await show())).toBe(false);
  });
});

const executablePath = findChromium();
const describeWithChromium =
  executablePath === undefined
    ? describe.skip.bind(describe, 'the Temporal UI (skipped: this machine has no Chromium on PATH)')
    : describe.bind(undefined, 'the Temporal UI');

describeWithChromium(() => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });
  afterAll(() => browser.close());

  /**
   * The UI as its server has it with TEMPORAL_CODEC_PASS_ACCESS_TOKEN, once somebody has logged in: the development server has no
   * login, so the test answers for it when the page asks for the token.
   */
  async function openAs(accessToken: string | undefined, codecSettings: object): Promise<TemporalUi> {
    const ui = await TemporalUi.open(browser, rig.server.uiUrl ?? '', { trusts: true });
    if (accessToken !== undefined) {
      const token = JSON.stringify(accessToken);
      await ui.page.addInitScript({ content: `globalThis.AccessToken = async () => ${token}` });
    }
    await ui.page.route('**/api/v1/settings*', async (route) => {
      const answer = await route.fetch();
      const settings: unknown = await answer.json();
      if (typeof settings !== 'object' || settings === null || !('Codec' in settings)) throw new Error('no settings');
      await route.fulfill({
        response: answer,
        json: { ...settings, Codec: { ...Object(settings.Codec), ...codecSettings } },
      });
    });
    return ui;
  }

  /** All text of the workflow's page, once all that is waited for is in it. */
  async function shownOf(ui: TemporalUi, name: string, ...until: readonly string[]): Promise<string> {
    await ui.openWorkflow(WORKFLOW);
    const text = await eventually(async () => {
      const shown = await ui.page.locator('body').innerText();
      return until.every((part) => shown.includes(part)) ? shown : undefined;
    });
    if (SCREENSHOTS !== undefined && SCREENSHOTS !== '') {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await ui.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
    }
    await ui.page.close();
    return text;
  }

  /** How the page shows what it got back as it was: `binary/gangway…` in Base64. */
  const ENCRYPTED = Buffer.from('binary/gangway').toString('base64').slice(0, 16);
  /** Of an activity. */
  const SUMMARY = 'Upload government_id';
  const PASSES = { PassAccessToken: true };

  test('shows a person with the role what went in', async () => {
    const ui = await openAs(await provider.token(), PASSES);
    expect(await shownOf(ui, 'decoded', personal(), SUMMARY)).toContain(WORKFLOW);
  });

  test('shows nothing of it to who has not logged in', async () => {
    const nobody = await openAs(undefined, PASSES);
    expect(await shownOf(nobody, 'not-decoded', ENCRYPTED)).not.toContain(personal());
  });

  test('shows it on this machine without a login, as `gangway up --encrypt` has it', async () => {
    const [port = 0] = await freePorts(1);
    const uiUrl = rig.server.uiUrl ?? '';
    const local = await startCodecOfUi({ uiUrl, port, told: codecEnv(), log: undefined });
    try {
      const ui = await openAs(undefined, { Endpoint: local.url });
      expect(await shownOf(ui, 'decoded-here', personal(), SUMMARY)).toContain(WORKFLOW);
    } finally {
      await local.stop();
    }
  });
});
