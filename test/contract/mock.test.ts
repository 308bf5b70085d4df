import { createMockDriver } from './mock-driver.ts';
import { describeContract } from './suite.ts';

describeContract('the contract on the mock SCM', 'mock', async () => createMockDriver());
