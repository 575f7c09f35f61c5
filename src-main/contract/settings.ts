import * as v from 'valibot';
import { generationParametersSchema, type GenerationParameters } from './generation.ts';
import { devices, variants } from './models.ts';

/** Whether parameters come from the original's defaults, the model's own, or the user. */
export const parameterSources = ['original', 'model', 'custom'] as const;

export interface Settings {
  readonly model_name: string;
  readonly device: 'auto' | (typeof devices)[number];
  readonly variant: 'auto' | (typeof variants)[number];
  /**
   * `original`: beam search as the original drafted; `model`: what the model's
   * `generation_config.json` recommends; `custom`: `parameters`.
   */
  readonly parameter_source: (typeof parameterSources)[number];
  readonly parameters: GenerationParameters;
  readonly theme: 'system' | 'light' | 'dark';
}

export const defaultSettings: Settings = {
  model_name: 'starter',
  device: 'auto',
  variant: 'auto',
  parameter_source: 'original',
  parameters: { strategy: 'beam' },
  theme: 'system',
};

export const settingsSchema = v.strictObject({
  model_name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  device: v.picklist(['auto', ...devices]),
  variant: v.picklist(['auto', ...variants]),
  parameter_source: v.picklist(parameterSources),
  parameters: generationParametersSchema,
  theme: v.picklist(['system', 'light', 'dark']),
});
export const settingsPatchSchema = v.partial(settingsSchema);
export type SettingsPatch = Partial<Settings>;
