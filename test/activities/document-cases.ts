import { deflateSync } from 'node:zlib';
import { jpeg, pdf, PDF_CATALOG, PDF_PAGES, pdfOfObjects, pdfStream, png } from '../setup/documents';
import { isoFile } from './files';

const SCRIPT = '<</S/JavaScript/JS(app.alert\\(1\\))>>';
const PAGE = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>';
const ICC_LIKE = Buffer.from('the data of a picture /JS /EF and more');

/** A PDF with more objects than a page. */
function withObjects(...more: (string | Buffer)[]): Buffer {
  return pdfOfObjects([PDF_CATALOG, PDF_PAGES, PAGE, ...more]);
}

/** A stream of objects, as PDF 1.5 packs them. */
function packed(objects: readonly string[], dictionary = '/Filter/FlateDecode', pack = deflateSync): Buffer {
  const offsets = objects.map((_object, index) => objects.slice(0, index).join(' ').length + Math.min(index, 1));
  const head = offsets.map((offset, index) => `${10 + index} ${offset} `).join('');
  const content = Buffer.from(head + objects.join(' '));
  return pdfStream(pack(content), `/Type/ObjStm/N ${objects.length}/First ${head.length}${dictionary}`);
}

function box(name: string, data = Buffer.from('data')): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + data.length);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, data]);
}

function ftyp(): Buffer {
  const file = isoFile('heic', 'mif1', 'heic');
  return file.subarray(0, file.readUInt32BE(0));
}

function half(whole: Buffer): Buffer {
  return whole.subarray(0, Math.floor(whole.length / 2));
}

const CUT = {
  jpeg: 'names a JPEG that is cut off: its end is missing',
  png: 'names a PNG that is cut off: its end is missing',
  heif: 'names a HEIC or HEIF that is cut off: its end is missing',
  pdf: 'names a PDF that is cut off or damaged: its trailer cannot be read',
};
const ENCRYPTED = 'names a PDF that is encrypted: save it without a password or protection';
const HIDES = 'names a PDF whose objects cannot be looked into';
const refused = (what: string): string => `names a PDF that ${what}, which is refused`;

/** What was given as a document, and why it is refused; undefined if it is taken. */
export type DocumentCase = readonly [name: string, bytes: Buffer, problem: string | undefined];

const JPEG = jpeg(3000);
const PNG = png(3000);
const PDF = pdf('a bill');
const HEIC = Buffer.concat([ftyp(), box('meta'), box('mdat')]);

