import { once } from 'node:events';
import { createServer } from 'node:net';
import { checkScanner } from '../../client/cli/doctor/scanner-check';
import { portOf } from '../providers/local-server';
import { Clamd, findClamd } from '../setup/clamd';

const program = findClamd();
if (program === undefined) console.warn('Not tried against ClamAV: it is not here, and apt-get cannot install it.');

(program === undefined ? test.skip : test)(
  'doctor finds the daemon of ClamAV, over both kinds of socket',
  async () => {
    const clamd = await Clamd.start(program ?? '');
    try {
      for (const GANGWAY_CLAMD of [`unix:${clamd.socket}`, `tcp://127.0.0.1:${clamd.port}`]) {
        expect(await checkScanner({ GANGWAY_CLAMD })).toEqual([
          { check: 'virus scanner', state: 'ok', found: `${GANGWAY_CLAMD} answers` },
        ]);
      }
    } finally {
      await clamd.stop();
    }
  },
  60_000,
);

test('no scanner that is set, none that is looked for', async () => {
  expect(await checkScanner({})).toEqual([]);
});

test.each([
  ['is no address', 'localhost', 'GANGWAY_CLAMD must be unix:'],
  ['is not there', 'unix:/nowhere/clamd.ctl', 'unix:/nowhere/clamd.ctl does not answer'],
])('a scanner that %s is told', async (_, GANGWAY_CLAMD, found) => {
  expect(await checkScanner({ GANGWAY_CLAMD })).toMatchObject([
    { state: 'fail', found: expect.stringContaining(found), todo: expect.stringMatching(/./) },
  ]);
});

test.each([
  ['says nothing', '', 'does not answer'],
  ['is another program', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'is no ClamAV daemon'],
])('what listens and %s is told', async (_, answer, found) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (answer !== '') socket.end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const GANGWAY_CLAMD = `tcp://127.0.0.1:${portOf(server.address())}`;
  expect(await checkScanner({ GANGWAY_CLAMD, GANGWAY_CLAMD_TIMEOUT_MS: '200' })).toMatchObject([
    { state: 'fail', found: expect.stringContaining(found) },
  ]);
  server.close();
});
