from chereme.datasets.catalog.corpus import Corpus

AUTSL = Corpus(
    name="autsl",
    title="AUTSL, Ankara University Turkish Sign Language",
    sign_language="tsm",
    clips=38_336,
    glosses=226,
    signers=43,
    license="not stated",
    weights_may_ship=None,
    home="https://chalearnlap.cvc.uab.cat/dataset/40/description/",
    citation=(
        "@article{sincan2020autsl, title={AUTSL: A Large Scale Multi-Modal Turkish Sign Language Dataset and Baseline "
        "Methods}, author={Sincan, Ozge Mercanoglu and Keles, Hacer Yalim}, journal={IEEE Access}, volume={8}, "
        "pages={181340--181355}, year={2020}}"
    ),
    steps=(
        "Sign up at the home page above, accept the terms, and fetch the films and label files it offers.",
        "Write a manifest FOLDER/manifest.csv with the columns file, gloss, signer and split, from the label files; a "
        "film is named signerN_sampleM_color.mp4.",
        "chereme data extract FOLDER/manifest.csv FOLDER-landmarks --sign-language tsm",
    ),
    terms="Shown at the sign-up.",
    notes="Signers differ between the official splits.",
)
