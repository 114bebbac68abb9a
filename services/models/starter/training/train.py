"""Trains the starter: a small llama-shaped transformer on rows of tokens that corpus.ts wrote, and saves its weights as
plain F32 for export.ts. Runs on Debian's PyTorch (1.13) on a CPU as well as on a GPU; the seed and the rows decide
everything but the rounding of the machine.

    python3 train.py FOLDER [--device cuda] [--precision auto|f32|bf16]

FOLDER/plan.json says the model's shape and the phases; FOLDER/phase-N.rows holds the rows as rows.ts describes them. Writes FOLDER/weights.json, weights.f32 and loss.json; prints one line of JSON every ten seconds or so.
"""

import argparse
import ctypes
import json
import math
import os
import sys
import time

import numpy
import torch
import torch.nn.functional as F


class Block(torch.nn.Module):
    """One layer of the llama architecture, as llama.cpp computes it (src/models/llama.cpp): RMS norm, grouped-query
    attention with rotary positions, SwiGLU. A pair that is rotated is half a head apart, which computes faster than
    llama.cpp's neighbours; export.ts puts the rows of attn_q and attn_k into llama.cpp's order."""

    def __init__(self, shape):
        super().__init__()
        width, head = shape["embedding"], shape["headLength"]
        self.heads, self.kv_heads, self.head = shape["heads"], shape["kvHeads"], head
        self.attn_norm = torch.nn.Parameter(torch.ones(width))
        self.attn_q = matrix(self.heads * head, width)
        self.attn_k = matrix(self.kv_heads * head, width)
        self.attn_v = matrix(self.kv_heads * head, width)
        self.attn_output = matrix(width, self.heads * head, 0.0)
        self.ffn_norm = torch.nn.Parameter(torch.ones(width))
        self.ffn_gate = matrix(shape["feedForward"], width)
        self.ffn_up = matrix(shape["feedForward"], width)
        self.ffn_down = matrix(width, shape["feedForward"], 0.0)

    def forward(self, x, rotation, mask):
        rows, length, _ = x.shape
        h = rms_norm(x, self.attn_norm)
        q = rotate(F.linear(h, self.attn_q).view(rows, length, self.heads, self.head), rotation)
        k = rotate(F.linear(h, self.attn_k).view(rows, length, self.kv_heads, self.head), rotation)
        v = F.linear(h, self.attn_v).view(rows, length, self.kv_heads, self.head)
        share = self.heads // self.kv_heads
        k = k.repeat_interleave(share, dim=2).transpose(1, 2)
        v = v.repeat_interleave(share, dim=2).transpose(1, 2)
        scores = torch.matmul(q.transpose(1, 2), k.transpose(2, 3)) * (self.head**-0.5)
        weights = torch.softmax(scores.float() + mask, dim=-1).to(v.dtype)
        mixed = torch.matmul(weights, v).transpose(1, 2).reshape(rows, length, -1)
        x = x + F.linear(mixed, self.attn_output)
        h = rms_norm(x, self.ffn_norm)
        gate = F.linear(h, self.ffn_gate)
        # F.silu takes four times as long in bf16 on a CPU
        return x + F.linear(gate * torch.sigmoid(gate) * F.linear(h, self.ffn_up), self.ffn_down)


