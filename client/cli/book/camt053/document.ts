import { createHash } from 'node:crypto';
import XMLBuilder from 'fast-xml-builder';
import { isNegative, type DecimalText } from '../../../../contract/money';
import { isIsoCurrency, minorPlaces } from '../iso-currency';
import { plainWord } from '../journal-file';
import { isTakenBack, type LedgerEntry, type LedgerLine, type LineRole } from '../ledger';
import { closingOf, magnitude, type StatedAccount, type StatementPeriod } from './accounts';

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08';
/** The longest a reference may be in the message. */
const MOST_OF_REFERENCE = 35;
const MOST_OF_ACCOUNT = 34;

/** What is in an element, in the order of the schema; of what is undefined nothing is written. */
interface Elements {
  readonly [name: string]: string | Elements | readonly Elements[] | undefined;
}

/** Where what comes piece by piece stands in what is around it. */
const GAP = 'Gap';

/** Writes a BankToCustomerStatement: each function gives the text that comes next. */
export class Camt053Document {
  private readonly xml = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true });
  private readonly around: Halves;
  private aroundEntries: Halves = { before: '', after: '' };

  constructor(
    private readonly period: StatementPeriod,
    private readonly asOf: Date,
  ) {
    this.around = this.halves({
      '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
      Document: {
        '@xmlns': NAMESPACE,
        BkToCstmrStmt: {
          GrpHdr: {
            MsgId: digestOf([period.client, ...this.bounds, asOf.toISOString()]),
            CreDtTm: asOf.toISOString(),
          },
          [GAP]: '',
        },
      },
    });
  }

  get head(): string {
    return `${this.around.before}\n`;
  }

  /** Begins a statement: all of it that stands before its entries. */
  begin(account: StatedAccount): string {
    const { provider, client, currency, opening, credits, debits } = account;
    const { from, to } = this.period;
    const lastMoment = new Date(to.getTime() - 1);
    this.aroundEntries = this.halves({
      Stmt: {
        Id: digestOf([provider, client, currency, ...this.bounds]),
        CreDtTm: this.asOf.toISOString(),
        FrToDt: { FrDtTm: from.toISOString(), ToDtTm: lastMoment.toISOString() },
        Acct: {
          Id: { Othr: { Id: shortened(client, MOST_OF_ACCOUNT) } },
          Ccy: currency,
          Svcr: { FinInstnId: { Othr: { Id: reference(provider) } } },
        },
        Bal: [balance('OPBD', opening, currency, from), balance('CLBD', closingOf(account), currency, lastMoment)],
        TxsSummry: {
          TtlNtries: { NbOfNtries: String(credits.count + debits.count) },
          TtlCdtNtries: { NbOfNtries: String(credits.count), Sum: credits.sum },
          TtlDbtNtries: { NbOfNtries: String(debits.count), Sum: debits.sum },
        },
        [GAP]: '',
        AddtlStmtInf: 'Balances are of what moved through Gangway; what moved otherwise is not in them.',
      },
    });
    return `${this.aroundEntries.before}\n`;
  }

  /** One entry: a line of the account at the provider. */
  entry(of: LedgerEntry, line: LedgerLine, number: number): string {
    const { id, posting, description } = of;
    const { kind, cause, order_id: orderId, ref } = posting;
    const amount = { Amt: money(line.amount, line.asset), CdtDbtInd: side(line.amount) };
    const orderReference = orderId === null ? undefined : reference(plainWord(orderId));
    const other = counterpart(of, line);
    return `${this.xml.build({
      Ntry: {
        NtryRef: reference(`${id}.${number}`),
        ...amount,
        RvslInd: isTakenBack(cause) ? 'true' : undefined,
        Sts: { Cd: 'BOOK' },
        BookgDt: { Dt: posting.effective_at.slice(0, 10) },
        AcctSvcrRef: orderReference,
        BkTxCd: { Domn: transactionCode(kind, line.role) },
        NtryDtls: {
          TxDtls: {
            Refs: {
              AcctSvcrRef: orderReference,
              InstrId: ref === null ? undefined : reference(plainWord(ref)),
              EndToEndId: reference(posting.funding_id),
            },
            ...amount,
            AmtDtls:
              other !== undefined && isIsoCurrency(other.asset)
                ? { CntrValAmt: { Amt: money(other.amount, other.asset) } }
                : undefined,
            AddtlTxInf: cut(`${posting.subject}${other === undefined ? '' : `, for ${wordsOf(other)}`}`),
          },
        },
        AddtlNtryInf: cut(`${ROLE_WORDS[line.role]}${description}`),
      },
    } satisfies Elements)}\n`;
  }

  /** Ends the statement that was begun last. */
  endStatement(): string {
    return `${this.aroundEntries.after}\n`;
  }

  /** Ends the message. */
  get end(): string {
    return `${this.around.after}\n`;
  }

  private get bounds(): readonly string[] {
    return [this.period.from.toISOString(), this.period.to.toISOString()];
  }

  private halves(elements: Elements): Halves {
    const [before = '', after = ''] = this.xml.build(elements).split(`<${GAP}/>`);
    return { before, after };
  }
}