export const DOCUMENT_CASES: readonly DocumentCase[] = [
  ['a JPEG', JPEG, undefined],
  ['a JPEG with a preview after it', Buffer.concat([JPEG, JPEG]), undefined],
  ['three bytes of a JPEG', JPEG.subarray(0, 3), CUT.jpeg],
  ['half a JPEG', half(JPEG), CUT.jpeg],
  ['a JPEG without its last byte', JPEG.subarray(0, -1), CUT.jpeg],
  [
    'half a JPEG whose preview is whole',
    half(Buffer.concat([JPEG.subarray(0, 2), Buffer.from([0xff, 0xe1, 0x0b, 0xba]), JPEG, JPEG.subarray(2)])),
    CUT.jpeg,
  ],
  ['a JPEG of a beginning and an end', Buffer.from('ffd8ffd9', 'hex'), 'names a JPEG without a picture'],
  ['a JPEG with noise for a header', Buffer.from('ffd8ff00aabbccdd', 'hex'), 'names a JPEG that is damaged'],
  ['a PNG', PNG, undefined],
  ['half a PNG', half(PNG), CUT.png],
  ['a PNG without IEND', PNG.subarray(0, -12), CUT.png],
  ['the signature of a PNG', PNG.subarray(0, 8), CUT.png],
  ['a PNG with a byte changed', Buffer.from(PNG).fill(PNG.readUInt8(500) ^ 1, 500, 501), 'names a PNG that is damaged'],
  ['a HEIC', HEIC, undefined],
  ['half a HEIC', HEIC.subarray(0, -2), CUT.heif],
  ['a HEIC of a beginning alone', ftyp(), 'names a HEIC or HEIF without a picture'],
  ['a PDF', PDF, undefined],
  ['a PDF after a byte order mark', Buffer.concat([Buffer.from('\uFEFF'), PDF]), undefined],
  ['a PDF after a line', Buffer.concat([Buffer.from('Content-Type: application/pdf\r\n\r\n'), PDF]), undefined],
  ['a PDF with zeros after it', Buffer.concat([PDF, Buffer.alloc(5000)]), undefined],
  ['a PDF whose objects are packed', withObjects(packed(['<</A 1>>', '<</URI(https://example.test/JS)>>'])), undefined],
  ['a PDF with /JS in a string', withObjects('<</Title(about /JS \\( and /EF)>>'), undefined],
  ['a PDF with /JS in the data of a picture', withObjects(pdfStream(ICC_LIKE)), undefined],
  ['half a PDF', half(PDF), CUT.pdf],
  ['a PDF without its last line', PDF.subarray(0, -7), CUT.pdf],
  ['a PDF with its middle missing', Buffer.concat([PDF.subarray(0, 60), PDF.subarray(160)]), CUT.pdf],
  ['the first line of a PDF', Buffer.from('%PDF-1.7\n'), CUT.pdf],
  [
    'an encrypted PDF',
    pdfOfObjects([PDF_CATALOG, PDF_PAGES, PAGE, '<</Filter/Standard>>'], '/Encrypt 4 0 R'),
    ENCRYPTED,
  ],
  ['one that spells it otherwise', pdfOfObjects([PDF_CATALOG, PDF_PAGES, PAGE], '/#45ncrypt 4 0 R'), ENCRYPTED],
  ['a PDF with a script', withObjects(SCRIPT), refused('holds a script')],
  ['a script whose name is escaped', withObjects('<</S/J#61vaScript/J#53(1)>>'), refused('holds a script')],
  ['a packed script', withObjects(packed(['<</A 1>>', SCRIPT])), refused('holds a script')],
  ['a packed script after a string without end', withObjects(packed(['(', SCRIPT])), refused('holds a script')],
  [
    'a script packed without a type',
    withObjects(pdfStream(deflateSync(Buffer.from(`10 0 ${SCRIPT}`)), '/N 1/First 5/Filter/FlateDecode')),
    refused('holds a script'),
  ],
  [
    'a script inside of the data of a stream',
    withObjects(pdfStream(Buffer.from(`\n9 0 obj ${SCRIPT}\nendobj`))),
    refused('holds a script'),
  ],
  ['a script after a string without end', withObjects('(', SCRIPT), refused('holds a script')],
  ['a script after a comment that holds a string', withObjects(`<</A %(\n 1>>`, SCRIPT), refused('holds a script')],
  [
    'a script after an object begun in a comment',
    withObjects(`<< %0 obj ((\n/S/JavaScript/JS(1)) )>>`),
    refused('holds a script'),
  ],
  [
    'a script after a stream in a list',
    withObjects('[<</Length 0>>stream\n\nendstream /JavaScript]'),
    refused('holds a script'),
  ],
  ['a form with scripts', withObjects('<</AcroForm<</XFA 5 0 R>>>>'), refused('holds a form with scripts (XFA)')],
  ['a PDF that starts a program', withObjects('<</S/Launch/F(cmd.exe)>>'), refused('starts a program')],
  ['a PDF with a file in it', withObjects('<</Type/Filespec/EF<</F 5 0 R>>>>'), refused('holds other files')],
  ['objects packed in a rare way', withObjects(packed([SCRIPT], '/Filter[/ASCIIHexDecode/FlateDecode]')), HIDES],
  ['objects packed as an object says', withObjects(packed([SCRIPT], '/Filter 9 0 R')), HIDES],
  [
    'objects whose packing is damaged',
    withObjects(packed([SCRIPT], '/Filter/FlateDecode', () => Buffer.from('x'))),
    HIDES,
  ],
  ['objects that unpack to 40 MB', withObjects(packed([' '.repeat(40_000_000)])), HIDES],
];

/** Files that would keep a reader busy which goes back, or goes deep. */
export const TIRING: readonly (readonly [name: string, unit: string])[] = [
  ['objects begun', '0 obj '],
  ['strings begun', '('],
  ['escaped strings', '(\\'],
  ['dictionaries begun', '<<'],
  ['lists begun', '['],
  ['hex strings begun', '<a'],
  ['names', '/a'],
  ['comments', '%\r'],
  ['dictionaries without a stream', '<<>> '],
  ['spaces', ' '],
  ['trailers', ' trailer'],
  ['ends', 'startxref %%EOF'],
];
