import { describe, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import type {
  AdminDiagnosis,
  AdminMachine,
  AdminProblem,
  AdminService,
  AdminServiceConfig,
  AdminServiceSpec,
  AdminWatchdogTarget,
  AuditRecord,
  Operation,
  OperationRequest,
  ServiceConfigPatch,
} from 'winsvc/admin';
import type { configPatchSchema, configSchema, specSchema } from '../../src/admin/api/schemas/config.ts';
import type { operationSchema, requestSchema } from '../../src/admin/api/schemas/operation.ts';
import type { problemSchema } from '../../src/admin/api/schemas/problem.ts';
import type { auditRecordSchema, doctorSchema } from '../../src/admin/api/schemas/records.ts';
import type { serviceSchema } from '../../src/admin/api/schemas/service.ts';
import type { machineSchema, targetSchema } from '../../src/admin/api/schemas/system.ts';

/** Names of fields. That each schema fits its type is checked where it is defined; here, that no field is missing in it. */
type Fields<T extends z.ZodType> = keyof z.infer<T>;

describe('the types of the API', () => {
  it('have the fields of the schemas that check requests and describe answers', () => {
    expectTypeOf<keyof AdminService>().toEqualTypeOf<Fields<typeof serviceSchema>>();
    expectTypeOf<keyof AdminProblem>().toEqualTypeOf<Fields<typeof problemSchema>>();
    expectTypeOf<keyof Operation>().toEqualTypeOf<Fields<typeof operationSchema>>();
    expectTypeOf<keyof OperationRequest>().toEqualTypeOf<Fields<typeof requestSchema>>();
    expectTypeOf<keyof AdminMachine>().toEqualTypeOf<Fields<typeof machineSchema>>();
    expectTypeOf<keyof AdminWatchdogTarget>().toEqualTypeOf<Fields<typeof targetSchema>>();
    expectTypeOf<keyof AuditRecord>().toEqualTypeOf<Fields<typeof auditRecordSchema>>();
    expectTypeOf<keyof AdminDiagnosis>().toEqualTypeOf<Fields<typeof doctorSchema>>();
    expectTypeOf<keyof AdminServiceConfig>().toEqualTypeOf<Fields<typeof configSchema>>();
    expectTypeOf<keyof ServiceConfigPatch>().toEqualTypeOf<Fields<typeof configPatchSchema>>();
    expectTypeOf<keyof AdminServiceSpec>().toEqualTypeOf<Fields<typeof specSchema>>();
  });
});
