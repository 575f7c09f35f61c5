import type * as v from 'valibot';

/** One channel: the schema of its one argument and the type of its answer. */
export interface Channel<Input extends v.GenericSchema, Output> {
  readonly input: Input;
  /** Never set: carries the answer's type. */
  readonly output?: Output;
}

/** `channel<Answer>()(schema)`: the answer is named, the argument's type follows from its schema. */
export const channel =
  <Output>() =>
  <Input extends v.GenericSchema>(input: Input): Channel<Input, Output> => ({ input });
