/** The inputs that people and programs give, read at every edge with the same schemas. */
export { applicationSchema, MAX_DOCUMENTS } from './application';
export { amendSchema, cancelSchema, resolveSchema } from './decisions';
export { fundingRequestSchema, MAX_PLANNED_FUNDINGS, onboardAndFundSchema } from './funding';
export { parseInput, type ParsedInput } from './parse';
