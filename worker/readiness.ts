import { rememberedFor } from '../system/remembered';
import { temporalAnswers } from '../temporal/answers';
import type { OpenBook } from './book';
import type { WorkerConnection } from './connection';

/** Whether there is what all work needs. */
export interface Reached {
  readonly temporal: boolean;
  readonly book: boolean;
}

/** Everybody may ask, as often as they like; Temporal and the book are asked at most once in this time. */
const READINESS_LIFE_MS = 1_000;
/** A probe that gets no answer in a few seconds takes that for an answer. */
const ANSWERS_WITHIN_MS = 2_000;

/** Asks Temporal and the book whether they answer. Never throws. */
export function whatIsReached(
  connection: WorkerConnection,
  namespace: string,
  book: () => OpenBook | undefined,
): () => Promise<Reached> {
  return rememberedFor(READINESS_LIFE_MS, async () => {
    const [temporal, answers] = await Promise.all([
      temporalAnswers(connection.current, namespace),
      inTime(book()?.answers() ?? Promise.reject(new Error('it is not open yet'))),
    ]);
    return { temporal, book: answers };
  });
}

async function inTime(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWERS_WITHIN_MS);
  });
  try {
    return await Promise.race([
      work.then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
