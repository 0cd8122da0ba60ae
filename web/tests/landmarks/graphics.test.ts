import { expect, it } from 'vitest';
import { isRealGpu } from '../../src/landmarks/graphics';

it.each([
  ['ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0)', true],
  ['Apple GPU', true],
  ['Mali-G78', true],
  ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)', false],
  ['llvmpipe (LLVM 15.0.6, 256 bits)', false],
  ['Microsoft Basic Render Driver', false],
  ['Apple Software Renderer', false],
  ['', false],
  [null, false],
])('%s: %s', (renderer, real) => {
  expect(isRealGpu(renderer)).toBe(real);
});
