/** Whether the browser draws on a real graphics card: a simulated one is 20 times slower than the plain CPU. */

const SIMULATED = /swiftshader|llvmpipe|softpipe|software|basic render|virtualbox|mesa offscreen/i;

export function isRealGpu(renderer: string | null): boolean {
  return renderer !== null && renderer !== '' && !SIMULATED.test(renderer);
}

/** The name of the renderer behind WebGL, or null when there is no WebGL or the browser does not say. */
export function rendererName(): string | null {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (!gl) return null;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' ? name : null;
}
