import { afterEach, describe, expect, it } from 'vitest';
import { makeStage, type Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('GET /sd/prometheus', () => {
  it('names the metrics of this server at the address that the caller uses', async () => {
    stage = await makeStage({ metrics: true });
    const { status, headers, body } = await stage.call('metrics', 'GET', '/sd/prometheus', { host: 'localhost:9080' });
    expect(status).toBe(200);
    // Prometheus refuses another type.
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual([
      {
        targets: ['localhost:9080'],
        labels: { __scheme__: 'http', __metrics_path__: '/api/v1/metrics', job: 'winsvc' },
      },
    ]);
    const metrics = await stage.call('metrics', 'GET', '/metrics');
    expect(metrics.body).toContain('windows_service_state{name="orders",state="stopped"} 1');
  });

  it.each([
    ['a list', [{ targets: ['127.0.0.1:3000'], labels: { job: 'orders' } }]],
    ['a function', () => Promise.resolve([{ targets: ['127.0.0.1:3000'], labels: { job: 'orders' } }])],
  ])('adds the targets of %s', async (_what, scrapeTargets) => {
    stage = await makeStage({ scrapeTargets });
    const { body } = await stage.call('metrics', 'GET', '/sd/prometheus');
    expect(body).toEqual([{ targets: ['127.0.0.1:3000'], labels: { job: 'orders' } }]);
  });

  it('is for scrapers, and only where there is something to scrape', async () => {
    stage = await makeStage({ metrics: true });
    expect(await stage.call(undefined, 'GET', '/sd/prometheus')).toMatchObject({ status: 401 });
    expect(await stage.call('restricted', 'GET', '/sd/prometheus')).toMatchObject({ status: 403 });
    expect(await stage.call('metrics', 'GET', '/services')).toMatchObject({ status: 403 });
    await stage.close();
    stage = await makeStage();
    expect(await stage.call('metrics', 'GET', '/sd/prometheus')).toMatchObject({
      status: 404,
      body: { code: 'NOT_CONFIGURED' },
    });
  });
});
