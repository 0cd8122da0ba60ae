from chereme.datasets.catalog.corpus import Corpus

ASL_CITIZEN = Corpus(
    name="asl-citizen",
    title="ASL Citizen",
    sign_language="ase",
    clips=83_399,
    glosses=2_731,
    signers=52,
    license="Microsoft Research License",
    weights_may_ship=False,
    home="https://www.microsoft.com/en-us/research/project/asl-citizen/",
    citation=(
        "Desai, Aashaka, et al.: ASL Citizen: A Community-Sourced Dataset for Advancing Isolated Sign Language "
        "Recognition. arXiv:2304.05934, 2023."
    ),
    steps=(
        "Read the licence at https://www.microsoft.com/en-us/research/project/asl-citizen/dataset-license/, then fetch "
        "ASL_Citizen.zip from the home page above and unpack it into FOLDER.",
        "Write a manifest FOLDER/ASL_Citizen/manifest.csv with the columns file (videos/NAME), gloss, signer and "
        "split, from splits/train.csv, val.csv and test.csv.",
        "chereme data extract FOLDER/ASL_Citizen/manifest.csv FOLDER-landmarks --sign-language ase",
    ),
    terms="Non-commercial research only; neither the data nor modifications of it may be given away.",
    notes="Films by Deaf and hard of hearing signers, recorded with their consent. Signers differ between the splits.",
)
