import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { create, person, uploadId } from './people';
import { at, control, get, send, sendJson } from './signing';

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startCoinmenaSandbox();
});

afterAll(async () => {
  await sandbox.close();
});

beforeEach(async () => {
  await control(sandbox.controlUrl, 'POST', '/reset', {});
});

function born(yearsAgo: number, daysLater: number): string {
  const now = new Date();
  const day = Date.UTC(now.getUTCFullYear() - yearsAgo, now.getUTCMonth(), now.getUTCDate() + daysLater);
  return new Date(day).toISOString().slice(0, 10);
}

test.each([
  ['an unknown residency', { residency_id: 'zz' }, 400, 2022],
  ['an upper-case residency', { residency_id: 'BH' }, 400, 2022],
  ['a residency not accepted for that field', { residency_id: 'us' }, 400, 2022],
  ['an unknown citizenship', { citizenship_id: 'zz' }, 400, 2023],
  ['a citizenship not accepted for that field', { citizenship_id: 'us' }, 400, 2023],
  ['an unknown place of birth', { place_of_birth_id: 'zz' }, 400, 2024],
  ['no visa if the countries differ', { citizenship_id: 'in' }, 400, 2025],
  ['half a visa', { citizenship_id: 'in', residency_visa_number: 'V1' }, 400, 2025],
  ['somebody who is 18 tomorrow', { birth_date: born(18, 1) }, 400, 2021],
  [
    'somebody who is 20 where 21 is asked',
    { residency_id: 'kw', citizenship_id: 'kw', birth_date: born(20, 0) },
    400,
    2021,
  ],
])('%s is refused', async (_, but, status, code) => {
  const answer = await create(sandbox.url, 'someone', but);
  expect(answer).toMatchObject({ status, json: { code, msg: expect.any(String), msg_detail: null } });
  expect((await get(sandbox.url, '/v1/partner/clients/someone/')).json).toMatchObject({ code: 2008 });
});

test.each([
  ['somebody who is 18 today', { birth_date: born(18, 0) }],
  ['a place of birth that is accepted for that only', { place_of_birth_id: 'us' }],
  [
    'a whole visa if the countries differ',
    { citizenship_id: 'in', residency_visa_number: 'V1', residency_visa_doe: '2038-01-01' },
  ],
  ['no unit', { address: { street: 'a', city: 'b', postal_code: 'c' } }],
  ['no employer if there is none', { employment: { status: 'retired' } }],
  ['a field nobody knows', { favourite_colour: 'green' }],
])('%s is accepted', async (_, but) => {
  expect(await create(sandbox.url, 'someone', but)).toMatchObject({ status: 201 });
});

test.each([
  ['partner_client_id', 2026, { partner_client_id: 'first' }],
  ['email', 2027, { email: 'FIRST@example.test' }],
  ['phone', 2028, { phone: person('first')['phone'] }],
  ['government_id_number', 2016, { government_id_number: person('first')['government_id_number'] }],
])('a second %s is refused with %i', async (_, code, but) => {
  await create(sandbox.url, 'first');
  expect(await create(sandbox.url, 'second', but)).toMatchObject({ status: 409, json: { code } });
});

test('of the same person sent twice at once, one is created', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => create(sandbox.url, 'twin')));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
});

test.each([
  ['name', { name: undefined }],
  ['name', { name: ' ' }],
  ['name', { name: 7 }],
  ['name', { name: 'x'.repeat(256) }],
  ['partner_client_id', { partner_client_id: 'x'.repeat(256) }],
  ['account_type', { account_type: 'corporate' }],
  ['email', { email: 'nobody' }],
  ['phone', { phone: '12345678' }],
  ['birth_date', { birth_date: '15/01/1990' }],
  ['birth_date', { birth_date: '1990-02-30' }],
  ['government_id_doe', { government_id_doe: 'never' }],
  ['residency_visa_doe', { residency_visa_doe: '2038-13-01' }],
  ['address.city', { address: { street: 'a', postal_code: 'c' } }],
  ['address', { address: null }],
  ['employment.job_title', { employment: { status: 'employed', company: 'a', job_industry: 'b', job_level: 'c' } }],
  ['employment.status', { employment: { status: 'Not Snake' } }],
  ['trading_volume', { trading_volume: 10001 }],
  ['account_purpose', { account_purpose: [] }],
  ['account_purpose.1', { account_purpose: ['saving', 'Much More'] }],
])('a wrong %s is named in a 422', async (field, but) => {
  const answer = await create(sandbox.url, 'someone', but);
  expect(answer).toMatchObject({ status: 422, json: { code: 422 } });
  expect(answer.json).toHaveProperty(['msg_detail', field], [expect.any(String)]);
});

