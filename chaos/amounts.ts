import type { DecimalText } from '../contract/money';
import type { Chance } from './chance';

/** Amounts that a float would spoil: of very different sizes, with up to eight decimal places, spelled in many ways. */
export function anyAmount(chance: Chance): DecimalText {
  const whole = chance.weighted([
    [5, () => String(chance.whole(100, 99_999))],
    [2, () => `${chance.whole(1, 9)}${chance.digits(9)}`],
    [1, () => '0'],
  ])();
  const places = chance.weighted([
    [3, 2],
    [3, 8],
    [1, 0],
    [2, chance.whole(1, 7)],
  ]);
  // Never zero: the last digit is not.
  if (whole === '0') return `0.${chance.digits(7)}${chance.whole(1, 9)}`;
  return places === 0 ? whole : `${whole}.${chance.digits(places)}`;
}

/** An amount of at most half of `balance`; undefined if that is less than one. */
export function partOf(balance: DecimalText, chance: Chance): DecimalText | undefined {
  const whole = balance.split('.')[0] ?? '0';
  // Digits of a number that a double holds exactly; of a longer one, its first fifteen.
  const most = Math.floor(Number(whole.slice(0, 15)) / 2);
  return most < 1 ? undefined : `${chance.whole(0, most - 1)}.${chance.digits(7)}${chance.whole(1, 9)}`;
}
