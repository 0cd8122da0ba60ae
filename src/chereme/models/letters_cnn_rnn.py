"""`letters_cnn_rnn`: what three convolutions see in each picture, remembered in order.

After Donahue et al., "Long-term Recurrent Convolutional Networks for Visual Recognition and Description" (CVPR, 2015).
Some letters are movements (j and z): a single picture cannot tell them, the order of several can. Of one picture it is
`letters_cnn` with a gate.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from chereme.models.letters_cnn import HandConvolutions


@dataclass(frozen=True)
class LettersCnnRnnConfig:
    side: int = 64
    """Pixels to which pictures are brought, divisible by 8."""
    frames: int = 12
    """Pictures of a clip that training and scoring show."""
    widths: tuple[int, int, int] = (32, 64, 128)
    """Channels of each convolution."""
    dense: int = 128
    recurrent: int = 128
    dropout: float = 0.2


class LettersCnnRnn(nn.Module):
    """Pictures of a right hand [batch, frames, 3, height, width], 0 to 1 → logits [batch, classes] and embedding
    [batch, recurrent], the state after the last frame."""

    def __init__(self, classes: int, config: LettersCnnRnnConfig) -> None:
        super().__init__()
        self.look = HandConvolutions(config.side, config.widths, config.dense)
        self.dropout = nn.Dropout(config.dropout)
        self.remember = nn.LSTM(config.dense, config.recurrent, batch_first=True)
        self.classify = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(config.recurrent, classes))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        states, _ = self.remember(self.dropout(self.look(pictures)))
        embedding = states[:, -1]
        return self.classify(embedding), embedding
