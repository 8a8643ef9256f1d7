import { createHash } from 'node:crypto';
import { startCoinmenaSandbox, type RunningSandbox } from '../../sandbox/coinmena';
import { create, filePart, FILES } from './people';
import { at, control, formBody, get, send, sendForm, type FormPart, type Sent } from './signing';

const PATH = '/v1/partner/clients/user/documents';
const TYPE: FormPart = { name: 'type', value: 'proof_of_address' };

let sandbox: RunningSandbox;

beforeAll(async () => {
  sandbox = await startCoinmenaSandbox();
});

afterAll(async () => {
  await sandbox.close();
});

beforeEach(async () => {
  await control(sandbox.controlUrl, 'POST', '/reset', {});
  await create(sandbox.url, 'user');
});

function upload(parts: readonly FormPart[]): Promise<Sent> {
  return sendForm(sandbox.url, PATH, parts);
}

function fileUrl(sent: Sent, side: 'front_file' | 'back_file'): string {
  const url = at(sent.json, 'result', side);
  if (typeof url !== 'string') throw new Error('no URL in the answer');
  return url;
}

test.each([
  ['JPEG', FILES.jpeg, 'image/jpeg'],
  ['PNG', FILES.png, 'image/png'],
  ['HEIC', FILES.heic, 'image/heic'],
  ['HEIF', FILES.heif, 'image/heif'],
  ['PDF', FILES.pdf, 'application/pdf'],
])('a %s is filed, and its URL gives back its bytes and type', async (_, bytes, mime) => {
  const sent = await upload([TYPE, filePart('front_file', bytes, mime)]);
  expect(sent).toMatchObject({
    status: 201,
    json: { result: { id: 1001, type: 'proof_of_address', back_file: null } },
  });
  expect(fileUrl(sent, 'front_file')).toMatch(/\/private-bucket\/clients\/12345\/.*X-Amz-Expires=900&X-Amz-Signature=/);
  const file = await fetch(fileUrl(sent, 'front_file'));
  expect(file.headers.get('content-type')).toBe(mime);
  expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
});

test('both sides of the largest files go through, byte for byte', async () => {
  const front = Buffer.concat([FILES.jpeg, Buffer.alloc(5_000_000 - FILES.jpeg.length, '\r\n--')]);
  const back = Buffer.concat([FILES.pdf, Buffer.alloc(5_000_000 - FILES.pdf.length, 7)]);
  const sent = await upload([
    TYPE,
    filePart('front_file', front, 'image/jpeg'),
    filePart('back_file', back, 'application/pdf'),
  ]);
  expect(sent.status).toBe(201);
  const file = Buffer.from(await (await fetch(fileUrl(sent, 'back_file'))).arrayBuffer());
  expect(file.equals(back)).toBe(true);
  const { json } = await control(sandbox.controlUrl, 'GET', '/ledger');
  expect(json).toMatchObject({
    documents: [
      {
        partner_client_id: 'user',
        type: 'proof_of_address',
        front: { sha256: createHash('sha256').update(front).digest('hex') },
        back: { sha256: createHash('sha256').update(back).digest('hex') },
      },
    ],
  });
});

test.each<[string, string, readonly FormPart[]]>([
  ['no type', 'type', [filePart('front_file', FILES.pdf, 'application/pdf')]],
  [
    'an unknown type',
    'type',
    [{ name: 'type', value: 'selfie' }, filePart('front_file', FILES.pdf, 'application/pdf')],
  ],
  ['no front', 'front_file', [TYPE]],
  ['a front that is no file', 'front_file', [TYPE, { name: 'front_file', value: '%PDF-1.7' }]],
  ['an empty front', 'front_file', [TYPE, filePart('front_file', Buffer.alloc(0), 'application/pdf')]],
  ['a text that says PDF', 'front_file', [TYPE, filePart('front_file', Buffer.from('hello'), 'application/pdf')]],
  ['a PNG that says JPEG', 'front_file', [TYPE, filePart('front_file', FILES.png, 'image/jpeg')]],
  ['a PDF that says nothing', 'front_file', [TYPE, { name: 'front_file', value: FILES.pdf, filename: 'a.pdf' }]],
  ['a GIF', 'front_file', [TYPE, filePart('front_file', Buffer.from('GIF89a'), 'image/gif')]],
  [
    'a front of more than 5 MB',
    'front_file',
    [TYPE, filePart('front_file', Buffer.concat([FILES.pdf, Buffer.alloc(5_000_000)]), 'application/pdf')],
  ],
  [
    'a wrong back',
    'back_file',
    [TYPE, filePart('front_file', FILES.pdf, 'application/pdf'), filePart('back_file', FILES.pdf, 'image/png')],
  ],
  ['two types', 'type', [TYPE, TYPE, filePart('front_file', FILES.pdf, 'application/pdf')]],
])('%s is refused and named', async (_, field, parts) => {
  const answer = await upload(parts);
  expect(answer).toMatchObject({ status: 422, json: { code: 422 } });
  expect(answer.json).toHaveProperty(['msg_detail', field], [expect.any(String)]);
  expect((await get(sandbox.url, PATH)).json).toEqual({ items: [] });
});

