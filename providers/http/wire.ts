import { z } from 'zod';
import { isDecimalText } from '../../contract/money';
import { isPrintable, printable } from '../../contract/printable';

/**
 * The parts of every schema of a provider's answers. A field that a document calls optional may be absent or null
 * (`optional`). Kept text is bounded and can be shown: it goes into histories, to the Temporal UI and to terminals.
 */

const LONGEST_ID = 255;
const LONGEST_WORD = 255;
/** Text that a browser makes a link of, or that may be somebody's address. */
const ADDRESS = /\S*(?:@|:\/\/|www\.)\S*/giu;

/** JSON has two ways to write `42`. A number that JSON's readers would round is no id. */
const textOrNumber = z.union([z.string(), z.int().nonnegative().transform(String)]);

/** An id: kept, compared and sent back, so never altered. One that cannot be shown as it is does not fit. */
export const wireId = textOrNumber.pipe(z.string().min(1).max(LONGEST_ID).refine(isPrintable));

/** Text for people, such as bank details: in characters that can be shown. */
export function wireText(most: number): z.ZodType<string> {
  return textOrNumber.transform((text) => printable(text, most));
}

/**
 * A reference: ours, or in a list somebody else's. Ours has nothing to replace, so an altered one is never taken for
 * it.
 */
export const wireRef = wireText(LONGEST_WORD);

/** A provider's own word, such as a code, an asset or a time, never a number: as above, and no mail or web address. */
export const wireWord = z.string().transform(toWord);

/** A status: a word that is there. */
export const wireStatus = z.string().min(1).transform(toWord);

function toWord(text: string): string {
  return printable(text.replace(ADDRESS, '\ufffd'), LONGEST_WORD);
}

/** A decimal in text. A JSON number is none: it may have been rounded before it was written. */
export const wireDecimal = z.string().refine(isDecimalText);

/** What is compared with our own and never kept. */
export const comparedText = textOrNumber;

/** What a document calls optional, or no decision hangs on. */
export function optional<Schema extends z.ZodType>(schema: Schema): z.ZodOptional<z.ZodNullable<Schema>> {
  return schema.nullish();
}
