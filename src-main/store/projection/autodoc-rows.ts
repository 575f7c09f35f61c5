import { autodocStates, type Id } from '../../contract/domain.ts';
import type { JsonValue } from '../log/change.ts';
import { timeOfId } from '../log/ids.ts';
import { candidateList } from './candidates.ts';
import type { DerivedRow, OtherEntities } from './derived-row.ts';
import { autodocOutcome, autodocRequest } from './entities.ts';
import {
  integerList,
  integerOrNull,
  numberOrNull,
  objectOrEmpty,
  oneOf,
  textOr,
} from './field-readers.ts';
import { changesOfField, fieldValue, type EntityHistory } from './fold.ts';

/** The rows of an autodoc, and of the texts that further machines wrote for it. */
export function autodocRows(history: EntityHistory, others: OtherEntities): readonly DerivedRow[] {
  const [asked] = changesOfField(history, autodocRequest);
  const requested = fieldValue(history, autodocRequest);
  if (asked === undefined || requested === undefined) return [];
  const request = objectOrEmpty(requested);
  const version_id = textOr(request.version_id, '');
  const documentId = others.documentOfVersion(version_id) ?? others.tiedTo(history.id);
  if (documentId !== null && others.isPurged(documentId)) return [];
  const row = (id: Id, outcome: Outcome): DerivedRow => ({
    table: 'autodocs',
    row: {
      id,
      autodoc_body: textOr(outcome.autodoc_body, ''),
      autodoc_state: oneOf(outcome.autodoc_state, autodocStates, 'queued'),
      failure: textOr(outcome.failure, null),
      version_id,
      prompt_start: integerOrNull(outcome.prompt_start),
      prompt_end: integerOrNull(outcome.prompt_end),
      model_name: textOr(request.model_name, ''),
      model_sha256: textOr(outcome.model_sha256, null),
      parameters: JSON.stringify(objectOrEmpty(request.parameters)),
      seed: integerOrNull(request.seed) ?? 0,
      device: textOr(outcome.device, null),
      variant: textOr(outcome.variant, null),
      tokens: integerOrNull(outcome.tokens),
      score: numberOrNull(outcome.score),
      duration_ms: numberOrNull(outcome.duration_ms),
      created_by: asked.actor_id,
      created_on: timeOfId(id === history.id ? asked.id : id),
      candidates: JSON.stringify(candidateList(outcome.candidates)),
      token_ids: JSON.stringify(integerList(outcome.token_ids)),
    },
  });
  const { first, further } = outcomesOf(history);
  const tiedTo = further.length === 0 ? null : others.tiedTo(history.id);
  return [
    row(history.id, first),
    ...further.flatMap(({ id, outcome }): readonly DerivedRow[] => [
      row(id, outcome),
      ...(tiedTo === null ? [] : [tieOf(id, tiedTo)]),
    ]),
  ];
}

type Outcome = Readonly<Record<string, JsonValue>>;

interface Outcomes {
  /** How it ended; empty while it has not. */
  readonly first: Outcome;
  /** Texts of other machines that wrote it too, by their changes, in order. */
  readonly further: readonly { readonly id: Id; readonly outcome: Outcome }[];
}

/**
 * The ends of an autodoc. It has one; where two machines wrote theirs apart, the first in
 * (hlc, id) order is the autodoc's, and every further one that wrote something is a draft of its own,
 * so that no text is lost whichever came first, and whoever called it off.
 */
function outcomesOf(history: EntityHistory): Outcomes {
  const outcomes = changesOfField(history, autodocOutcome).flatMap((change) => {
    const value = history.valueOf(change);
    return value === undefined ? [] : [{ id: change.id, outcome: objectOrEmpty(value) }];
  });
  const [first, ...others] = outcomes;
  return { first: first?.outcome ?? {}, further: others.filter(({ outcome }) => hasText(outcome)) };
}

function hasText({ autodoc_state, autodoc_body, candidates }: Outcome): boolean {
  const hasEnded = autodocStates.some((state) => state === autodoc_state && state !== 'queued');
  const bodies = [autodoc_body, ...candidateList(candidates).map((one) => one.autodoc_body)];
  return hasEnded && bodies.some((body) => textOr(body, '') !== '');
}

/** The tie of an outcome that has a row of its own. */
function tieOf(id: Id, document_id: Id): DerivedRow {
  const row = { id, document_id, autodoc_id: id, created_on: timeOfId(id) };
  return { table: 'revisions', row };
}
