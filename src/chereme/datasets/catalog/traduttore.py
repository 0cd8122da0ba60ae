from chereme.datasets.catalog.corpus import Corpus, Download, Landmarks

_COMMIT = "c7c2f3eba11226a32bad547c4f89186afab676da"

TRADUTTORE = Corpus(
    name="traduttore",
    title="traduttore: everyday ASL words and the alphabet",
    sign_language="ase",
    clips=6_987,
    glosses=41,
    signers=3,
    license="MIT",
    weights_may_ship=True,
    home="https://github.com/traduttore/traduttore-model",
    citation=f"traduttore: traduttore-model, 2022. https://github.com/traduttore/traduttore-model, commit {_COMMIT}",
    downloads=(Download(name="files", url=f"https://codeload.github.com/traduttore/traduttore-model/zip/{_COMMIT}"),),
    landmarks=(
        Landmarks(f"files/traduttore-model-{_COMMIT}/MP_Data", "mp_data", "traduttore-words"),
        Landmarks(f"files/traduttore-model-{_COMMIT}/LETTER_Data", "mp_data", "traduttore-letters"),
    ),
    notes="Landmarks at 20 frames a clip; frame rate and aspect are not stated, nor is who signs, but for the authors "
    "of the commits. Counts are without copies; a random split flatters much.",
)
