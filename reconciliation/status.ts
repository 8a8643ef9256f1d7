import type { Order } from '../contract/funding';
import type { BookedIntent, BothSides } from '../contract/reconciliation';
import { timeOf } from './time';

interface StatusVerdict {
  readonly is: 'agrees' | 'waiting' | 'differs';
  readonly sides: readonly BothSides[];
}

/** What the book takes for settled of an intent, in view of one transaction. */
type Ours = 'completed' | 'ended' | 'never-sent' | 'under-way';

/**
 * Whether both sides agree on what became of it. What completed at ours must be completed at theirs, for ever: one that the
 * provider reversed after it had completed is told. What ended without money at ours must not move any at theirs.
 *
 * @param isRecent whether a change at a time, in milliseconds since 1970, may not have come to the other side yet
 */
export function statusVerdict(intent: BookedIntent, theirs: Order, isRecent: (ms: number) => boolean): StatusVerdict {
  const ours = oursOf(intent, theirs);
  const changedMs = timeOf(theirs.updatedAt) ?? timeOf(theirs.createdAt);
  const sides = [{ field: 'status', ours: wordsOf(ours, intent), theirs: theirs.status }];
  // Of a change whose time is not shown, an intent that is under way may yet hear: its flow reads it, and asks if it does not settle.
  const mayBeRecent = changedMs === undefined ? ours === 'under-way' : isRecent(changedMs);
  return { is: verdict(ours, theirs.state, mayBeRecent), sides };
}

function verdict(ours: Ours, theirs: Order['state'], isRecent: boolean): StatusVerdict['is'] {
  switch (ours) {
    case 'completed':
      if (theirs === 'completed') return 'agrees';
      return theirs === 'open' && isRecent ? 'waiting' : 'differs';
    case 'ended':
    case 'never-sent':
      if (theirs === 'failed' || theirs === 'cancelled') return 'agrees';
      return isRecent ? 'waiting' : 'differs';
    case 'under-way':
      // Its flow asks a person about what does not settle, and about what failed: no money has moved.
      if (theirs !== 'completed') return 'waiting';
      return isRecent ? 'waiting' : 'differs';
  }
}

function oursOf({ outcome, attempts, orders }: BookedIntent, { orderId, ref }: Order): Ours {
  const read = orders.find((order) => order.orderId === orderId);
  if (outcome === 'completed' || outcome === 'marked-completed' || read?.state === 'completed') return 'completed';
  if (outcome === 'abandoned' || outcome === 'cancelled') return 'ended';
  const sends = attempts.filter((attempt) => attempt.ref === ref);
  const hasNotLeft = sends.length > 0 && sends.every(({ state }) => state === 'fenced' || state === 'not-applied');
  return hasNotLeft && read === undefined ? 'never-sent' : 'under-way';
}

function wordsOf(ours: Ours, { outcome }: BookedIntent): string {
  switch (ours) {
    case 'completed':
    case 'ended':
      return outcome ?? 'completed';
    case 'never-sent':
      return 'never sent, or refused';
    case 'under-way':
      return 'not settled yet';
  }
}