interface Halves {
  readonly before: string;
  readonly after: string;
}

function balance(code: string, amount: DecimalText, currency: string, day: Date): Elements {
  return {
    Tp: { CdOrPrtry: { Cd: code } },
    Amt: money(amount, currency),
    CdtDbtInd: side(amount),
    Dt: { Dt: day.toISOString().slice(0, 10) },
  };
}

/** With the decimal places of its currency at least. */
function money(amount: DecimalText, currency: string): Elements {
  const plain = magnitude(amount);
  const [, fraction = ''] = plain.split('.');
  const missing = '0'.repeat(Math.max(0, minorPlaces(currency) - fraction.length));
  return {
    '#text': fraction === '' && missing !== '' ? `${plain}.${missing}` : `${plain}${missing}`,
    '@Ccy': currency,
  };
}

/** As the client sees the account: what comes in is a credit. */
function side(amount: DecimalText): 'CRDT' | 'DBIT' {
  return isNegative(amount) ? 'DBIT' : 'CRDT';
}

const FAMILIES = {
  deposit: ['PMNT', 'RCDT', 'OTHR'],
  withdrawal: ['PMNT', 'ICDT', 'OTHR'],
  conversion: ['FORX', 'SPOT', 'OTHR'],
} as const;
const COST_CODES: Readonly<Record<LineRole, string | undefined>> = {
  principal: undefined,
  received: undefined,
  fee: 'FEES',
  vat: 'TAXE',
};
const ROLE_WORDS: Readonly<Record<LineRole, string>> = { principal: '', received: '', fee: 'fee of ', vat: 'VAT of ' };

/** Domain, family and subfamily, as the external code list of ISO 20022 names them. */
function transactionCode(kind: keyof typeof FAMILIES, role: LineRole): Elements {
  const [domain, family, subfamily] = FAMILIES[kind];
  return { Cd: domain, Fmly: { Cd: family, SubFmlyCd: COST_CODES[role] ?? subfamily } };
}

/** Of a conversion: what was given for what was got, and the other way round. */
function counterpart({ lines }: LedgerEntry, { role }: LedgerLine): LedgerLine | undefined {
  const other = role === 'principal' ? 'received' : role === 'received' ? 'principal' : undefined;
  return lines.find((line) => line.party === 'provider' && line.role === other);
}

function wordsOf({ asset, amount }: LedgerLine): string {
  return `${magnitude(amount)} ${plainWord(asset)}`;
}

function reference(text: string): string {
  return shortened(text, MOST_OF_REFERENCE);
}

const HEX_OF_SHORTENED = 12;

/** What is too long ends in `~` and a part of its hash: no id has `~` there, and two are not taken for one. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HEX_OF_SHORTENED);
  return `${text.slice(0, most - HEX_OF_SHORTENED - 1)}~${hash}`;
}

const MOST_WORDS = 500;

function cut(words: string): string {
  return words.slice(0, MOST_WORDS);
}

/** An id that is the same for the same parts. */
function digestOf(parts: readonly string[]): string {
  return `gw-${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)}`;
}
