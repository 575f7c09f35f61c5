import type { Id } from '../../contract/domain.ts';
import { compiledOnce, createQueryBuilder, type Connection } from '../database/connection.ts';
import type { ReplicaTables } from '../database/schema.ts';
import type { ChangeNode, JsonValue } from '../log/change.ts';
import type { ChangeReader, EntityReference } from '../log/change-log.ts';
import { autodocRequest, commentContent, revisionTie } from '../projection/entities.ts';
import { objectOrEmpty, parseJson, textOr } from '../projection/field-readers.ts';

const queries = createQueryBuilder<ReplicaTables>();
const documentOf = compiledOnce(
  queries
    .selectFrom('changes')
    .select('entity_id')
    .where('id', '=', '')
    .where('entity', '=', '')
    .where('field', '=', ''),
);

/** Of what hangs on documents: the field that says on which. */
const sayingFields = new Map([
  ['comment', commentContent],
  ['autodoc', autodocRequest],
]);

export function hangsOnDocument(entity: string): boolean {
  return sayingFields.has(entity);
}

export function saysWhose(change: { readonly entity: string; readonly field: string }): boolean {
  return sayingFields.get(change.entity) === change.field;
}

/** What says whose something is: what a comment is about, what a draft was asked for. */
type Said = Readonly<Record<string, JsonValue>>;

/** Which document comments and drafts belong to, by the log. */
export class Belongings {
  readonly #replica: Connection<ReplicaTables>;
  readonly #log: ChangeReader;

  constructor(replica: Connection<ReplicaTables>, log: ChangeReader) {
    this.#replica = replica;
    this.#log = log;
  }

  /**
   * A document and what hangs on it, by the log: comments that were refused, too, have words in
   * them. Of ties only those that count: others must not draw in what is somebody else's.
   */
  of(documentId: Id): readonly EntityReference[] {
    const autodocs = new Set<Id>();
    const found: EntityReference[] = [];
    for (const { id, entity_id, value } of this.#writtenOnce('comment', commentContent)) {
      const comment = { entity: 'comment', entity_id };
      if (value.document_id === documentId && this.decides({ id, ...comment })) found.push(comment);
    }
    for (const { id, entity_id, value } of this.#writtenOnce('autodoc', autodocRequest)) {
      if (this.documentOfVersion(textOr(value.version_id, '')) !== documentId) continue;
      if (this.decides({ id, entity: 'autodoc', entity_id })) autodocs.add(entity_id);
    }
    for (const { id, entity_id, value } of this.#writtenOnce('revision', revisionTie)) {
      if (value.document_id !== documentId || this.#isRefused(id)) continue;
      found.push({ entity: 'revision', entity_id });
      if (this.#documentOfAutodoc(textOr(value.autodoc_id, '')) === null) {
        autodocs.add(textOr(value.autodoc_id, ''));
      }
    }
    return [
      ...found,
      ...[...autodocs].map((entity_id) => ({ entity: 'autodoc', entity_id })),
      { entity: 'document', entity_id: documentId },
    ];
  }

  /** The document that an autodoc drafts; null where its request or version is not known here. */
  #documentOfAutodoc(autodocId: Id): Id | null {
    const request = this.said({ entity: 'autodoc', entity_id: autodocId });
    return this.documentOfVersion(textOr(request?.version_id, ''));
  }

  /** By the log alone, counted or not. */
  documentOfVersion(versionId: Id): Id | null {
    return (
      this.#replica.first(documentOf(versionId, 'document', 'document_body'))?.entity_id ?? null
    );
  }

  /** What says whose it is; null where that is empty, undefined where it has not come. */
  said({ entity, entity_id }: EntityReference): Said | null | undefined {
    const saying = this.#saying({ entity, entity_id });
    for (const { id } of saying) {
      const value = parseJson(this.#log.value(id));
      if (value !== undefined) return objectOrEmpty(value);
    }
    return saying.length === 0 ? undefined : null;
  }

  /** Of which document something is, by what says so; null where that is not known here. */
  documentBy({ entity, entity_id }: EntityReference, said: Said | undefined): Id | null {
    const { document_id, version_id } = said ?? {};
    if (entity === 'comment') return textOr(document_id, null);
    return this.documentOfVersion(textOr(version_id, '')) ?? this.tiedTo(entity_id);
  }

  /** Whether it is this change that says whose its entity is. */
  decides({ id, entity, entity_id }: EntityReference & { readonly id: Id }): boolean {
    const saying = this.#saying({ entity, entity_id });
    const deciding = saying.find((change) => this.#log.value(change.id) !== null) ?? saying[0];
    return deciding?.id === id;
  }

  /**
   * What says whose something is: it is written once, and where others wrote it again, those that
   * count come first, or they would draw in what is somebody else's.
   */
  #saying({ entity, entity_id }: EntityReference): readonly ChangeNode[] {
    const field = sayingFields.get(entity);
    const all = this.#log.history(entity, entity_id).filter((change) => change.field === field);
    const counting = all.filter(({ id }) => !this.#isRefused(id));
    return counting.length > 0 ? counting : all;
  }

  /** The document that an autodoc was tied to. */
  tiedTo(autodocId: Id): Id | null {
    const revisions = this.#replica.query.selectFrom('revisions').select('document_id');
    const first = revisions.where('autodoc_id', '=', autodocId).orderBy('id').limit(1);
    return this.#replica.first(first)?.document_id ?? null;
  }

  *#writtenOnce(entity: string, field: string) {
    const changes = this.#replica.all(
      this.#replica.query
        .selectFrom('changes')
        .select(['id', 'entity_id'])
        .where('entity', '=', entity)
        .where('field', '=', field),
    );
    for (const { id, entity_id } of changes) {
      yield { id, entity_id, value: objectOrEmpty(parseJson(this.#log.value(id))) };
    }
  }

  #isRefused(changeId: Id): boolean {
    const refusals = this.#replica.query.selectFrom('refusals').select('id');
    return this.#replica.first(refusals.where('id', '=', changeId)) !== undefined;
  }
}
