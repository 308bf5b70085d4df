import type { InstalledServiceConfig, Trigger, TriggerData } from '../../manager/index.ts';
import type { AdminServiceConfig, ServiceConfigPatch } from './schemas/config-types.ts';

/** Value of a variable that the caller may not see. */
export const HIDDEN = '(hidden)';

/**
 * Turns settings into JSON, without those of a hosted program, which hold commands: binary data of triggers becomes
 * base64, keywords become decimal texts.
 */
export function toJsonConfig({ name: _n, host: _h, triggers, ...config }: InstalledServiceConfig): AdminServiceConfig {
  return {
    ...config,
    ...(triggers && { triggers: triggers.map(toJsonTrigger) }),
  };
}

/** Hides the values of environment variables: they may be passwords. */
export function withoutSecrets({ environment, ...config }: AdminServiceConfig): AdminServiceConfig {
  if (!environment) return config;
  return { ...config, environment: Object.fromEntries(Object.keys(environment).map((name) => [name, HIDDEN])) };
}

/** Turns a part of a configuration from JSON into what the manager takes. */
export function fromJsonConfig<T extends ServiceConfigPatch>(
  change: T,
): Omit<T, 'triggers'> & { readonly triggers?: readonly Trigger[] | null } {
  const { triggers, ...rest } = change;
  if (triggers === undefined) return rest;
  return { ...rest, triggers: triggers?.map(fromJsonTrigger) ?? null };
}

type JsonTrigger = NonNullable<ServiceConfigPatch['triggers']>[number];
type JsonData = NonNullable<JsonTrigger['data']>[number];

function toJsonTrigger({ data, ...trigger }: Trigger): JsonTrigger {
  return { ...trigger, ...(data && { data: data.map(toJsonData) }) };
}

function toJsonData(item: TriggerData): JsonData {
  switch (item.type) {
    case 'binary':
      return { type: 'binary', value: Buffer.from(item.value).toString('base64') };
    case 'text':
      return { type: 'text', value: [...item.value] };
    case 'level':
      return item;
    default:
      return { type: item.type, value: String(item.value) };
  }
}

function fromJsonTrigger({ event, action, guid, data }: JsonTrigger): Trigger {
  return { event, action, ...(guid !== undefined && { guid }), ...(data && { data: data.map(fromJsonData) }) };
}

function fromJsonData(item: JsonData): TriggerData {
  switch (item.type) {
    case 'binary':
      return { type: 'binary', value: Uint8Array.from(Buffer.from(item.value, 'base64')) };
    case 'keywordAny':
    case 'keywordAll':
      return { type: item.type, value: BigInt(item.value) };
    default:
      return item;
  }
}
