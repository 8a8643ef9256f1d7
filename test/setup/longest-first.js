const Sequencer = require('@jest/test-sequencer').default;

/** Those that take longest, most of it waiting: begun last, they would have a worker to themselves at the end. */
const LONGEST = [
  'replay/prefixes',
  'replay/replay',
  'matrix/fault-matrix',
  'conformance/conformance',
  'crash/crash-points-oceafin',
  'crash/crash-points-coinify',
  'crash/resets-coinify',
  'crash/crash-points-backoffice',
  'crash/resets-oceafin',
  'crash/crash-points-coinmena',
  'crash/resets-backoffice',
  'e2e/batch',
  'workflows/onboard-submitted',
  'client/batch',
  'workflows/coinify',
  'workflows/backoffice',
  'client/cli-offline',
  'workflows/renewal',
  'gateway/signup-campaign',
  'e2e/kill',
  'workflows/funding-quoted',
  'workflows/fund-account',
  'workflows/onboard-client',
  'e2e/up',
];

/** Runs the longest files first, even if no earlier run has left their times. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const found = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
      return found === -1 ? LONGEST.length : found;
    };
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
};
