import { expect } from 'chai';

import { clockOfTyped, dayOfTyped, isClock, isDay, typedDay } from '../../../src/web/conference-typed-time.js';

describe('dayOfTyped', () => {
  it('reads days as people write them', () => {
    const typed = ['24.11.2026', '24.11.26', '24/11/2026', '1-2-2027', ' 24.11.2026 '];
    expect(typed.map(dayOfTyped)).to.deep.equal(['2026-11-24', '2026-11-24', '2026-11-24', '2027-02-01', '2026-11-24']);
  });

  it('knows no day that the calendar lacks', () => {
    expect(['31.02.2026', '32.01.2026', '24.13.2026', '24.11', ''].map(dayOfTyped)).to.deep.equal(
      Array.from({ length: 5 }, () => undefined),
    );
  });
});

describe('clockOfTyped', () => {
  it('reads times as people write them', () => {
    const typed = ['10:30', '9:05', '10.30', '1030', '930', '8', '23:59'];
    expect(typed.map(clockOfTyped)).to.deep.equal(['10:30', '09:05', '10:30', '10:30', '09:30', '08:00', '23:59']);
  });

  it('knows no time that no clock shows', () => {
    expect(['24:00', '10:60', '10:3', 'утром', ''].map(clockOfTyped)).to.deep.equal(
      Array.from({ length: 5 }, () => undefined),
    );
  });
});

describe('typedDay', () => {
  it('turns a day round, and leaves what is none', () => {
    expect(typedDay('2026-11-24')).to.equal('24.11.2026');
    expect(typedDay('завтра')).to.equal('завтра');
  });
});

describe('isDay', () => {
  it('accepts, like isClock, only the form that is sent', () => {
    expect(['2026-11-24', '2026-02-30', '24.11.2026'].map(isDay)).to.deep.equal([true, false, false]);
    expect(['10:30', '9:30', '930'].map(isClock)).to.deep.equal([true, false, false]);
  });
});
