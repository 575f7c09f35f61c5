import { EventEmitter } from 'node:events';

/*
 * Anything that Electron has and the stand-in lacks must fail where it is used, not be quietly
 * undefined. At the root of every object's prototypes stands one that throws when a lookup
 * gets that far.
 */

/** Names that the language, the debugger and test tools look up on any object. */
const lookedUpOnAnything = new Set(['then', 'toJSON', 'asymmetricMatch', 'nodeType', '$$typeof']);

function loudPrototype(base: object, nameOf: (receiver: object) => string): object {
  return new Proxy(Object.create(base) as object, {
    get(target, key, receiver: object) {
      if (key in target || typeof key === 'symbol' || lookedUpOnAnything.has(key)) {
        return Reflect.get(target, key, receiver) as unknown;
      }
      throw new Error(
        `The stand-in for Electron has no ${nameOf(receiver)}.${key}. ` +
          'If the application needs it, add it in tests/electron-stand-in.',
      );
    },
  });
}

/** Makes an object of functions throw for the members that it lacks. */
export function loud<T extends object>(name: string, members: T): T {
  return Object.setPrototypeOf(
    members,
    loudPrototype(Object.prototype, () => name),
  ) as T;
}

/** What a handler can forbid. */
export interface PreventableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

/** An emitter that throws for members it lacks and for listeners to events it never emits. */
export class LoudEmitter extends EventEmitter {
  constructor(events: readonly string[]) {
    super();
    this.setMaxListeners(0);
    const known = new Set<string | symbol>(['newListener', ...events]);
    this.on('newListener', (event: string | symbol) => {
      if (!known.has(event)) {
        throw new Error(
          `The stand-in for Electron has no event '${String(event)}' of ${this.constructor.name}.`,
        );
      }
    });
  }

  /** Emits an event that a listener can prevent. Whether none did. */
  protected emitPreventable(event: string, facts: object = {}, ...args: unknown[]): boolean {
    let isPrevented = false;
    const preventable = {
      ...facts,
      get defaultPrevented() {
        return isPrevented;
      },
      preventDefault() {
        isPrevented = true;
      },
    } satisfies PreventableEvent;
    this.emit(event, preventable, ...args);
    return !isPrevented;
  }
}

Object.setPrototypeOf(
  LoudEmitter.prototype,
  loudPrototype(EventEmitter.prototype, (receiver) => receiver.constructor.name),
);
