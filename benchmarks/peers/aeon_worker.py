"""Run by `multirocket_hydra` with another python: learns from the first question, answers all others.

A line on standard input says that FOLDER/question.npz is there; each is answered by a line of JSON.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch

# aeon is in an environment of its own, which mypy does not see
from aeon.classification.convolution_based import MultiRocketHydraClassifier  # type: ignore[import-not-found]

torch.set_num_threads(1)
# aeon says so three times for each clip: a hand that is never seen does not move
warnings.filterwarnings("ignore", message="Data seen by instance of")
question = Path(sys.argv[1]) / "question.npz"
classifier = None
for _ in sys.stdin:
    asked = np.load(question)
    series = asked["series"].astype(np.float64)
    if classifier is None:
        classifier = MultiRocketHydraClassifier(n_jobs=1, random_state=int(asked["seed"]))
        classifier.fit(series, asked["labels"])
        answer = {"weights": int(classifier.classifier.coef_.size + classifier.classifier.intercept_.size)}
    else:
        answer = {"labels": classifier.predict(series).astype(int).tolist()}
    print(json.dumps(answer), flush=True)
