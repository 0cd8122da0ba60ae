from chereme.datasets.catalog.corpus import Corpus

INCLUDE = Corpus(
    name="include",
    title="INCLUDE, Indian Lexicon Sign Language Dataset",
    sign_language="ins",
    clips=4_287,
    glosses=263,
    signers=None,
    license="CC BY 4.0",
    weights_may_ship=True,
    home="https://zenodo.org/records/4010759",
    citation=(
        "@inproceedings{sridhar2020include, title={INCLUDE: A Large Scale Dataset for Indian Sign Language "
        "Recognition}, author={Sridhar, Advaith and Ganesan, Rohith Gandhi and Kumar, Pratyush and Khapra, Mitesh}, "
        "booktitle={Proceedings of the 28th ACM International Conference on Multimedia}, year={2020}, "
        "doi={10.1145/3394171.3413528}}"
    ),
    steps=(
        "Fetch the .zip files of the categories you want from the home page above, and unpack each into FOLDER.",
        "Put the films of each word into one folder named as the word: FOLDER/WORD/FILM.MOV.",
        "chereme data extract FOLDER FOLDER-landmarks --sign-language ins --license 'CC BY 4.0'",
    ),
    notes="Signers are not named in the files, so a score on unseen signers needs them to be found out by looking.",
)
