import { expect } from 'chai';
import { PageCache, type Page } from '../../../src/web/page-cache.js';

class Source {
  readonly asked: number[] = [];
  total = 250;
  broken = false;

  readonly load = async (offset: number, limit: number): Promise<Page<number>> => {
    this.asked.push(offset);
    if (this.broken) throw new Error('no connection');
    const length = Math.max(0, Math.min(limit, this.total - offset));
    return { total: this.total, items: Array.from({ length }, (_, index) => offset + index) };
  };
}

describe('PageCache', () => {
  it('does not ask twice for a page that is on its way', async () => {
    const source = new Source();
    const cache = new PageCache(source.load, 100);
    await Promise.all([cache.read(1), cache.read(1)]);
    expect(source.asked).to.deep.equal([100]);
    expect(cache.get(1)?.[0]).to.equal(100);
    expect(cache.total).to.equal(250);
  });

  it('refreshes only the pages in sight and forgets the others', async () => {
    const source = new Source();
    const cache = new PageCache(source.load, 100);
    await cache.read(0);
    await cache.read(2);
    source.total = 220;
    await cache.refresh([2]);
    expect(source.asked).to.deep.equal([0, 200, 200]);
    expect(cache.get(0)).to.equal(undefined);
    expect(cache.get(2)).to.have.length(20);
    expect(cache.total).to.equal(220);
  });

  it('reads the first page when no row is in sight', async () => {
    const source = new Source();
    const cache = new PageCache(source.load, 100);
    await cache.refresh([]);
    expect(cache.get(0)).to.have.length(100);
  });

  it('keeps what it has when a refresh fails', async () => {
    const source = new Source();
    const cache = new PageCache(source.load, 100);
    await cache.read(0);
    source.broken = true;
    const failure = await cache.refresh([0]).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(Error);
    expect(cache.get(0)).to.have.length(100);
  });

  it('asks again after a page that failed', async () => {
    const source = new Source();
    const cache = new PageCache(source.load, 100);
    source.broken = true;
    const failure = await cache.read(0).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(Error);
    source.broken = false;
    await cache.read(0);
    expect(cache.get(0)).to.have.length(100);
  });
});
