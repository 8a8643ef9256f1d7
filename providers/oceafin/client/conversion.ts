import type { CallOptions } from '../../port';
import { canonicalBody } from '../canonical-json';
import {
  conversion,
  conversionQuote,
  conversionQuotes,
  conversions,
  type DraftConversion,
  type QuoteConversion,
  type WireConversion,
  type WireConversionQuote,
} from '../wire/conversion';
import type { Caller } from './caller';

/** Conversions of one asset into another, at quoted terms (Product Workflows page). */
export class ConversionApi {
  constructor(private readonly caller: Caller) {}

  async quotes(customerId: string, options?: CallOptions): Promise<readonly WireConversionQuote[]> {
    return await this.caller.list('listConversionQuotes', conversionQuotes, { customerId }, options);
  }

  async createQuote(customerId: string, request: QuoteConversion, key: string): Promise<WireConversionQuote> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createConversionQuote', conversionQuote, call);
  }

  async quote(quoteId: string, options?: CallOptions): Promise<WireConversionQuote> {
    return await this.caller.read('getConversionQuote', conversionQuote, { quoteId }, options);
  }

  async list(customerId: string, options?: CallOptions): Promise<readonly WireConversion[]> {
    return await this.caller.list('listConversions', conversions, { customerId }, options);
  }

  /** Creates the approval draft, with the evidence that it was approved. No operation submits it. */
  async draft(customerId: string, request: DraftConversion, key: string): Promise<WireConversion> {
    const call = { parameters: { customerId }, key, body: canonicalBody(request) };
    return await this.caller.write('createConversion', conversion, call);
  }

  async get(conversionId: string, options?: CallOptions): Promise<WireConversion> {
    return await this.caller.read('getConversion', conversion, { conversionId }, options);
  }
}
