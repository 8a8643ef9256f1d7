/** A phone or national number: digits alone or grouped, as many as such numbers have. */
const NUMBER = /^\d(?:[._-]?\d){6,17}$/;
/** The letters and digits of a national insurance number. */
const LETTERED_NUMBER = /^[A-Z]{2}\d{6}[A-D]$/;
/** An e-mail address as ids can spell one, which hold no @. */
const EMAIL = /^[a-z0-9._-]+[._-]at[._-][a-z0-9-]+[._-][a-z]{2,}$|[._-](?:gmail|hotmail|outlook|yahoo|icloud)\.com$/i;
/** ISO 13616. */
const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/**
 * Warns of an id that looks like personal data: ids are shown in clear in the Temporal UI, in logs and in addresses,
 * and outlive the data that they belong to. Only a warning: a caller may well number its clients.
 *
 * @returns a sentence without the id, or undefined
 */
export function publicIdWarning(id: string): string | undefined {
  const like =
    NUMBER.test(id) || LETTERED_NUMBER.test(id)
      ? 'a phone number or a national number'
      : EMAIL.test(id)
        ? 'an e-mail address'
        : IBAN.test(id)
          ? 'an account number'
          : undefined;
  if (like === undefined) return undefined;
  return `The id looks like ${like}. Ids are public: they stand in logs, addresses and the Temporal UI, and are not forgotten with the person.`;
}
