from chereme.datasets.catalog.corpus import Corpus, Download, Landmarks

_COMMIT = "0c66f4e3715cc4babfeffac797eeb8125074252a"
_ROOT = f"files/realtime-SignLanguage-{_COMMIT}"

NEAT11 = Corpus(
    name="neat11",
    title="neat11: 21 ASL words",
    sign_language="ase",
    clips=1_254,
    glosses=21,
    signers=None,
    license="CC0 1.0",
    weights_may_ship=True,
    home="https://github.com/Neat11/realtime-SignLanguage",
    citation=f"Neat11: realtime-SignLanguage. https://github.com/Neat11/realtime-SignLanguage, commit {_COMMIT}",
    downloads=(Download(name="files", url=f"https://codeload.github.com/Neat11/realtime-SignLanguage/zip/{_COMMIT}"),),
    landmarks=(
        Landmarks(f"{_ROOT}/MP_DATA", "mp_data", "neat11-1"),
        Landmarks(f"{_ROOT}/MP_Data_New_2", "mp_data", "neat11-2"),
        Landmarks(f"{_ROOT}/MP_Data_New_Trained", "mp_data", "neat11-3"),
    ),
    notes="Landmarks at 30 frames a clip, of one or two people who are not named: each of the three folders is a "
    "session. `fosshack3` is a made-up sign: leave it out.",
)
