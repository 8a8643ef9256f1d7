import type { Browser, FrameLocator, Page } from 'playwright-core';

/** The Temporal Web UI, as a person uses it. */
export class TemporalUi {
  private constructor(
    readonly page: Page,
    private readonly url: string,
  ) {}

  /** @param trusts whether it takes certificates of authorities that nobody knows, as a test's are */
  static async open(browser: Browser, url: string, { trusts = false } = {}): Promise<TemporalUi> {
    const size = { width: 1300, height: 900 };
    const page = await browser.newPage({ viewport: size, timezoneId: 'UTC', ignoreHTTPSErrors: trusts });
    page.setDefaultTimeout(12_000);
    return new TemporalUi(page, `${url}/namespaces/default/workflows`);
  }

  /** Fills in "Start a Workflow". */
  async fillStartForm(form: { workflowId: string; taskQueue: string; type: string; input: string }): Promise<void> {
    await this.page.goto(`${this.url}/start-workflow`);
    await this.page.getByTestId('workflowId').fill(form.workflowId);
    await this.page.getByTestId('taskQueue').fill(form.taskQueue);
    await this.page.getByTestId('taskQueue').blur();
    await this.page.getByText('Task Queue is Active').waitFor();
    await this.page.getByTestId('workflowType').fill(form.type);
    await this.typeJson(form.input);
  }

  async submitStartForm(): Promise<void> {
    await this.untilSpelledAnew();
    const answered = this.page.waitForResponse((response) => response.request().method() === 'POST');
    await this.page.getByTestId('start-workflow-button').click();
    const answer = await answered;
    if (!answer.ok()) throw new Error(`the form was answered with ${answer.status()}`);
  }

  /** The details are Markdown, in a frame of their own. */
  get details(): FrameLocator {
    return this.page.locator('iframe').last().contentFrame();
  }

  /** The page of a workflow's latest run. */
  async openWorkflow(workflowId: string): Promise<void> {
    await this.page.goto(`${this.url}/${encodeURIComponent(workflowId)}`);
  }

  /** What the workflow says of itself, as the page shows it. */
  async openDetails(): Promise<void> {
    await this.page.getByText('User Metadata').click();
    await this.page.getByText('Current Details').waitFor();
  }

  /** Sends an update; what the page then says is beside the form, which stays open if it was refused. */
  async sendUpdate(name: string, input: string): Promise<void> {
    await this.page.getByRole('button', { name: 'More Actions' }).click();
    await this.page.getByRole('menuitem', { name: 'Send an Update' }).filter({ visible: true }).first().click();
    const form = this.page.locator('dialog[open]');
    await form.getByTestId('update-select-button').click();
    await form
      .getByRole('option')
      .filter({ hasText: new RegExp(`^\\s*${name}\\b`) })
      .click();
    await this.typeJson(input);
    await this.untilSpelledAnew();
    await form.getByRole('button', { name: 'Submit' }).click();
  }

  /** Lists what a query finds. */
  async openList(query: string): Promise<void> {
    await this.page.goto(`${this.url}?query=${encodeURIComponent(query)}`);
  }

  /** The editor spells the JSON anew when it is left, which moves what is below it. */
  private async typeJson(input: string): Promise<void> {
    const editor = this.page.locator('[contenteditable="true"][data-language="json"]').filter({ visible: true }).last();
    await editor.click();
    await this.page.keyboard.insertText(input);
    await editor.blur();
  }

  /** One line is what was typed; several are what the editor made of it. */
  private async untilSpelledAnew(): Promise<void> {
    await this.page.locator('.cm-line').filter({ visible: true }).nth(1).waitFor();
  }
}
