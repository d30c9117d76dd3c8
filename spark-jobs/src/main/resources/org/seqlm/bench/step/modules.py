"""Networks over examples made of PyTorch's own modules, for `seqlm bench step --verify`. Reads a JSON command a line,
{"network": {...}, "weights": {name: array}, "batch": {name: array}}, an array being {"shape": [...], "values": [...]},
and answers with the loss, the log-probabilities of steps that count and the gradients by name."""
import json
import math
import sys

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import rnn

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
CELLS = {"lstm": nn.LSTM, "gru-reset-after": nn.GRU, "rnn": nn.RNN}


def tensor(array):
    return torch.tensor(array["values"]).reshape(array["shape"])


class Block(nn.Module):
    """A pre-norm block around nn.MultiheadAttention, which nn.TransformerEncoderLayer is compared with, too."""

    def __init__(self, width, heads, inner):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.linear1, self.linear2 = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, z, padded):
        n = self.norm1(z)
        z = z + self.self_attn(n, n, n, key_padding_mask=padded, need_weights=False)[0]
        return z + self.linear2(F.gelu(self.linear1(self.norm2(z))))


class Blocks(nn.Module):
    def __init__(self, network):
        super().__init__()
        width, heads, inner = network["width"], network["heads"], network["inner"]
        self.layers = nn.ModuleList(Block(width, heads, inner) for _ in range(network["blocks"]))
        self.norm = nn.LayerNorm(width)

    def forward(self, z, src_key_padding_mask):
        for layer in self.layers:
            z = layer(z, src_key_padding_mask)
        return self.norm(z)


def encoder(network):
    layer = nn.TransformerEncoderLayer(network["width"], network["heads"], network["inner"], dropout=0.0,
                                       activation="gelu", batch_first=True, norm_first=True)
    return nn.TransformerEncoder(layer, network["blocks"], norm=nn.LayerNorm(network["width"]),
                                 enable_nested_tensor=False)


def positions(time, width):
    t, i = torch.arange(time).double().unsqueeze(1), torch.arange(width)
    angle = t * torch.exp((i // 2) * (-2.0 * math.log(10000.0) / width)).double()
    return torch.where(i % 2 == 0, angle.sin(), angle.cos()).float()


class Model(nn.Module):
    def __init__(self, network, inputs):
        super().__init__()
        self.network = network
        if network["module"] == "recurrent":
            both = network["direction"] == "both"
            self.rnn = CELLS[network["cell"]](inputs, network["hidden"], network["layers"], batch_first=True,
                                              bidirectional=both)
            width = network["hidden"] * (2 if both else 1)
        else:
            width = network["width"]
            self.body = encoder(network) if network["module"] == "encoder" else Blocks(network)
        self.out = nn.Linear(width, network["labels"])

    def name(self, name):
        return name[len("body."):] if name.startswith("body.") else name

    def load(self, weights):
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                # A gate has one bias in ours.
                parameter.copy_(tensor(weights[self.name(name)])) if self.name(name) in weights else parameter.zero_()

    def logits(self, x, lengths):
        if self.network["module"] == "recurrent":
            packed = rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            values, _ = rnn.pad_packed_sequence(self.rnn(packed)[0], batch_first=True, total_length=x.shape[1])
        else:
            padded = torch.arange(x.shape[1]).unsqueeze(0) >= lengths.unsqueeze(1)
            values = self.body(x + positions(x.shape[1], x.shape[2]), src_key_padding_mask=padded)
        return self.out(values)


def compare(command):
    batch = {name: tensor(array) for name, array in command["batch"].items()}
    x, lengths = batch["input"].float(), batch["input-lengths"].long()
    model = Model(command["network"], x.shape[2])
    model.load(command["weights"])
    counts = torch.arange(x.shape[1]).unsqueeze(0) < lengths.unsqueeze(1)
    logs = F.log_softmax(model.logits(x, lengths)[counts], dim=1)
    loss = F.nll_loss(logs, batch["tags"].long()[counts])
    loss.backward()
    gradients = {model.name(name): parameter.grad.flatten().tolist() for name, parameter in model.named_parameters()}
    return {"loss": loss.item(), "log_probabilities": logs.flatten().tolist(), "gradients": gradients}


def main():
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(compare(json.loads(line))), flush=True)


main()
