import type { NotificationConstructorOptions } from 'electron';
import { LoudEmitter } from '../loud.ts';

/** The system's notifications. Nobody sees them here: tests look at what was shown, and click. */
export class Notification extends LoudEmitter {
  static readonly shown: Notification[] = [];

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
    Notification.shown.push(this);
    this.emit('show');
  }

  close(): void {
    this.emit('close');
  }
}
