from chereme.datasets.catalog.corpus import Corpus

GISLR = Corpus(
    name="gislr",
    title="Google - Isolated Sign Language Recognition (Kaggle asl-signs)",
    sign_language="ase",
    clips=94_477,
    glosses=250,
    signers=21,
    license="CC BY 4.0",
    weights_may_ship=True,
    home="https://www.kaggle.com/competitions/asl-signs",
    citation=(
        "Google, Deaf Professional Arts Network and Georgia Institute of Technology: Google - Isolated Sign Language "
        "Recognition. Kaggle, 2023. https://www.kaggle.com/competitions/asl-signs"
    ),
    steps=(
        "Make an account on https://www.kaggle.com, open the home page above and accept the rules.",
        "kaggle competitions download -c asl-signs -p FOLDER",
        "unzip FOLDER/asl-signs.zip -d FOLDER",
        "chereme data import FOLDER FOLDER-landmarks --format gislr --sign-language ase --license 'CC BY 4.0'",
    ),
    terms="Name Google, Deaf Professional Arts Network and Georgia Institute of Technology.",
    notes="Landmarks of phone selfies. Leave one signer out to score: the signers are named.",
)
