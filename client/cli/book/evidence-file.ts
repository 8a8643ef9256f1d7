import { createHash } from 'node:crypto';
import { ZipFile } from 'yazl';
import type { AuditEntry } from '../../../book/audit/entries';
import type { Story } from '../../../book/read/story';
import { withWords, type Words } from '../../../book/read/words';
import { printableJson } from '../../../contract/printable';
import { storyDocument } from './story-document';
import { entryWords } from './story-words';

/** What an auditor is handed of a subject, in one file. */
export interface Evidence {
  readonly story: Story;
  /** UTC ISO time. */
  readonly asOf: string;
  /** Who made it: the user of the machine. */
  readonly exporter: string;
  /** Of Gangway. */
  readonly version: string;
  /** Temporal's history of it as JSON; or why it is not in it. */
  readonly history: { readonly json: string } | { readonly lacks: string };
}

interface EvidenceFile {
  readonly name: string;
  readonly source: string;
  readonly text: string;
}

/** The pieces of the zip. */
export async function* evidenceZip(evidence: Evidence): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const mtime = new Date(evidence.asOf);
  const files = filesOf(evidence);
  for (const { name, text } of [...files, manifestOf(files, evidence)]) {
    zip.addBuffer(Buffer.from(text), name, { mtime });
  }
  zip.end();
  for await (const piece of zip.outputStream) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

function filesOf({ story, history }: Evidence): readonly EvidenceFile[] {
  const book = 'the book, read as it was at one moment';
  return [
    {
      name: 'timeline.txt',
      source: book,
      text: story.entries.map((entry) => timelineLine(entry, story.words)).join(''),
    },
    { name: 'story.json', source: book, text: `${printableJson(storyDocument(story))}\n` },
    {
      name: 'audit.ndjson',
      source: book,
      text: story.entries.map((entry) => auditLine(story.subject, entry)).join(''),
    },
    ...(Object.keys(story.words.byMark).length === 0
      ? []
      : [{ name: 'words.json', source: book, text: `${printableJson(story.words)}\n` }]),
    ...('json' in history
      ? [{ name: 'history.json', source: "Temporal's history of the latest run", text: history.json }]
      : []),
    { name: 'how-to-check.txt', source: 'Gangway', text: HOW_TO_CHECK },
  ];
}

function timelineLine(entry: AuditEntry, told: Words): string {
  const words = withWords(entryWords(entry), told).replaceAll(/\p{Cc}/gu, ' ');
  return `${entry.entry}\t${entry.at}\t${entry.actor}\t${words}\n`;
}

function auditLine(subject: string, { entry, at, actor, action, ofTable, content, sha256 }: AuditEntry): string {
  return `${JSON.stringify({ subject, entry, at, actor, action, ofTable, content, sha256: sha256.toString('hex') })}\n`;
}

function manifestOf(
  files: readonly EvidenceFile[],
  { story, asOf, exporter, version, history }: Evidence,
): EvidenceFile {
  const { subject, audit, entries } = story;
  const manifest = {
    subject,
    asOf,
    exporter,
    gangway: version,
    audit: {
      holds: audit.faultCount === 0,
      faults: audit.faults,
      entries: audit.entries,
      head: entries.at(-1)?.sha256.toString('hex') ?? null,
    },
    ...('lacks' in history ? { lacks: [{ name: 'history.json', why: history.lacks }] } : {}),
    files: files.map(({ name, source, text }) => ({
      name,
      source,
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
    })),
  };
  return { name: 'manifest.json', source: '', text: `${JSON.stringify(manifest, null, 2)}\n` };
}

const HOW_TO_CHECK = `How to check this file

1. The SHA-256 of each file is in manifest.json: sha256sum FILE.
2. audit.ndjson is the chain, an entry a line. The hash of an entry is the SHA-256 of
     the 32 bytes of the hash of the entry before it (32 zero bytes for the first), then these, in UTF-8, joined by a line
     feed: subject, entry, at, actor, action, ofTable, content.
   The last one is "head" in manifest.json.
3. A root that was signed and kept elsewhere has a line for this subject: {"subject", "entries", "sha256"}. Its sha256 is the
   hash of the entry of that number in audit.ndjson. Its last line is signed with Ed25519, without its "signature".
   Over the whole book: gangway audit verify --root FILE --public-key FILE.
4. In the place of what people wrote, and of handles of documents, an entry has a mark. words.json has the words by their marks.
   A mark is "mark:" and, in hex, the SHA-256 of the 32 bytes of a secret there, then the 32 bytes of the SHA-256 of the words.
   What is not in words.json was erased, and an entry "forget" of this chain, or of the one that the words are of, has its mark.

What it proves: since the root was signed, nothing of this was changed, removed or put between.
What it does not: that what was written was true when it was written.
`;