test('every wrong field is named at once', async () => {
  const { json } = await sendJson(sandbox.url, 'POST', '/v1/partner/clients', {});
  expect(json).toMatchObject({ code: 422, msg_detail: { name: [expect.any(String)], address: [expect.any(String)] } });
  expect(Object.keys(at(json, 'msg_detail') ?? {})).toHaveLength(15);
});

test.each([
  ['no JSON', Buffer.from('{"name":'), 'application/json', 422],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'application/json', 422],
  ['a list', Buffer.from('[]'), 'application/json', 422],
  ['nothing', Buffer.alloc(0), 'application/json', 422],
  ['another type', Buffer.from('{}'), 'text/plain', 415],
  ['too much', Buffer.alloc(300_000, 'x'), 'application/json', 413],
])('a body of %s is refused', async (_, body, contentType, status) => {
  const answer = await send(sandbox.url, 'POST', '/v1/partner/clients', body, {
    headers: { 'content-type': contentType },
  });
  expect(answer).toMatchObject({ status, json: { code: status } });
});

test('a client is read with and without the slash at the end, and by an id that needs encoding', async () => {
  await create(sandbox.url, 'someone');
  await create(sandbox.url, 'a/b c', { email: 'slash@example.test' });
  const paths = ['/v1/partner/clients/someone/', '/v1/partner/clients/someone', '/v1/partner/clients/a%2Fb%20c/'];
  for (const path of paths) expect((await get(sandbox.url, path)).status).toBe(200);
});

test('an update changes what may change, and nothing else', async () => {
  const { url } = sandbox;
  await create(url, 'someone');
  await create(url, 'other');
  const path = '/v1/partner/clients/someone/';
  const moved = await sendJson(url, 'PATCH', path, { address: { city: 'Riffa' }, birth_date: '1990-01-15' });
  expect(moved).toMatchObject({ status: 200, json: { result: { address: { city: 'Riffa', street: '123 Main St' } } } });
  expect(await sendJson(url, 'PATCH', path, { birth_date: '1991-01-15' })).toMatchObject({
    status: 422,
    json: { msg_detail: { birth_date: ['cannot be changed'] } },
  });
  expect(await sendJson(url, 'PATCH', path, { email: 'other@example.test' })).toMatchObject({ json: { code: 2027 } });
  expect(await sendJson(url, 'PATCH', path, { citizenship_id: 'in' })).toMatchObject({ json: { code: 2025 } });
  expect(await sendJson(url, 'PATCH', path, { email: 'new@example.test' })).toMatchObject({ status: 200 });
  expect(await create(url, 'third', { email: 'someone@example.test' })).toMatchObject({ status: 201 });
});

test('a client is deactivated and activated', async () => {
  const { url } = sandbox;
  await create(url, 'someone');
  const path = '/v1/partner/clients/someone/activation';
  expect(await sendJson(url, 'PATCH', path, { active: false })).toMatchObject({ json: { result: { active: false } } });
  expect(await sendJson(url, 'POST', path, { active: true })).toMatchObject({ json: { result: { active: true } } });
  expect(await sendJson(url, 'POST', path, { active: 'yes' })).toMatchObject({ status: 422 });
});

test('a wrong method names the right ones', async () => {
  const answer = await send(sandbox.url, 'DELETE', '/v1/partner/clients/someone/');
  expect(answer).toMatchObject({ status: 405, json: { code: 405 } });
  expect(answer.headers.get('allow')).toBe('GET, PATCH');
});

test('an upload for nobody is refused with 2008', async () => {
  expect(await uploadId(sandbox.url, 'nobody')).toMatchObject({ status: 404, json: { code: 2008 } });
  expect(await get(sandbox.url, '/v1/partner/clients/nobody/documents')).toMatchObject({ json: { code: 2008 } });
});

test('which of several duplicates a creation is refused for, a setting says', async () => {
  const { url, controlUrl } = sandbox;
  expect((await create(url, 'twice')).status).toBe(201);
  for (const [first, code] of [
    ['email', 2027],
    ['phone', 2028],
    ['government_id_number', 2016],
    ['partner_client_id', 2026],
  ] as const) {
    await control(controlUrl, 'POST', '/settings', { unique_first: first });
    expect((await create(url, 'twice')).json).toMatchObject({ code });
  }
  // An update keeps what it has.
  const kept = await sendJson(url, 'PATCH', '/v1/partner/clients/twice/', { email: person('twice')['email'] });
  expect(kept.status).toBe(200);
});

test('what a record shows can be set', async () => {
  const { url, controlUrl } = sandbox;
  await create(url, 'shown');
  await control(controlUrl, 'POST', '/clients/shown', { shown: { phone: '0097311111111', name: null } });
  const { json } = await get(url, '/v1/partner/clients/shown/');
  expect(at(json, 'result')).toMatchObject({ phone: '0097311111111', name: null, partner_client_id: 'shown' });
  const wrong = await control(controlUrl, 'POST', '/clients/shown', { shown: { status: 'verified' } });
  expect(wrong.status).toBe(400);
});
