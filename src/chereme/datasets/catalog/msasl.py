from chereme.datasets.catalog.corpus import Corpus, Download

MSASL = Corpus(
    name="msasl",
    title="MS-ASL",
    sign_language="ase",
    clips=25_513,
    glosses=1_000,
    signers=222,
    license="C-UDA",
    weights_may_ship=False,
    home="https://www.microsoft.com/en-us/research/project/ms-asl/",
    citation=(
        "@inproceedings{joze2019msasl, title={MS-ASL: A Large-Scale Data Set and Benchmark for Understanding American "
        "Sign Language}, author={Vaezi Joze, Hamid Reza and Koller, Oscar}, booktitle={The British Machine Vision "
        "Conference (BMVC)}, year={2019}}"
    ),
    downloads=(
        Download(
            name="lists",
            url="https://download.microsoft.com/download/3/c/a/3ca92c78-1c4a-4a91-a7ee-6980c1d242ec/MS-ASL.zip",
            sha256="a8562008309eea4129e1bc0ed7f654a314fee195227222859657e307b6434c34",
        ),
    ),
    steps=(
        "chereme data msasl slice FOLDER/lists/MS-ASL FOLDER/asl100.json --max-classes 100",
        "chereme data msasl download FOLDER/asl100.json FOLDER/asl100",
        "chereme data msasl cut FOLDER/asl100.json FOLDER/asl100",
        "chereme data msasl extract FOLDER/asl100.json FOLDER/asl100 FOLDER/asl100-landmarks",
    ),
    terms="The Computational Use of Data Agreement of Microsoft comes with the lists: read it first.",
    notes="Lists of films on YouTube, many of which are gone. Signers differ between the official splits.",
)
