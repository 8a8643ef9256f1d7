import type { FlowStatus, FundingStatus } from '../../flow/flow-status';

/**
 * A status as it is shown over HTTP: without the details of a movement, which may be personal, such as a bank account.
 * Whoever sent them has them.
 */
export function shownStatus(status: FlowStatus): FlowStatus {
  if (status.kind === 'funding') return shownFunding(status);
  if (status.kind === 'receiving') {
    const { details: _details, ...expected } = status.expected;
    return { ...status, expected };
  }
  return {
    ...status,
    planned: status.planned.map(({ details: _details, ...planned }) => planned),
    funding: status.funding.map(shownFunding),
  };
}

function shownFunding(status: FundingStatus): FundingStatus {
  const { details: _details, ...intent } = status.intent;
  return { ...status, intent };
}
