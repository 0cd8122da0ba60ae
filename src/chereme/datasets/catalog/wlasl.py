from chereme.datasets.catalog.corpus import Corpus, Download

WLASL = Corpus(
    name="wlasl",
    title="WLASL",
    sign_language="ase",
    clips=21_083,
    glosses=2_000,
    signers=119,
    license="C-UDA 1.0",
    weights_may_ship=False,
    home="https://dxli94.github.io/WLASL/",
    citation=(
        "@inproceedings{li2020word, title={Word-level Deep Sign Language Recognition from Video: A New Large-scale "
        "Dataset and Methods Comparison}, author={Li, Dongxu and Rodriguez, Cristian and Yu, Xin and Li, Hongdong}, "
        "booktitle={The IEEE Winter Conference on Applications of Computer Vision}, pages={1459--1469}, year={2020}}"
    ),
    downloads=(
        Download(
            name="lists/WLASL_v0.3.json",
            url="https://raw.githubusercontent.com/dxli94/WLASL/master/start_kit/WLASL_v0.3.json",
        ),
    ),
    steps=(
        "chereme data wlasl slice FOLDER/lists FOLDER/asl100.json --max-classes 100",
        "chereme data wlasl download FOLDER/asl100.json FOLDER/asl100",
        "chereme data wlasl cut FOLDER/asl100.json FOLDER/asl100",
        "chereme data wlasl extract FOLDER/asl100.json FOLDER/asl100 FOLDER/asl100-landmarks",
    ),
    terms="Academic and computational use only, no commercial use. Read the agreement first: "
    "https://github.com/dxli94/WLASL/blob/master/start_kit/C-UDA-1.0.pdf",
    notes="Lists of films on many sites, many of which are gone; the authors give missing ones on request. The "
    "official split is not signer-disjoint. Some labels are wrong, and a gloss may have variants.",
)
