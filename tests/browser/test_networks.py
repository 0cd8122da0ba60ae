"""The networks that ship answer in a browser, within the page's security policy, as they do in Python."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Route

from chereme.bundles.export import difference
from chereme.bundles.golden import GOLDEN_CLIPS, golden_clips, shares
from chereme.bundles.read import open_bundle
from chereme.bundles.runtime import open_session
from chereme.bundles.shipped import shipped_bundles
from tests.browser.conftest import ROOT, Visit

pytestmark = pytest.mark.browser

RUNTIME = ROOT / "web/node_modules/onnxruntime-web/dist"
ENDINGS = {".mjs": "text/javascript", ".wasm": "application/wasm"}

ANSWER = """async ([lengths, points]) => {
  const ort = await import('/onnxruntime/ort.wasm.min.mjs');
  ort.env.wasm.numThreads = 1;
  const content = async (path) => (await fetch(path)).arrayBuffer();
  const session = await ort.InferenceSession.create(await content('/onnxruntime/model.onnx'));
  const numbers = new Float32Array(await content('/onnxruntime/clips'));
  const answers = [];
  let at = 0;
  for (const frames of lengths) {
    const clip = numbers.subarray(at, (at += frames * points * 3));
    const { logits, embedding } = await session.run({
      landmarks: new ort.Tensor('float32', clip, [1, frames, points, 3]),
    });
    answers.push([Array.from(logits.data), Array.from(embedding.data)]);
  }
  return answers;
}"""


@pytest.mark.parametrize("name", shipped_bundles())
def test_a_network_answers_in_the_browser_as_in_python(visit: Visit, name: str) -> None:
    bundle = open_bundle(shipped_bundles()[name])
    clips = golden_clips(bundle)
    assert len(clips) == GOLDEN_CLIPS
    bodies = {"model.onnx": bundle.onnx, "clips": b"".join(clip.tobytes() for clip in clips)}

    def serve(route: Route) -> None:
        file = route.request.url.rpartition("/")[2]
        if file in bodies:
            route.fulfill(body=bodies[file], content_type="application/octet-stream")
        else:
            route.fulfill(path=RUNTIME / file, content_type=ENDINGS[(RUNTIME / file).suffix])

    page = visit()
    page.route("**/onnxruntime/*", serve)
    answers: list[Any] = page.evaluate(ANSWER, [[len(clip) for clip in clips], len(bundle.manifest.layout)])

    session = open_session(bundle.onnx, name, threads=1)
    apart = []
    for clip, answer in zip(clips, answers, strict=True):
        expected = [each[0] for each in session.run(["logits", "embedding"], {"landmarks": clip[None]})]
        got = [np.array(each, dtype=np.float32) for each in answer]
        assert got[0].argmax() == expected[0].argmax()
        of_python, of_browser = (shares(logits, bundle.manifest.temperature) for logits in (expected[0], got[0]))
        apart.append(max(np.abs(of_python - of_browser).max(), difference(expected, got)))
    print(f"{name}: the browser differs from Python by at most {max(apart):.1e} on {len(clips)} clips")
    assert max(apart) <= 1e-3
