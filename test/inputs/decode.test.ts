import { decodeText } from '../../inputs/decode';

/** What a person named José Muñoz is in other encodings than UTF-8. */
const LATIN_1 = Buffer.from('José Muñoz', 'latin1');
const UTF_16_LE = Buffer.from('{"name":"José"}', 'utf16le');

function problemOf(bytes: Uint8Array): string {
  const decoded = decodeText(bytes);
  return decoded.ok ? 'taken' : decoded.problem;
}

test.each([
  ['plain', Buffer.from('José'), 'José'],
  ['with a BOM, which is no part of it', Buffer.from('\uFEFFJosé'), 'José'],
  ['of which a BOM stands inside', Buffer.from('a\uFEFFb'), 'a\uFEFFb'],
  ['of other scripts', Buffer.from('أمينة 张伟 😀'), 'أمينة 张伟 😀'],
  ['of nothing', Buffer.alloc(0), ''],
  ['of a BOM alone', Buffer.from('\uFEFF'), ''],
])('UTF-8 %s', (_, bytes, text) => {
  expect(decodeText(bytes)).toEqual({ ok: true, text });
});

test.each([
  ['UTF-16, little endian', Buffer.concat([Buffer.from([0xff, 0xfe]), UTF_16_LE]), 'is UTF-16, not UTF-8'],
  [
    'UTF-16, big endian',
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(UTF_16_LE).swap16()]),
    'is UTF-16, not UTF-8',
  ],
  ['UTF-16 without a BOM', UTF_16_LE, 'is UTF-16, not UTF-8'],
  ['UTF-16, big endian, without a BOM', Buffer.from(UTF_16_LE).swap16(), 'is UTF-16, not UTF-8'],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]), 'is UTF-32, not UTF-8'],
  ['Latin-1', LATIN_1, 'is not UTF-8 but Windows-1252 or Latin-1, as it seems (line 1)'],
  [
    'Windows-1252',
    Buffer.from([0x4f, 0x92, 0x42, 0x72, 0x69, 0x65, 0x6e]),
    'is not UTF-8 but Windows-1252, as it seems (line 1)',
  ],
  [
    'Windows-1256',
    Buffer.from([0x61, 0x0a, 0xc3, 0xe3, 0xed, 0xe4, 0xc9, 0x2c, 0x0a]),
    'is not UTF-8 but Windows-1256 or another code page of a script that is not Latin, as it seems (line 2)',
  ],
  ['a gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'is compressed with gzip'],
  ['an Excel workbook', Buffer.from('PK\u0003\u0004 ...'), 'is a ZIP file or an Excel workbook, not text'],
  ['an old Excel workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'is an Excel workbook, not text'],
  ['UTF-8 that was cut off', Buffer.from('José José').subarray(0, -1), 'is UTF-8 that is cut off or damaged (line 1)'],
  [
    'UTF-8 with a line of Latin-1 in it',
    Buffer.concat([Buffer.from('é é é é\n'), LATIN_1]),
    'is UTF-8 that is cut off or damaged (line 2)',
  ],
])('%s is refused by name', (_, bytes, problem) => {
  expect(problemOf(bytes)).toBe(problem);
});
