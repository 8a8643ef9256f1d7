import type { ParkReason } from '../../contract/progress';
import type { Park } from '../shared/turn';
import { question, type Question } from '../shared/questions';

/** What a person may answer to each reason. New data do not change what the provider decided against. */
export function acceptedAnswers(reason: ParkReason): readonly string[] {
  return reason === 'CLIENT_REJECTED' ? ['retry', 'abandon'] : ['retry', 'amend', 'abandon'];
}

/** The question to a person about an onboarding. */
export function onboardingQuestion({ reason, failure }: Park): Question {
  return question(reason, acceptedAnswers(reason), failure);
}
