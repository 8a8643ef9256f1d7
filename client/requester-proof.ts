import { createHmac, timingSafeEqual } from 'node:crypto';
import { configure } from 'safe-stable-stringify';
import type { FundingInput, FundingRequest } from '../contract/funding';

/** Keeps other texts that the same secret signs from being taken for a proof. */
const PURPOSE = 'gangway requester 1\n';
const canonical = configure({ strict: true, deterministic: true });

/**
 * Proves who asked for a movement: an HMAC-SHA256 over the whole request in its one spelling, by a secret that only the
 * workers and the edges that authenticate callers have. Whoever can start workflows in Temporal can type any name, but
 * cannot make this proof; one that is copied from another intent does not fit.
 */
export class RequesterKeys {
  private readonly keys: readonly Buffer[];

  /** @param secrets `whsec_...`; the first signs, all prove: two while one is rotated */
  constructor(secrets: readonly string[]) {
    this.keys = secrets.map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
  }

  /** The request in the name of its requester; without a secret the name is not proven. */
  sign(input: FundingInput, requestedBy: string): FundingRequest {
    const request = { ...input, requestedBy };
    const [key] = this.keys;
    return key === undefined ? request : { ...request, requesterProof: proofOf(key, request).toString('hex') };
  }

  /** Whether the request comes from an edge that had authenticated its requester. */
  proves({ requesterProof, ...request }: FundingRequest): boolean {
    if (request.requestedBy === undefined || requesterProof === undefined) return false;
    const given = Buffer.from(requesterProof, 'hex');
    return this.keys
      .map((key) => proofOf(key, request))
      .some((proof) => proof.length === given.length && timingSafeEqual(proof, given));
  }
}

function proofOf(key: Buffer, request: FundingRequest): Buffer {
  return createHmac('sha256', key)
    .update(`${PURPOSE}${canonical(request)}`)
    .digest();
}
