import { fundingTitle, onboardingTitle, receivingTitle } from '../../contract/titles';
import type { FlowState, FlowStatus } from '../flow/flow-status';
import type { Output } from './output';

/** What a flow is about, in a few words. */
export function titleOf(flow: FlowStatus): string {
  switch (flow.kind) {
    case 'funding':
      return fundingTitle(flow.intent);
    case 'receiving':
      return receivingTitle(flow.expected);
    case 'onboarding':
      return onboardingTitle(flow.partnerClientId);
  }
}

/** A state as people read it, with the mark and colour it has everywhere. */
export function stateMark(state: FlowState, { colors }: Output): string {
  switch (state) {
    case 'running':
      return colors.cyan('… running');
    case 'parked':
      return colors.yellow('▲ waits for a person');
    case 'done':
      return colors.green('✓ done');
    case 'abandoned':
    case 'cancelled':
      return colors.yellow(`■ ${state}`);
    case 'failed':
      return colors.red('✗ failed');
  }
}

/** The time of day of a UTC time, to the millisecond. */
export function timeOf(iso: string): string {
  return iso.slice(11, 23);
}

/** What is being waited for in a stage. */
export function stageWords(stage: string): string {
  return STAGE_WORDS.get(stage) ?? stage;
}

const STAGE_WORDS: ReadonlyMap<string, string> = new Map([
  ['started', 'checking before anything is sent'],
  ['awaiting-approval', 'waiting until other people approve it'],
  ['creating', 'creating the client'],
  ['uploading', 'uploading the documents'],
  ['verifying', 'waiting until the provider shows the client verified and active'],
  ['ready', 'the client is ready'],
  ['submitting', 'submitting the order'],
  ['looking-up', 'looking the order up at the provider'],
  ['settling', 'waiting until the order settles'],
  ['opening-account', 'waiting until there is an account to wire the money to'],
  ['awaiting-money', 'waiting until the money arrives'],
]);
