import type { GenerationParameters } from '../contract/generation.ts';
import {
  defaultSettings,
  settingsPatchSchema,
  settingsSchema,
  type Settings,
} from '../contract/settings.ts';
import { AppError } from '../contract/errors.ts';
import * as v from 'valibot';
import type { Logger } from '../logging/logger.ts';
import { authorize, theSettings } from '../access/authorize.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { Room } from './services.ts';

/** The settings as they are kept, for the other services. */
export interface SettingsReader {
  current(): Settings;
}

/** Their name among the machine's values. */
export const settingsKey = 'settings';

/** Settings of this machine, in the library's `state.db`. */
export function createSettingsReader(library: LibraryHandle, logger: Logger): SettingsReader {
  return {
    current() {
      if (!library.exists()) return defaultSettings;
      const kept = library.store().values.get(settingsKey);
      if (kept === undefined || kept === null) return defaultSettings;
      // A field that this version does not understand must not take the others along.
      const merged: Record<string, unknown> = { ...defaultSettings };
      for (const [name, value] of Object.entries(kept as Record<string, unknown>)) {
        if (v.is(settingsPatchSchema, { [name]: value })) merged[name] = value;
        else logger.warn('a kept setting was not understood; its default is used', { name });
      }
      return v.parse(settingsSchema, merged);
    },
  };
}

export interface SettingsServiceOptions {
  readonly library: LibraryHandle;
  readonly reader: SettingsReader;
  readonly models: ModelShelf;
  readonly events: EventBus;
}

export function createSettingsService(options: SettingsServiceOptions): Room<'settings'> {
  const { library, reader, models, events } = options;

  function keep(settings: Settings): Settings {
    library.store().values.set(settingsKey, settings);
    events.emit('settings:changed', settings);
    return settings;
  }

  return {
    get(principal) {
      authorize(principal, 'settings:read', theSettings);
      return reader.current();
    },
    async set(principal, patch) {
      authorize(principal, 'settings:write', theSettings);
      if (patch.parameters !== undefined) checkTogether(patch.parameters);
      if (patch.model_name !== undefined && !(await models.has(patch.model_name))) {
        throw new AppError(
          'model_not_found',
          `There is no model "${patch.model_name}". The settings are as they were. Import it first.`,
          { details: { model: patch.model_name } },
        );
      }
      const given = Object.entries(patch).filter(([, value]) => value !== undefined);
      return keep({ ...reader.current(), ...Object.fromEntries(given) });
    },
    reset(principal) {
      authorize(principal, 'settings:write', theSettings);
      return keep(defaultSettings);
    },
    check(principal, { parameters }) {
      authorize(principal, 'settings:read', theSettings);
      checkTogether(parameters);
      return null;
    },
  };
}

/** What the table cannot say of one parameter alone. Throws `invalid_input`. */
function checkTogether(parameters: GenerationParameters): void {
  const beams = parameters.num_beams ?? 5;
  const returned = parameters.num_return_sequences ?? 1;
  if (parameters.strategy === 'beam' && returned > beams) {
    throw new AppError(
      'invalid_input',
      `num_return_sequences (${returned}) must not be more than num_beams (${beams}).`,
      { details: { path: 'parameters.num_return_sequences' } },
    );
  }
}