const GOOD_FORM = formBody([TYPE, filePart('front_file', FILES.pdf, 'application/pdf')], 'B').toString('latin1');

test.each([
  ['no boundary in the type', GOOD_FORM, 'multipart/form-data', 415],
  ['JSON', '{}', 'application/json', 415],
  ['another boundary', GOOD_FORM, 'multipart/form-data; boundary=C', 422],
  ['no end', GOOD_FORM.replace('--B--', ''), 'multipart/form-data; boundary=B', 422],
  ['words after the end', `${GOOD_FORM}more`, 'multipart/form-data; boundary=B', 422],
  ['a part without a name', GOOD_FORM.replace('; name="type"', ''), 'multipart/form-data; boundary=B', 422],
  ['a part without headers', GOOD_FORM.replace(/\r\n\r\n/, '\r\n'), 'multipart/form-data; boundary=B', 422],
  ['a longer boundary line', GOOD_FORM.replace('--B\r', '--BB\r'), 'multipart/form-data; boundary=B', 422],
])('a form with %s is refused', async (_, body, contentType, status) => {
  const bytes = Buffer.from(body, 'latin1');
  const answer = await send(sandbox.url, 'POST', PATH, bytes, { headers: { 'content-type': contentType } });
  expect(answer).toMatchObject({ status, json: { code: status } });
});

test('a quoted boundary is the same boundary', async () => {
  const headers = { 'content-type': 'multipart/form-data; boundary="B"' };
  expect((await send(sandbox.url, 'POST', PATH, Buffer.from(GOOD_FORM, 'latin1'), { headers })).status).toBe(201);
});

test('more than two files could need is refused before it is read', async () => {
  const answer = await upload([TYPE, filePart('front_file', Buffer.alloc(12_000_000), 'application/pdf')]);
  expect(answer).toMatchObject({ status: 413, json: { code: 413 } });
});

test('a second document of a type stands beside the first', async () => {
  await upload([TYPE, filePart('front_file', FILES.pdf, 'application/pdf')]);
  await upload([TYPE, filePart('front_file', FILES.png, 'image/png')]);
  expect((await get(sandbox.url, PATH)).json).toMatchObject({ items: [{ id: 1001 }, { id: 1002 }] });
});

test('a URL dies after 900 seconds, and a fresh one lives', async () => {
  const sent = await upload([TYPE, filePart('front_file', FILES.pdf, 'application/pdf')]);
  const url = fileUrl(sent, 'front_file');
  await control(sandbox.controlUrl, 'POST', '/clock', { offset_ms: 890_000 });
  expect((await fetch(url)).status).toBe(200);
  await control(sandbox.controlUrl, 'POST', '/clock', { offset_ms: 901_000 });
  const dead = await fetch(url);
  expect(dead.status).toBe(403);
  expect(await dead.text()).toContain('Request has expired');
  const listed = await get(sandbox.url, PATH, { skewMs: 900_500 });
  const fresh = at(listed.json, 'items', 0, 'front_file');
  expect((await fetch(String(fresh))).status).toBe(200);
});

test('a URL whose signature, life or path was changed is refused', async () => {
  const sent = await upload([TYPE, filePart('front_file', FILES.pdf, 'application/pdf')]);
  const url = fileUrl(sent, 'front_file');
  const changed = [
    url.replace(/Signature=.*/, 'Signature=00'),
    url.replace('Expires=900', 'Expires=90000'),
    url.replace('clients/12345', 'clients/12346'),
    url.split('?')[0] ?? '',
  ];
  for (const wrong of changed) expect((await fetch(wrong)).status).toBe(403);
});
