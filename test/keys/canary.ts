import type { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

/**
 * How a text may stand in bytes: as it is, in UTF-16, in Base64 at each of the three places that it may begin at, and in hex.
 */
function spellingsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  const inBase64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // What depends on the bytes beside it is left out.
    return Buffer.from(whole.slice(Math.ceil((before * 4) / 3), -2));
  });
  return [bytes, Buffer.from(text, 'utf16le'), ...inBase64, Buffer.from(bytes.toString('hex'))];
}

/** The names of those texts that are somewhere in the bytes. */
export function foundIn(bytes: Uint8Array, texts: Readonly<Record<string, string>>): readonly string[] {
  const all = Buffer.from(bytes);
  return Object.entries(texts)
    .filter(([, text]) => spellingsOf(text).some((spelling) => all.includes(spelling)))
    .map(([name]) => name);
}

const { GetWorkflowExecutionHistoryResponse, DescribeWorkflowExecutionResponse } = temporal.api.workflowservice.v1;

/** All that Temporal stores of the workflows whose ids end so, as it comes over the wire: nothing is decoded. */
export async function storedOf(
  client: Client,
  connection: Connection,
  isMeant: (workflowId: string) => boolean,
): Promise<Buffer> {
  const { namespace } = client.options;
  const parts: Uint8Array[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    if (!isMeant(workflowId)) continue;
    const execution = { workflowId, runId };
    let nextPageToken: Uint8Array = new Uint8Array();
    do {
      const page = await connection.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution,
        nextPageToken,
      });
      parts.push(GetWorkflowExecutionHistoryResponse.encode(page).finish());
      nextPageToken = page.nextPageToken;
    } while (nextPageToken.length > 0);
    const described = await connection.workflowService.describeWorkflowExecution({ namespace, execution });
    parts.push(DescribeWorkflowExecutionResponse.encode(described).finish());
  }
  return Buffer.concat(parts);
}
