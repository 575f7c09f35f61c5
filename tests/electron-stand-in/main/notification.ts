import type { NotificationConstructorOptions } from 'electron';
import { LoudEmitter } from '../loud.ts';

/** The system's notifications. Nobody sees them here: tests put something in place of `show`. */
export class Notification extends LoudEmitter {
  static isSupported(): boolean {
    return true;
  }

  readonly title: string;
  readonly body: string;

  constructor({ title = '', body = '' }: NotificationConstructorOptions) {
    super(['click', 'close', 'show']);
    this.title = title;
    this.body = body;
  }

  show(): void {
    this.emit('show');
  }

  close(): void {
    this.emit('close');
  }
}
