import { pathToFileURL } from 'node:url';
import { withFileUris } from '../../client/cli/document-uris';

const HERE = '/work/papers';

function uriOf(uri: unknown): unknown {
  return withFileUris({ documents: [{ type: 'government_id', front: { uri } }] }, HERE);
}

test.each([
  ['id.jpg', 'file:///work/papers/id.jpg'],
  ['deep/id front.jpg', 'file:///work/papers/deep/id%20front.jpg'],
  ['../id.jpg', 'file:///work/id.jpg'],
  ['/elsewhere/id.jpg', 'file:///elsewhere/id.jpg'],
  ['file:documents/id.jpg', 'file:///work/papers/documents/id.jpg'],
  ['file:id%20front.jpg', 'file:///work/papers/id%20front.jpg'],
  ['file:./deep/id%20front.jpg', 'file:///work/papers/deep/id%20front.jpg'],
  ['file:../%D9%87%D9%88%D9%8A%D8%A9.jpg', 'file:///work/%D9%87%D9%88%D9%8A%D8%A9.jpg'],
  ['file:100%.jpg', 'file:///work/papers/100%25.jpg'],
  ['file:id%2520front.jpg', 'file:///work/papers/id%2520front.jpg'],
  ['id%20front.jpg', 'file:///work/papers/id%2520front.jpg'],
  ['file:///elsewhere/id.jpg', 'file:///elsewhere/id.jpg'],
  ['https://files.example.test/id.jpg', 'https://files.example.test/id.jpg'],
  ['', ''],
  [7, 7],
])('%s becomes %s', (given, expected) => {
  expect(uriOf(given)).toEqual({ documents: [{ type: 'government_id', front: { uri: expected } }] });
});

test('back files and the documents of a patch are found too', () => {
  const file = { uri: 'a.pdf' };
  const absolute = { uri: pathToFileURL('/work/papers/a.pdf').href };
  expect(
    withFileUris({ documents: [{ front: file, back: file }], patch: { documents: [{ front: file }] } }, HERE),
  ).toEqual({
    documents: [{ front: absolute, back: absolute }],
    patch: { documents: [{ front: absolute }] },
  });
});

test.each([[null], [7], ['text'], [[]], [{ documents: 'none' }], [{ documents: [null, 7, { front: null }] }]])(
  'what is no application is left as it is: %j',
  (input) => {
    expect(withFileUris(input, HERE)).toEqual(input);
  },
);