class Model(torch.nn.Module):
    """Input and output share one matrix, which llama.cpp understands when a file has no output.weight."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.token_embd = matrix(shape["vocabulary"], shape["embedding"], 0.7)
        self.blk = torch.nn.ModuleList([Block(shape) for _ in range(shape["layers"])])
        self.output_norm = torch.nn.Parameter(torch.ones(shape["embedding"]))

    def forward(self, tokens, positions, branches, chosen):
        """Logits of the chosen tokens only: most of a question is not learnt, and the output matrix is the largest."""
        rotation = rotation_of(positions, self.shape)
        mask = mask_of(branches)
        x = self.token_embd[tokens]
        for block in self.blk:
            x = block(x, rotation, mask)
        x = rms_norm(x, self.output_norm).reshape(-1, x.shape[-1])[chosen]
        return F.linear(x, self.token_embd)


def matrix(outputs, inputs, gain=1.0):
    return torch.nn.Parameter(torch.randn(outputs, inputs) * gain / math.sqrt(inputs))


def rms_norm(x, weight):
    return x * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-5).to(x.dtype) * weight.to(x.dtype)


def rotation_of(positions, shape):
    half = torch.arange(0, shape["headLength"], 2, device=positions.device, dtype=torch.float32) / shape["headLength"]
    angles = positions[:, :, None, None].float() * shape["ropeBase"] ** -half
    return angles.cos(), angles.sin()


def mask_of(branches):
    """What is added to the scores, rows × 1 × length × length: a token sees what stands before it in its own branch and
    in the row's beginning."""
    length = branches.shape[1]
    seen = (branches[:, None, :] == branches[:, :, None]) | (branches == 0)[:, None, :]
    seen &= torch.ones(length, length, dtype=torch.bool, device=branches.device).tril()
    return torch.where(seen, 0.0, -1e9)[:, None]


def rotate(x, rotation):
    cos, sin = (part.to(x.dtype) for part in rotation)
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, first * sin + second * cos), dim=-1)


class Muon(torch.optim.Optimizer):
    """Momentum whose step is the nearest orthogonal matrix, by five Newton-Schulz iterations (Keller Jordan, 2024,
    https://kellerjordan.github.io/posts/muon/). For the matrices of the layers: about half the steps of AdamW here."""

    def __init__(self, parameters, lr, fast, momentum=0.95, weight_decay=0.0):
        self.fast = fast
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weights in by_shape(group["params"]):
                gradient = torch.stack([weight.grad for weight in weights])
                state = self.state[weights[0]]
                if not state:
                    state["momentum"] = torch.zeros_like(gradient)
                average = state["momentum"]
                average.lerp_(gradient, 1 - group["momentum"])
                steps = orthogonal(gradient.lerp_(average, group["momentum"]), self.fast)
                rate = group["lr"] * max(1.0, gradient.shape[1] / gradient.shape[2]) ** 0.5
                for weight, step in zip(weights, steps):
                    weight.mul_(1 - group["lr"] * group["weight_decay"]).add_(step, alpha=-rate)


def by_shape(parameters):
    """Equal matrices are made orthogonal together: one call for twelve of them costs little more than for one."""
    groups = {}
    for weight in parameters:
        groups.setdefault(weight.shape, []).append(weight)
    return groups.values()


def orthogonal(gradients, fast):
    x = gradients / (gradients.norm(dim=(1, 2), keepdim=True) + 1e-7)
    if fast:
        x = x.bfloat16()
    wide = x.shape[1] <= x.shape[2]
    if not wide:
        x = x.transpose(1, 2).contiguous()
    for _ in range(5):
        square = torch.bmm(x, x.transpose(1, 2))
        mixed = torch.baddbmm(square, square, square, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, mixed, x, beta=3.4445)
    return (x if wide else x.transpose(1, 2)).to(gradients.dtype)


def schedule(done):
    """Share of the full learning rate after `done` of 1: a short rise, a plateau, a straight fall to nearly nothing."""
    return min(1.0, done / 0.02 + 0.01, max(0.02, (1 - done) / 0.55))


def pick_precision(wanted, device):
    """bf16 where the processor multiplies it in hardware: elsewhere it is emulated and slower than F32."""
    if wanted != "auto":
        return wanted
    if device == "cuda":
        return "bf16"
    try:
        with open("/proc/cpuinfo") as file:
            flags = next((line for line in file if line.startswith("flags")), "").split()
    except OSError:
        flags = []
    return "bf16" if "avx512_bf16" in flags or "amx_bf16" in flags else "f32"


