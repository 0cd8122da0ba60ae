from chereme.datasets.catalog.corpus import Corpus

LSA64 = Corpus(
    name="lsa64",
    title="LSA64, Argentinian Sign Language",
    sign_language="aed",
    clips=3_200,
    glosses=64,
    signers=10,
    license="CC BY-NC-SA 4.0",
    weights_may_ship=False,
    home="https://facundoq.github.io/datasets/lsa64/",
    citation=(
        "@inproceedings{ronchetti2016lsa64, title={LSA64: An Argentinian Sign Language Dataset}, author={Ronchetti, "
        "Franco and Quiroga, Facundo and Estrebou, C{\\'e}sar Armando and Lanzarini, Laura Cristina and Rosete, "
        "Alejandro}, booktitle={XXII Congreso Argentino de Ciencias de la Computaci{\\'o}n (CACIC 2016)}, year={2016}}"
    ),
    steps=(
        "Fetch the raw version from the home page above and unpack it into FOLDER.",
        "Write a manifest FOLDER/manifest.csv with the columns file, gloss, signer and session: a film is named "
        "SIGN_SIGNER_REPETITION.mp4, and the home page lists the glosses by number.",
        "chereme data extract FOLDER/manifest.csv FOLDER-landmarks --sign-language aed --license 'CC BY-NC-SA 4.0'",
    ),
    notes="No official split: leave one signer out. The signers wear coloured gloves.",
)
