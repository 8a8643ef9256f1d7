import type { ProviderSemantics } from '../../../contract/provider';
import { decide, type OnboardingTurn } from '../../../workflows/onboarding/rule';
import type { Decide } from './run-onboarding';
import { DECIDES, FILES_TWICE } from './world';

/** Bugs in the onboarding rule that the model must find. */
export interface Bug {
  readonly semantics: ProviderSemantics;
  readonly rule: Decide;
  /** What the story of the bug says in the end. */
  readonly finds: RegExp;
}

function asks(state: OnboardingTurn['state'], what: 'create' | 'read-client' | 'reactivate'): OnboardingTurn {
  return { state, move: { do: what, afterMs: 0 } };
}

export const BUGS: Readonly<Record<string, Bug>> = {
  'a reactivation is repeated without a wait and without a bound': {
    semantics: FILES_TWICE,
    rule: (state, event) => {
      if (event.saw === 'reactivated') return asks({ ...state, reactivations: 0 }, 'read-client');
      return decide(state, event);
    },
    finds: /without a wait/,
  },
  'an amendment is accepted, and its documents are never filed': {
    semantics: FILES_TWICE,
    rule: (state, event) => {
      const isLate = event.saw === 'amended' && state.existing !== undefined;
      return isLate ? asks({ ...state, data: decide(state, event).state.data }, 'read-client') : decide(state, event);
    },
    finds: /accepted and is not on file/,
  },
  'an amended document is taken for filed if the old one is on file': {
    semantics: FILES_TWICE,
    rule: (state, event) => {
      const turn = decide(state, event);
      if (turn.move.do !== 'file') return turn;
      const calls = turn.move.calls.map((call) => ({ ...call, others: [] }));
      return { ...turn, move: { ...turn.move, calls } };
    },
    finds: /was taken for/,
  },
  'a creation whose answer was lost is sent again without a look': {
    semantics: FILES_TWICE,
    rule: (state, event) => {
      const isLost = event.saw === 'create-failed' && event.failure.code === 'OUTCOME_UNKNOWN';
      return isLost ? asks({ ...state, createSent: true }, 'create') : decide(state, event);
    },
    finds: /two clients/,
  },
  'one look that misses the client is believed': {
    semantics: FILES_TWICE,
    rule: (state, event) =>
      event.saw === 'client-absent' ? asks({ ...state, createSent: true }, 'create') : decide(state, event),
    finds: /two clients/,
  },
  "a stranger's client is adopted": {
    semantics: DECIDES,
    rule: (state, event) => {
      if (event.saw !== 'client-differs') return decide(state, event);
      const client = { providerClientId: 'client-1', status: 'waiting', verified: false, active: true };
      return decide(state, { saw: 'client-found', client });
    },
    finds: /stranger/,
  },
  'a document whose upload was lost is sent again without a look': {
    semantics: FILES_TWICE,
    rule: (state, event) => {
      const turn = decide(state, event);
      if (turn.move.do !== 'file') return turn;
      const calls = turn.move.calls.map((call) => ({ ...call, next: 'upload' as const }));
      return { ...turn, move: { ...turn.move, calls } };
    },
    finds: /filed twice/,
  },
  'what another run may have uploaded is sent as if it had been looked for': {
    semantics: FILES_TWICE,
    rule: (state, event) => {
      const turn = decide(state, event);
      if (turn.move.do !== 'file') return turn;
      const calls = turn.move.calls.map((call) => ({ ...call, lookedFor: true }));
      return { ...turn, move: { ...turn.move, calls } };
    },
    finds: /filed twice/,
  },
  'a client is ready without its documents': {
    semantics: DECIDES,
    rule: (state, event) =>
      event.saw === 'created' ? asks(decide(state, event).state, 'read-client') : decide(state, event),
    finds: /is not on file/,
  },
};
