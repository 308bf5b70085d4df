import { describe, expectTypeOf, it } from 'vitest';
import type { InstalledServiceConfig, ServiceClient, ServiceReport, ServiceSpec } from 'winsvc/manager';

describe('what config() returns', () => {
  it('is a spec for ensure and for configure, unchanged', () => {
    expectTypeOf<InstalledServiceConfig>().toExtend<ServiceSpec>();
    expectTypeOf<InstalledServiceConfig>().toExtend<Parameters<ServiceClient['configure']>[0]>();
  });
});

describe('start, stop and restart', () => {
  it('take options objects and give a snapshot that has no methods', () => {
    expectTypeOf<Parameters<ServiceClient['start']>[0]>().exclude(undefined).toHaveProperty('args');
    expectTypeOf<Parameters<ServiceClient['restart']>[0]>().exclude(undefined).toHaveProperty('dependents');
    expectTypeOf<Awaited<ReturnType<ServiceClient['start']>>>().toEqualTypeOf<ServiceReport>();
    expectTypeOf<Awaited<ReturnType<ServiceClient['stop']>>>().toEqualTypeOf<ServiceReport>();
  });
  it('refuse a positional list', () => {
    // @ts-expect-error -- arguments belong in `args`
    expectTypeOf<ServiceClient['start']>().toBeCallableWith(['a']);
  });
});
