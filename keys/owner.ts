import type { KeyOwner } from '../contract/data-keys';

/** The rooms of workflow ids whose workflows are of one client each, and where their payloads name it. */
const NAMED_IN_PAYLOADS: Readonly<Record<string, (payload: object) => unknown>> = {
  funding: (request) => ownMember(request, 'partnerClientId'),
  received: (claim) => ownMember(claim, 'partnerClientId'),
  event: (event) => ownMember(ownMember(event, 'data'), 'partnerClientId'),
};

/**
 * Whose a workflow is, from its id, or else from what it was given. Undefined if neither says: a watch, a comparison and a
 * batch are of nobody, or of many.
 *
 * @param data of a payload, before it is encrypted
 */
export function ownerOf(workflowId: string, data: Uint8Array | null | undefined): KeyOwner | undefined {
  const [room = '', provider, own] = workflowId.split('/');
  if (provider === undefined || own === undefined) return undefined;
  if (room === 'onboarding') return { provider, partnerClientId: own };
  const read = Object.hasOwn(NAMED_IN_PAYLOADS, room) ? NAMED_IN_PAYLOADS[room] : undefined;
  if (read === undefined || data == null) return undefined;
  const payload = objectIn(data);
  const partnerClientId = payload === undefined ? undefined : read(payload);
  return typeof partnerClientId === 'string' ? { provider, partnerClientId } : undefined;
}

function objectIn(data: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function ownMember(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
