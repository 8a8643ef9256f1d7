import type { Application } from './onboarding';
import type { Capability } from './provider';

/** What a provider must offer for an application: what its documents, policy and following movements use. */
export function neededForOnboarding(
  { documents, policy }: Application,
  movements: readonly Capability[],
): Capability[] {
  const needed: Capability[] = ['create-client', 'read-client', ...movements];
  if (documents.length > 0) needed.push('upload-documents');
  if (policy?.reactivate === true) needed.push('activate-client');
  return needed;
}
