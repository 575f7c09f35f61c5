/** Who somebody is, as it is typed: name, e-mail, organization. */
export class ProfileForm {
  name = $state('');
  email = $state('');
  organization = $state('');
  #isChecked = $state(false);

  constructor(known: { readonly name?: string; readonly email?: string } = {}) {
    this.name = known.name ?? '';
    this.email = known.email ?? '';
  }

  get nameProblem(): string | undefined {
    return this.#isChecked && this.name.trim() === '' ? 'A name is needed.' : undefined;
  }

  get emailProblem(): string | undefined {
    return this.#isChecked ? emailProblem(this.email) : undefined;
  }

  /** What was typed, as the main process takes it. */
  get values(): { name: string; email: string; organization: string } {
    return { name: this.name, email: this.email, organization: this.organization };
  }

  /** Takes what is known of somebody in the place of what was typed. */
  fill(known: {
    readonly name: string;
    readonly email: string;
    readonly organization: string;
  }): void {
    this.name = known.name;
    this.email = known.email;
    this.organization = known.organization;
    this.#isChecked = false;
  }

  /** Whether it is complete; from then on each problem is said beside its field. */
  check(): boolean {
    this.#isChecked = true;
    return this.nameProblem === undefined && this.emailProblem === undefined;
  }
}

/** A password that is being chosen, typed twice. */
export class NewPassword {
  value = $state('');
  repeated = $state('');
  #isChecked = $state(false);
  readonly minLength: number;

  constructor(minLength: number) {
    this.minLength = minLength;
  }

  get valueProblem(): string | undefined {
    return this.#isChecked && this.value.length < this.minLength
      ? `A password has at least ${this.minLength} characters.`
      : undefined;
  }

  get repeatedProblem(): string | undefined {
    return this.#isChecked && this.value !== this.repeated
      ? 'This is not the same password.'
      : undefined;
  }

  /** Whether it can be taken; from then on each problem is said beside its field. */
  check(): boolean {
    this.#isChecked = true;
    return this.valueProblem === undefined && this.repeatedProblem === undefined;
  }

  clear(): void {
    this.value = '';
    this.repeated = '';
    this.#isChecked = false;
  }
}

/** What is wrong with an address; undefined where nothing is. */
export function emailProblem(email: string): string | undefined {
  if (email.trim() === '') return 'An e-mail address is needed.';
  return /^[^\s@]+@[^\s@]+$/u.test(email.trim())
    ? undefined
    : 'An e-mail address has one @ and no spaces.';
}
