import { tick } from 'svelte';

/** Puts the keyboard on the first field of a form that says that something is wrong with it. */
export async function focusFirstProblem(form: HTMLElement): Promise<void> {
  await tick();
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
