/**
 * Signs known from a few clips, in one ranking with those that the network was trained on.
 *
 * The same numbers as `src/chereme/recognition/prototypes.py`, which says why; the formulas are in
 * docs/reference/bundle.md, "Signs that were added".
 */

export const SHARPNESS = 16;
const LOG_CAUTION = -0.5;
const LEAST_MOVING = 1e-6;
const LEAST_PROBABILITY = 1e-30;

/** `space.npz` of a bundle: what directions of embeddings mean. Arrays are row by row. */
export interface Space {
  /** [d] */
  mean: Float32Array;
  /** [d, r] */
  matrix: Float32Array;
  /** [glosses, r] */
  glosses: Float32Array;
}

/** What else of `bundle.json` decides the ranking. */
export interface Vocabulary {
  /** Which gloss means that nobody signs; null for none. */
  idle: number | null;
  /** The glosses only taught the network, and are not answered with, but for idle. */
  encoder: boolean;
}

/** Where an embedding [d] points, [r], of length 1. */
export function direction(space: Space, embedding: Float32Array): Float64Array {
  const width = space.matrix.length / space.mean.length;
  const found = new Float64Array(width);
  space.mean.forEach((middle, row) => {
    const offset = at(embedding, row) - middle;
    for (let column = 0; column < width; column++) {
      found[column] = at(found, column) + offset * at(space.matrix, row * width + column);
    }
  });
  return unit(found);
}

/** The direction [r] of a sign, from the embeddings [d] of its clips. */
export function prototype(space: Space, clips: readonly Float32Array[]): Float64Array {
  const directions = clips.map((clip) => direction(space, clip));
  const width = space.matrix.length / space.mean.length;
  return unit(
    Float64Array.from({ length: width }, (_, i) => sum(directions.map((each) => at(each, i))) / clips.length),
  );
}

/**
 * The probability of each sign of the vocabulary: trained glosses, of an encoder only idle, then the added signs.
 * @param added the prototypes of the added signs
 * @param network the network's own probabilities of the glosses
 */
export function rank(
  space: Space,
  vocabulary: Vocabulary,
  added: readonly Float64Array[],
  network: ArrayLike<number>,
  embedding: Float32Array,
): number[] {
  const { idle, encoder } = vocabulary;
  const clip = direction(space, embedding);
  const width = clip.length;
  const likely = Array.from(network, (_, gloss) =>
    evidence(clip, space.glosses.subarray(gloss * width, (gloss + 1) * width)),
  );
  let trained = logSum(likely.filter((_, gloss) => gloss !== idle));
  if (idle !== null) {
    const moving = Math.log(Math.max(1 - at(network, idle), LEAST_MOVING));
    trained = logSum([trained - moving, at(likely, idle)]);
  }
  const said = Array.from(network, (p) => trained + Math.log(Math.max(p, LEAST_PROBABILITY)));
  const answered = encoder ? said.filter((_, gloss) => gloss === idle) : said;
  const all = [...answered, ...added.map((sign) => evidence(clip, sign) + LOG_CAUTION)];
  const total = logSum(all);
  return all.map((each) => Math.exp(each - total));
}

/** The log-likelihood of a clip under a sign, but for a constant. */
function evidence(clip: Float64Array, sign: ArrayLike<number>): number {
  return SHARPNESS * sum(Array.from(clip, (value, i) => value * at(sign, i)));
}

function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(sum(logs.map((each) => Math.exp(each - most))));
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.max(Math.hypot(...vector), 1e-12);
  return vector.map((value) => value / length);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function at(numbers: ArrayLike<number>, index: number): number {
  const found = numbers[index];
  if (found === undefined) throw new RangeError(`there is no number ${index} among ${numbers.length}`);
  return found;
}
