import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { BatchStage } from '../../contract/batch';
import { PROVIDER, STAGE } from '../../contract/search-attributes';
import { describeBatch, type ShownBatch } from './details';

/** What people see of a batch in the Temporal UI. */
export class BatchStatusBoard {
  constructor(
    private readonly title: string,
    private readonly provider: string,
  ) {}

  /** Sets the attributes that a starter sets, if the workflow was started without them. */
  label(): void {
    if (workflowInfo().typedSearchAttributes.get(PROVIDER) === this.provider) return;
    upsertSearchAttributes([
      { key: PROVIDER, value: this.provider },
      { key: STAGE, value: 'running' },
    ]);
  }

  /** Enters a stage that people can filter by. */
  stay(stage: BatchStage): void {
    upsertSearchAttributes([{ key: STAGE, value: stage }]);
  }

  show(batch: ShownBatch): void {
    setCurrentDetails(describeBatch(this.title, batch));
  }
}
