import { getCountrySpecifications, isValidBIC, isValidIBAN } from 'ibantools';
import isAbaRouting from 'validator/lib/isAbaRouting';
import { codeTextProblem, scientificNotationProblem, unreadableProblem } from './characters';

/**
 * Whether a bank account can be paid to, as far as its numbers prove themselves: an IBAN by its country's structure and
 * its check digits (ISO 13616), a BIC by its form (ISO 9362), an ABA routing number by its last digit. Problems are worded
 * to follow the field's name.
 */

const IBAN_LIKE = /^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$/;
/** The longest number that any country has (ISO 13616). */
const LONGEST_ACCOUNT = 34;
const ACCOUNT = /^[A-Za-z0-9]+(?:[ ./-][A-Za-z0-9]+)*$/;
const SEPARATORS = /[ ./-]/g;
/** A BIC with this as its eighth character is for tests (ISO 9362). */
const TEST_BIC = '0';

const COUNTRIES = new Map(Object.entries(getCountrySpecifications()));

/** Places whose IBANs are those of another country (SWIFT, IBAN Registry). */
const TERRITORIES = {
  FI: ['AX'],
  FR: ['BL', 'GF', 'GP', 'MF', 'MQ', 'NC', 'PF', 'PM', 'RE', 'TF', 'WF', 'YT'],
  GB: ['GG', 'IM', 'JE'],
};
const COUNTRY_OF_TERRITORY: ReadonlyMap<string, string> = new Map(
  Object.entries(TERRITORIES).flatMap(([country, places]) => places.map((place) => [place, country])),
);

/** Why a bank's country cannot be read; undefined if it can. It says what the account's numbers look like. */
export function bankCountryProblem(country: string): string | undefined {
  return COUNTRIES.has(country) ? undefined : 'must be the ISO code of a country in two capitals, such as US';
}

/**
 * Why a number cannot be that of an account at a bank in a country. What is written as an IBAN must be one, and of that
 * country; if IBANs are used, so must be all that holds letters.
 */
export function accountNumberProblem(accountNumber: string, country: string): string | undefined {
  const problem = unreadableProblem(accountNumber) ?? scientificNotationProblem(accountNumber);
  if (problem !== undefined) return problem;
  if (!ACCOUNT.test(accountNumber)) return 'may hold letters from A to Z, digits and single separators only';
  const plain = plainAccountNumber(accountNumber);
  if (plain.length > LONGEST_ACCOUNT) return `must have at most ${LONGEST_ACCOUNT} letters and digits`;
  if (!/[1-9]/.test(plain)) return 'must hold a digit other than 0';
  const ibanCountry = ibanCountryOf(country);
  const isIban =
    (IBAN_LIKE.test(plain) && (usesIban(plain.slice(0, 2)) || usesIban(ibanCountry))) ||
    (/[A-Z]/.test(plain) && usesIban(ibanCountry));
  if (!isIban) return undefined;
  if (!isValidIBAN(plain)) return 'is not a valid IBAN: its check digits or its length are wrong for its country';
  return plain.startsWith(ibanCountry) ? undefined : "is an IBAN of another country than its bank's";
}

/** Why a text is no BIC of a bank in a country; undefined if it is one. */
export function bicProblem(bic: string, country?: string): string | undefined {
  const problem = codeTextProblem(bic);
  if (problem !== undefined) return problem;
  if (!isValidBIC(bic)) return 'is not a valid BIC: 8 or 11 characters, its fifth and sixth a country';
  if (bic.charAt(7) === TEST_BIC) return 'is a BIC for tests: its eighth character is 0';
  if (country === undefined || ibanCountryOf(countryOfBic(bic)) === ibanCountryOf(country)) return undefined;
  return "is a BIC of another country than its bank's";
}

/** Why a text is no routing number of a bank in a country: in the US an ABA number, elsewhere whatever is a code. */
export function routingNumberProblem(routingNumber: string, country: string): string | undefined {
  const problem = codeTextProblem(routingNumber);
  if (problem !== undefined) return problem;
  if (/^0*$/.test(routingNumber)) return 'must hold a digit other than 0';
  if (country !== 'US' || isAbaRouting(routingNumber)) return undefined;
  return (
    'is not a valid ABA routing number: 9 digits, the last of which proves the others ' +
    '(a spreadsheet drops a leading 0: format the column as text)'
  );
}

/** Why a text is no IBAN of any country; undefined if it is one. */
export function ibanProblem(iban: string): string | undefined {
  return unreadableProblem(iban) ?? (isValidIBAN(plainAccountNumber(iban)) ? undefined : 'is not a valid IBAN');
}

/** The one spelling of an account's number: an IBAN in its electronic form, any other as it is. */
export function canonicalAccountNumber(accountNumber: string): string {
  const plain = plainAccountNumber(accountNumber);
  return isValidIBAN(plain) ? plain : accountNumber;
}

/** What stands for characters that are not shown. */
const MASK = /(?:[*•…#]|X{2,}|\.{2,})+/;

/** Whether an account's number, as a provider shows it, can be the one that was asked for: its middle may be masked. */
export function isSameAccountNumber(asked: string, shown: string): boolean {
  const number = plainAccountNumber(asked);
  const [first = '', ...others] = shown.toUpperCase().split(MASK).map(plainAccountNumber);
  const last = others.at(-1);
  return last === undefined ? first === number : number.startsWith(first) && number.endsWith(last);
}

function plainAccountNumber(accountNumber: string): string {
  return accountNumber.replaceAll(SEPARATORS, '').toUpperCase();
}

function ibanCountryOf(country: string): string {
  return COUNTRY_OF_TERRITORY.get(country) ?? country;
}

function usesIban(country: string): boolean {
  return COUNTRIES.get(country)?.IBANRegistry === true;
}

function countryOfBic(bic: string): string {
  return bic.slice(4, 6).toUpperCase();
}
