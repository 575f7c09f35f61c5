import type { LoadingListener } from './model-slot.ts';
import type { Operation, OperationProgress } from './protocol.ts';

/** What an operation is given beside its input. */
export interface OperationContext<Name extends Operation> extends LoadingListener {
  readonly signal: AbortSignal;
  readonly report: (progress: OperationProgress<Name>) => void;
}