def keep_freed_memory():
    """glibc gives tensors of this size back to the kernel and faults them in again at each step: a third of the time."""
    try:
        libc = ctypes.CDLL(None)
        libc.mallopt(-3, 2**31 - 1)  # M_MMAP_THRESHOLD
        libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD
    except (OSError, AttributeError):
        pass  # another C library: slower, not wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="auto", choices=["auto", "f32", "bf16"])
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    with open(os.path.join(options.folder, "plan.json")) as file:
        plan = json.load(file)
    precision = pick_precision(options.precision, options.device)
    torch.manual_seed(plan["seed"])
    torch.set_num_threads(options.threads or len(os.sched_getaffinity(0)))
    # Gradients near zero are denormal numbers, which processors add very slowly.
    torch.set_flush_denormal(True)
    keep_freed_memory()
    model = Model(plan["shape"]).to(options.device)
    report = {"parameters": sum(p.numel() for p in model.parameters()), "device": options.device,
              "precision": precision, "torch": torch.__version__, "threads": torch.get_num_threads()}
    print(json.dumps(report), flush=True)
    report.update(learn(model, plan, options, precision))
    save(options.folder, model, report)


def learn(model, plan, options, precision):
    """One rise and fall of the learning rate over all phases; what it took, and the loss as it fell."""
    matrices = [p for p in model.blk.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if all(p is not m for m in matrices)]
    optimizers = [
        Muon(matrices, lr=plan["muonRate"], fast=precision == "bf16", weight_decay=plan["weightDecay"]),
        torch.optim.AdamW(others, lr=plan["adamRate"], betas=(0.9, 0.95), weight_decay=0.0),
    ]
    groups = [group for optimizer in optimizers for group in optimizer.param_groups]
    rates = [group["lr"] for group in groups]
    total = sum(phase["rows"] * phase["length"] for phase in plan["phases"])
    seen, step, smooth, curve = 0, 0, None, []
    started = told = time.time()
    for index, phase in enumerate(plan["phases"]):
        for block, positions, branches, wanted in batches(options.folder, index, phase, options.device):
            # a token is learnt from the one before it
            chosen = F.pad(wanted[:, 1:], (0, 1)).reshape(-1).nonzero()[:, 0]
            targets = block[:, 1:][wanted[:, 1:]]
            with torch.autocast(options.device, dtype=torch.bfloat16, enabled=precision == "bf16"):
                logits = model(block, positions, branches, chosen)
            loss = F.cross_entropy(logits.float(), targets)
            loss.backward()
            for group, full in zip(groups, rates):
                group["lr"] = full * schedule(seen / total)
            for optimizer in optimizers:
                optimizer.step()
            model.zero_grad(set_to_none=True)
            seen += block.numel()
            step += 1
            if step % 10 == 0:
                value = loss.item()
                smooth = value if smooth is None else 0.8 * smooth + 0.2 * value
            if step % 50 == 0:
                curve.append([seen, round(smooth, 4)])
            if smooth is not None and time.time() - told > 10:
                told = time.time()
                print(json.dumps({"done": round(seen / total, 4),
                                  "loss": round(smooth, 4), "seconds": round(told - started)}), flush=True)
    return {"tokens": seen, "seconds": round(time.time() - started, 1),
            "loss": None if smooth is None else round(smooth, 4), "curve": curve}


def batches(folder, index, phase, device):
    """Tokens, positions and branches (each rows × length) and which tokens are learnt, in the order in which they were
    written."""
    rows = numpy.fromfile(os.path.join(folder, f"phase-{index}.rows"), dtype="<u2")
    rows = rows.reshape(phase["rows"], 3, phase["length"])
    for at in range(0, phase["rows"] - phase["batch"] + 1, phase["batch"]):
        part = torch.from_numpy(rows[at : at + phase["batch"]].astype("int64")).to(device)
        yield part[:, 0], part[:, 1], part[:, 2] >> 1, (part[:, 2] & 1).bool()


def save(folder, model, report):
    index, offset = {}, 0
    with open(os.path.join(folder, "weights.f32"), "wb") as file:
        for name, weight in model.named_parameters():
            values = weight.detach().float().cpu().contiguous().numpy()
            index[name] = {"shape": list(values.shape), "offset": offset}
            offset += file.write(values.astype("<f4").tobytes())
    with open(os.path.join(folder, "weights.json"), "w") as file:
        json.dump(index, file)
    with open(os.path.join(folder, "loss.json"), "w") as file:
        json.dump(report, file)
    print(json.dumps({key: value for key, value in report.items() if key != "curve"}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
