/** What happens, as a list of numbers. When it is used up, every fault has ended. */
export class Schedule {
  private at = 0;
  constructor(private readonly choices: readonly number[]) {}
  get over(): boolean {
    return this.at >= this.choices.length;
  }
  /** One of `among`; the first of them once the schedule is over. */
  pick<T>(first: T, ...others: readonly T[]): T {
    const choice = this.choices[this.at] ?? 0;
    this.at += 1;
    return [first, ...others][choice % (others.length + 1)] ?? first;
  }
}
