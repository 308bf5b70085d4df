import type { ServiceConfig, StartType } from '../../scm/service-config.ts';
import { type BlobReader, emptyAsNull } from './blob.ts';
import {
  ERROR_CONTROL_CODES,
  nameOfCode,
  SERVICE_INTERACTIVE_PROCESS,
  START_CODES,
  TYPE_BITS,
  TYPE_MASK,
} from './constants.ts';
import { S } from './structs.ts';

/** Settings in a QUERY_SERVICE_CONFIGW. */
export type BaseConfig = Pick<
  ServiceConfig,
  | 'type'
  | 'interactive'
  | 'startType'
  | 'errorControl'
  | 'imagePath'
  | 'loadOrderGroup'
  | 'tag'
  | 'dependencies'
  | 'account'
  | 'displayName'
>;

/** Decodes a QUERY_SERVICE_CONFIGW. */
export function decodeBase(reader: BlobReader): BaseConfig {
  const raw = reader.struct(S.QUERY_SERVICE_CONFIGW);
  return {
    type: nameOfCode(TYPE_BITS, raw.dwServiceType & TYPE_MASK, 'ownProcess'),
    interactive: (raw.dwServiceType & SERVICE_INTERACTIVE_PROCESS) !== 0,
    startType: nameOfCode<StartType>(START_CODES, raw.dwStartType, 'demand'),
    errorControl: nameOfCode(ERROR_CONTROL_CODES, raw.dwErrorControl, 'normal'),
    imagePath: reader.text(raw.lpBinaryPathName) ?? '',
    loadOrderGroup: emptyAsNull(reader.text(raw.lpLoadOrderGroup)),
    tag: raw.dwTagId,
    dependencies: reader.multiText(raw.lpDependencies),
    account: emptyAsNull(reader.text(raw.lpServiceStartName)),
    displayName: reader.text(raw.lpDisplayName) ?? '',
  };
}
