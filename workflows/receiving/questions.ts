import type { ParkReason } from '../../contract/progress';
import { question, type Question } from '../shared/questions';
import type { Park } from '../shared/turn';
import { arrivalsFor } from './arrivals';
import type { ReceivingState } from './state';

const ANSWERS = ['retry', 'markCompleted', 'abandon'] as const;
type ReceivingAnswer = (typeof ANSWERS)[number];

export function isReceivingAnswer(action: string): action is ReceivingAnswer {
  return ANSWERS.some((answer) => answer === action);
}

/** What a person may answer to each reason. */
function acceptedAnswers(reason: ParkReason): readonly string[] {
  return reason === 'INFORMATION_REQUIRED' ? [...ANSWERS, 'supplyInformation'] : ANSWERS;
}

/** The question to a person about an expected deposit, with what arrived beside it if it is overdue. */
export function receivingQuestion(
  { expected, shown, taken }: ReceivingState,
  { reason, failure }: Pick<Park, 'reason' | 'failure'>,
): Question {
  const { evidence } = arrivalsFor(expected, reason === 'DEPOSIT_OVERDUE' ? shown : [], taken);
  return {
    ...question(reason, acceptedAnswers(reason), failure),
    ...(evidence.length === 0 ? {} : { evidence }),
  };
}
