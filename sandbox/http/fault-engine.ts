import type { SeededRandom } from './random';

/** What every rule has; a provider's rules add their kinds and parameters. */
export interface FaultRule {
  readonly id?: string | undefined;
  /** One operation, or `*` for all. */
  readonly operation: string;
  readonly match: { readonly partner_client_id?: string | undefined; readonly partner_order_ref?: string | undefined };
  readonly kind: string;
  readonly probability: number;
  /** How often it fires; null for always. */
  readonly times: number | null;
}

/** What a request is about, as far as a rule can match it. */
export interface FaultSubject {
  readonly operation: string;
  readonly partnerClientId?: string;
  readonly partnerOrderRef?: string;
}

/** A rule that fired. */
export interface Firing<Rule> {
  readonly rule: Rule;
  /** Takes the firing back, so that it does not count. */
  readonly release: () => void;
}

export interface RuleState<Rule> {
  readonly id: string;
  readonly rule: Rule;
  readonly fired: number;
  /** How often it can still fire; null for always. */
  readonly left: number | null;
}

interface Entry<Rule> {
  readonly id: string;
  readonly rule: Rule;
  fired: number;
}

/** Thrown if a rule's id is taken. */
export class RuleIdTaken extends Error {
  constructor(id: string) {
    super(`there is a rule with the id ${id} already`);
    this.name = 'RuleIdTaken';
  }
}

type OfKind<Rule extends FaultRule, Kind extends Rule['kind']> = Extract<Rule, { readonly kind: Kind }>;

/**
 * The rules in force, and which of them fires. Rules are tried in the order in which they were added. A rule that can
 * fire no more stays listed with its count until it is deleted.
 */
export class FaultEngine<Rule extends FaultRule> {
  private entries: Entry<Rule>[] = [];
  private added = 0;

  constructor(private readonly random: SeededRandom) {}

  /** @throws RuleIdTaken */
  add(rule: Rule): RuleState<Rule> {
    this.added += 1;
    const id = rule.id ?? `rule-${this.added}`;
    if (this.entries.some((entry) => entry.id === id)) throw new RuleIdTaken(id);
    const entry = { id, rule, fired: 0 };
    this.entries.push(entry);
    return stateOf(entry);
  }

  list(): readonly RuleState<Rule>[] {
    return this.entries.map(stateOf);
  }

  /** Whether there was such a rule. */
  remove(id: string): boolean {
    const before = this.entries.length;
    this.entries = this.entries.filter((entry) => entry.id !== id);
    return this.entries.length < before;
  }

  clear(): void {
    this.entries = [];
  }

  /** The first rule of these kinds that fires for the subject. */
  take<Kind extends Rule['kind']>(
    kinds: readonly Kind[],
    subject: FaultSubject,
    applies: (rule: OfKind<Rule, Kind>) => boolean = () => true,
  ): Firing<OfKind<Rule, Kind>> | undefined {
    return this.fire(kinds, subject, applies, 1)[0];
  }

  /** Every rule of these kinds that fires for the subject. */
  takeAll<Kind extends Rule['kind']>(
    kinds: readonly Kind[],
    subject: FaultSubject,
  ): readonly Firing<OfKind<Rule, Kind>>[] {
    return this.fire(kinds, subject, () => true, Infinity);
  }

  private fire<Kind extends Rule['kind']>(
    kinds: readonly Kind[],
    subject: FaultSubject,
    applies: (rule: OfKind<Rule, Kind>) => boolean,
    atMost: number,
  ): readonly Firing<OfKind<Rule, Kind>>[] {
    const firings: Firing<OfKind<Rule, Kind>>[] = [];
    const chanceOf = this.random.turnOf([...kinds, ...namesOf(subject)].join(' '));
    for (const entry of this.entries) {
      if (firings.length >= atMost) break;
      const { rule } = entry;
      if (!isOfKind<Rule, Kind>(rule, kinds)) continue;
      if (rule.times !== null && entry.fired >= rule.times) continue;
      if (!matches(rule, subject) || !applies(rule)) continue;
      if (rule.probability < 1 && chanceOf(entry.id) >= rule.probability) continue;
      entry.fired += 1;
      firings.push({
        rule,
        release: () => {
          entry.fired -= 1;
        },
      });
    }
    return firings;
  }
}

function isOfKind<Rule extends FaultRule, Kind extends Rule['kind']>(
  rule: Rule,
  kinds: readonly Kind[],
): rule is OfKind<Rule, Kind> {
  return kinds.some((kind) => kind === rule.kind);
}

function namesOf({ operation, partnerClientId, partnerOrderRef }: FaultSubject): readonly string[] {
  return [operation, partnerClientId ?? '-', partnerOrderRef ?? '-'];
}

function matches(rule: FaultRule, subject: FaultSubject): boolean {
  const { partner_client_id: clientId, partner_order_ref: ref } = rule.match;
  return (
    (rule.operation === '*' || rule.operation === subject.operation) &&
    (clientId === undefined || clientId === subject.partnerClientId) &&
    (ref === undefined || ref === subject.partnerOrderRef)
  );
}

function stateOf<Rule extends FaultRule>({ id, rule, fired }: Entry<Rule>): RuleState<Rule> {
  return { id, rule, fired, left: rule.times === null ? null : rule.times - fired };
}
