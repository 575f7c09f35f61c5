import * as v from 'valibot';
import { channel } from './channel.ts';
import { documentStates, idSchema, type Document, type Id, type Retention } from './domain.ts';
import { pageSchema } from './people-channels.ts';
import {
  commentAnchorSchema,
  commentBodySchema,
  commissionSchema,
  descriptionSchema,
  documentSteps,
  handOverSchema,
  type Comment,
  type NoticePage,
  type RetentionWithNames,
} from './work.ts';
import type { SavedDocument } from './saved-document.ts';

const ofDocument = v.strictObject({ document_id: idSchema });
const ofComment = v.strictObject({ comment_id: idSchema });

/** From commission to approval: steps, retentions, comments, notices. */
export const workChannels = {
  /** A new document with its brief, an editor retained for it, and a draft at once. */
  'documents:commission': channel<SavedDocument>()(commissionSchema),
  'documents:describe': channel<Document>()(
    v.strictObject({ document_id: idSchema, ...descriptionSchema.entries }),
  ),
  /** Takes a step. Throws `stale_state` where the document is no longer in the state it was seen in. */
  'documents:step': channel<Document>()(
    v.strictObject({
      document_id: idSchema,
      step: v.picklist(documentSteps),
      from: v.picklist(documentStates),
      hand_over: handOverSchema,
    }),
  ),
  /** Remembers on this machine that its user has looked at a version. */
  'documents:mark-seen': channel<null>()(
    v.strictObject({ document_id: idSchema, version_id: idSchema }),
  ),

  /** Newest first, those that have ended too. */
  'retentions:list': channel<readonly RetentionWithNames[]>()(ofDocument),
  /** Ends the present retention, if there is one, and retains this editor; null for nobody. */
  'retentions:retain': channel<Retention | null>()(
    v.strictObject({
      document_id: idSchema,
      editor_id: v.nullable(idSchema),
      hand_over: handOverSchema,
    }),
  ),

  /** Oldest first. */
  'comments:list': channel<readonly Comment[]>()(ofDocument),
  'comments:write': channel<Comment>()(
    v.strictObject({
      document_id: idSchema,
      /** The comment to answer; null begins a thread. */
      thread_id: v.nullable(idSchema),
      comment_body: commentBodySchema,
      /** Null for one about the whole document, and for an answer. */
      anchor: v.nullable(commentAnchorSchema),
    }),
  ),
  'comments:edit': channel<Comment>()(
    v.strictObject({ comment_id: idSchema, comment_body: commentBodySchema }),
  ),
  'comments:resolve': channel<Comment>()(
    v.strictObject({ comment_id: idSchema, is_resolved: v.boolean() }),
  ),
  'comments:remove': channel<null>()(ofComment),

  'notices:list': channel<NoticePage>()(v.strictObject(pageSchema)),
  /** All that there are now. */
  'notices:mark-read': channel<null>()(v.undefined()),
} as const;

/** How many notices a user has not read. */
export interface UnreadNotices {
  readonly unread: number;
  /** The newest of them that came since the last time this was told, for the system to show. */
  readonly latest: {
    readonly title: string;
    readonly body: string;
    readonly document_id: Id;
  } | null;
}
