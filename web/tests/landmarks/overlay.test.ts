import { expect, it, vi } from 'vitest';
import { EXTRACTED_POINTS } from '../../src/landmarks/layout';
import { drawLandmarks, OVERLAY_COLOURS } from '../../src/landmarks/overlay';

class FakePath {
  moves: [number, number][] = [];
  moveTo(x: number, y: number) {
    this.moves.push([x, y]);
  }
  lineTo() {}
  arc() {}
}

function canvas() {
  const strokes: { colour: string; path: FakePath }[] = [];
  const context = {
    canvas: { width: 640, height: 480 },
    strokeStyle: '',
    clearRect: vi.fn(),
    fill: vi.fn(),
    stroke: (path: FakePath) => strokes.push({ colour: context.strokeStyle, path }),
  };
  const element = { width: 640, height: 480, getContext: () => context } as unknown as HTMLCanvasElement;
  const coloured = (colour: string) =>
    strokes.filter((stroke) => stroke.colour === colour).flatMap((s) => s.path.moves);
  return { element, context, coloured };
}

it('draws each hand in its own colour, where it was seen', () => {
  vi.stubGlobal('Path2D', FakePath);
  const points = new Float32Array(EXTRACTED_POINTS * 3).fill(Number.NaN);
  for (let i = 0; i < 21; i++) points.set([0.25, 0.5, 0], i * 3);
  const { element, coloured } = canvas();
  drawLandmarks(element, points);
  expect(coloured(OVERLAY_COLOURS.left_hand)[0]).toEqual([160, 240]);
  expect(coloured(OVERLAY_COLOURS.right_hand)).toEqual([]);
  expect(coloured(OVERLAY_COLOURS.pose)).toEqual([]);
});

it('does not draw joints guessed outside the picture', () => {
  vi.stubGlobal('Path2D', FakePath);
  const { element, coloured } = canvas();
  drawLandmarks(element, new Float32Array(EXTRACTED_POINTS * 3).fill(1.2));
  expect(coloured(OVERLAY_COLOURS.pose)).toEqual([]);
});
