import { FUNDING_KINDS, type Intent } from '../../contract/funding';
import { requireObject } from '../shared/failures';
import { textField } from '../shared/unchecked';

/** The intent of a request that is yet to be checked: what is missing or of another type is shown as empty. */
export function intentOf(request: unknown): Intent {
  requireObject(request, 'request');
  return {
    provider: textField(request, 'provider'),
    fundingId: textField(request, 'fundingId'),
    kind: FUNDING_KINDS.find((kind) => kind === textField(request, 'kind')) ?? 'deposit',
    partnerClientId: textField(request, 'partnerClientId'),
    asset: textField(request, 'asset'),
    amount: textField(request, 'amount'),
  };
}
