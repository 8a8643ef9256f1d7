import { plainDecimal, type DecimalText } from '../../contract/money';
import type { RequestBody } from '../http/body';

/** A decimal that is written into JSON as a number, digit by digit: it is never a JavaScript number. */
export class JsonNumber {
  readonly text: string;

  /** @throws RangeError if it is no decimal */
  constructor(amount: DecimalText) {
    this.text = plainDecimal(amount);
  }
}

/** An object of one level as JSON; fields that are undefined are left out. */
export function jsonText(fields: Readonly<Record<string, string | JsonNumber | undefined>>): string {
  const members = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`${JSON.stringify(name)}:${value instanceof JsonNumber ? value.text : JSON.stringify(value)}`],
  );
  return `{${members.join(',')}}`;
}

export function jsonTextBody(fields: Readonly<Record<string, string | JsonNumber | undefined>>): RequestBody {
  return { bytes: Buffer.from(jsonText(fields), 'utf8'), contentType: 'application/json', multipart: false };
}
