import type { Selectable } from 'kysely';
import type { CountedFrom, OverLimit, Verdict } from '../contract/limits';
import type { BookSchema } from './schema';

type VerdictRow = Selectable<BookSchema['verdicts']>;
type Written = Omit<VerdictRow, 'intent_id' | 'judged_at' | 'expires_after_ms'> & {
  readonly expires_after_ms: number | null;
};

/** A verdict as its row has it. */
export function rowOfVerdict(is: VerdictRow['verdict'], verdict: Verdict = { is: 'within' }): Written {
  const limit = verdict.is === 'within' ? undefined : verdict.limit;
  const asks = verdict.is === 'asked' ? verdict : undefined;
  return {
    verdict: is,
    approvers: asks?.approvers ?? null,
    expires_after_ms: asks?.expiresAfterMs ?? null,
    within: limit?.within ?? null,
    from_sum: limit?.from.by === 'sum' ? limit.from.sum : null,
    from_number: limit?.from.by === 'number' ? limit.from.number : null,
    counted_sum: limit?.sum ?? null,
    counted_number: limit?.number ?? null,
  };
}

/** What a row says; what was withdrawn says nothing. */
export function verdictOfRow(row: VerdictRow): Verdict | undefined {
  const { verdict, approvers, expires_after_ms: expires } = row;
  switch (verdict) {
    case 'withdrawn':
      return undefined;
    case 'within':
      return { is: 'within' };
    case 'refused':
      return { is: 'refused', limit: limitOfRow(row) };
    case 'asked':
      return {
        is: 'asked',
        approvers: told(approvers),
        expiresAfterMs: Number(told(expires)),
        limit: limitOfRow(row),
      };
  }
}

function limitOfRow({
  within,
  from_sum: sum,
  from_number: number,
  counted_sum,
  counted_number,
}: VerdictRow): OverLimit {
  const from: CountedFrom = sum === null ? { by: 'number', number: told(number) } : { by: 'sum', sum };
  return { within: told(within), from, sum: told(counted_sum), number: told(counted_number) };
}

/** The table's own checks see to it that it is there. */
function told<Value>(value: Value | null): Value {
  if (value === null) throw new Error('a verdict of the book lacks what it is over');
  return value;
}
