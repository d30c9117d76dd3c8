"""The training steps of `seqlm bench step` in PyTorch, one thread. Reads a JSON command a line and answers with one:
{"open": {...}} makes a network, {"run": N} trains N steps of it."""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
CELLS = {"lstm": nn.LSTM, "gru-reset-after": nn.GRU, "rnn": nn.RNN}


class Model(nn.Module):
    def __init__(self, case):
        super().__init__()
        v, m, h, layers = case["vocabulary"], case["embedding"], case["hidden"], case["layers"]
        self.vocabulary = v
        self.embedding = nn.Embedding(v, m) if m else None
        self.rnn = CELLS[case["cell"]](m or v, h, layers)
        self.adaptive = case["output"] == "adaptive"
        if self.adaptive:
            self.out = nn.AdaptiveLogSoftmaxWithLoss(h, v, case["cutoffs"])
        else:
            self.out = nn.Linear(h, v)
            if case["output"] == "tied":
                self.out.weight = self.embedding.weight

    def loss(self, x, y, state):
        e = self.embedding(x) if self.embedding is not None else F.one_hot(x, self.vocabulary).float()
        h, state = self.rnn(e, state)
        h = h.reshape(-1, h.shape[-1])
        if self.adaptive:
            return self.out(h.float(), y.reshape(-1)).loss, state
        return F.cross_entropy(self.out(h).float(), y.reshape(-1)), state


class Case:
    def __init__(self, case):
        torch.manual_seed(1)
        self.case, self.device = case, torch.device(case["device"])
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = case["precision"] == "tf32"
        self.model = Model(case).to(self.device)
        rate = case["learning_rate"]
        make = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[case["optimizer"]]
        self.optimizer = make(self.model.parameters(), rate)
        b, t, windows = case["batch"], case["time_steps"], case["windows"]
        u = torch.rand(b, windows * t + 1)
        ids = ((case["vocabulary"] + 1.0) ** u - 1).long().clamp_(max=case["vocabulary"] - 1)
        self.ids, self.step, self.state = ids.t().contiguous().to(self.device), 0, None

    def one(self):
        t, k = self.case["time_steps"], self.step % self.case["windows"]
        if k == 0:
            self.state = None
        x, y = self.ids[k * t:(k + 1) * t], self.ids[k * t + 1:(k + 1) * t + 1]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.case["precision"] == "bf16"):
            loss, state = self.model.loss(x, y, self.state)
        self.state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.case["clip_norm"])
        self.optimizer.step()
        self.step += 1

    def run(self, steps):
        cpu, start = time.process_time(), time.perf_counter()
        for _ in range(steps):
            self.one()
        if self.device.type == "cuda":
            torch.cuda.synchronize()
        return {"tokens": steps * self.case["batch"] * self.case["time_steps"],
                "seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}


def main():
    case = None
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        if "open" in command:
            case = Case(command["open"])
            answer = {}
        else:
            answer = case.run(command["run"])
        print(json.dumps(answer), flush=True)


main()
