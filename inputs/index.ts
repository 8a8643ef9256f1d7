/** The inputs that people and programs give, read at every edge with the same schemas. */
export { decodeText, HOW_TO_SAVE } from './decode';
export { ANSWER_BOUNDS, MESSAGE_BOUNDS, readJson, readJsonText, type JsonBounds } from './strict-json';
export { publicIdWarning } from './public-ids';
export { isThisMachine, unsafeEnvironment } from './process-environment';
export {
  readCertificates,
  readPrivateKey,
  readPublicFile,
  readSecretFile,
  readSecretText,
  type FileContent,
} from './secret-file';
export { applicationSchema } from './application';
export { approvalRulesSchema } from './approval-rules';
export { batchRequestSchema } from './batch';
export { decisionSchemas } from './decisions';
export { applicationProblemsFor, informationProblems, movementDetailsProblems, withoutRepeats } from './for-provider';
export { fundingInputSchema, fundingRequestSchema, onboardAndFundSchema, receivingRequestSchema } from './funding';
export { jsonObject } from './json';
export { clientKeySchema, erasureRequestSchema, retentionRulesSchema } from './retention-rules';
export { type InputSchema, isShowableName, parseInput } from './parse';
