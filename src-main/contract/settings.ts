import * as v from 'valibot';
import {
  bannedWordsSchema,
  generationParametersSchema,
  type GenerationParameters,
} from './generation.ts';
import { devices, variants } from './models.ts';

/** Whether parameters come from the original's defaults, the model's own, or the user. */
export const parameterSources = ['original', 'model', 'custom'] as const;

export interface Settings {
  readonly model_name: string;
  readonly device: 'auto' | (typeof devices)[number];
  readonly variant: 'auto' | (typeof variants)[number];
  /**
   * `original`: beam search as the original drafted; `model`: what the model's
   * `generation_config.json` recommends, upon the original's where it names no strategy;
   * `custom`: `parameters`.
   */
  readonly parameter_source: (typeof parameterSources)[number];
  readonly parameters: GenerationParameters;
  /** Whether words are kept out of every draft, beside those that its parameters ban. */
  readonly is_ban_list_on: boolean;
  /** The user's own list of them; null is the one that comes with Autodoc. */
  readonly ban_list: readonly string[] | null;
  readonly theme: 'system' | 'light' | 'dark';
  /** With accounts: how long without a key or a click until the window locks; null for never. */
  readonly lock_after_minutes: number | null;
}

export const defaultSettings: Settings = {
  model_name: 'starter',
  device: 'auto',
  variant: 'auto',
  parameter_source: 'model',
  parameters: { strategy: 'beam' },
  is_ban_list_on: true,
  ban_list: null,
  theme: 'system',
  lock_after_minutes: 15,
};

export const settingsSchema = v.strictObject({
  model_name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  device: v.picklist(['auto', ...devices]),
  variant: v.picklist(['auto', ...variants]),
  parameter_source: v.picklist(parameterSources),
  parameters: generationParametersSchema,
  is_ban_list_on: v.boolean(),
  ban_list: v.nullable(bannedWordsSchema),
  theme: v.picklist(['system', 'light', 'dark']),
  lock_after_minutes: v.nullable(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(24 * 60)),
  ),
});
export const settingsPatchSchema = v.partial(settingsSchema);
export type SettingsPatch = Partial<Settings>;
