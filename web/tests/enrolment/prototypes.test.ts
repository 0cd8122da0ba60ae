import { describe, expect, it } from 'vitest';
import { direction, prototype, rank, type Space } from '../../src/enrolment/prototypes';
import golden from './golden.json';

const space: Space = {
  mean: Float32Array.from(golden.space.mean),
  matrix: Float32Array.from(golden.space.matrix.flat()),
  glosses: Float32Array.from(golden.space.glosses.flat()),
};
const clips = golden.clips.map((clip) => Float32Array.from(clip));
const added = Object.values(golden.added).map((sign) => sign.map((clip) => Float32Array.from(clip)));
const prototypes = added.map((sign) => prototype(space, sign));

function expectClose(found: ArrayLike<number>, expected: readonly number[] | undefined): void {
  expect(found).toHaveLength(expected?.length ?? -1);
  expected?.forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 5);
  });
}

describe('a sign learnt from a few clips', () => {
  it('has the same prototype as in Python', () => {
    Object.values(golden.prototypes).forEach((expected, sign) => {
      expectClose(prototypes[sign] ?? [], expected);
    });
  });

  it.each(Object.entries(golden.ranked))('is ranked as in Python: %s', (_, { shares, idle, encoder }) => {
    clips.forEach((clip, i) => {
      expectClose(rank(space, { idle, encoder }, prototypes, golden.network[i] ?? [], clip), shares[i]);
    });
  });

  it('leaves the order of trained signs as the network has it', () => {
    clips.forEach((clip, i) => {
      const network = golden.network[i] ?? [];
      const shares = rank(space, { idle: 1, encoder: false }, prototypes, network, clip);
      const trained = shares.slice(0, network.length);
      const total = trained.reduce((sum, each) => sum + each, 0);
      expectClose(
        trained.map((share) => share / total),
        network,
      );
    });
  });

  it('takes nothing that is not an embedding of this bundle', () => {
    expect(() => direction(space, new Float32Array(3))).toThrow(RangeError);
  });
});
