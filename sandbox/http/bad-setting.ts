/** Thrown if a setting cannot be used; `setting` names it, and the value is never told. */
export class BadSetting extends Error {
  constructor(
    readonly setting: string,
    readonly problem: string,
  ) {
    super(`${setting} ${problem}`);
    this.name = 'BadSetting';
  }
}
