import type { Call, Done, Handler } from './context';
import { customerOf, requireApproved } from './customers';
import { pageOf } from './input';
import type { Part, ResourceKind } from './records';
import { afterRead, findResource, view } from './resources';
import type { WebhookEvent } from './webhooks';

/**
 * The list of a customer's resources of a kind, oldest first [?]. A read lets time go on for one of them: two that moved the
 * same holding in one commit would undo each other.
 */
export function listOf(kind: ResourceKind): Handler {
  return (call: Call): Done => {
    const customer = customerOf(call);
    requireApproved(customer);
    const parts: Part[] = [];
    const events: WebhookEvent[] = [];
    const resources = call.sandbox.store.resources(kind, customer.customerId);
    const next = resources.find((resource) => resource.next.length > 0);
    const items = resources.map((resource) => {
      if (resource !== next) return view(resource);
      const step = afterRead(call.sandbox, resource);
      parts.push(...step.parts);
      events.push(...step.events);
      return view(step.resource);
    });
    return { status: 200, body: pageOf(call, items), parts, events };
  };
}

/** One resource, by the parameter of its path. */
export function oneOf(kind: ResourceKind, parameter: string): Handler {
  return (call: Call): Done => {
    const { resource, parts, events } = afterRead(
      call.sandbox,
      findResource(call.sandbox, kind, call.params[parameter]),
    );
    return { status: 200, body: view(resource), parts, events };
  };
}
