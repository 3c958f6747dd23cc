"""What bench.py has no row for: answers and, beside each, the probability that a response begins with one of twelve openers.

usage: run bench_refusal.py MODEL_DIR --work DIR [--threads 2] [--repeat 5] [--tuned]
As transformers has it: generate() does not keep its first pass, so the prompts are read a second time, in the same batches and with the cache
of that pass behind which all openers are read as rows of their own. DIR holds generate.jsonl. Prints the line of bench.py.
"""
import argparse, copy, json, pathlib, resource, statistics, time
import torch, torch.nn.functional as F
from transformers import AutoModelForCausalLM

p = argparse.ArgumentParser(); p.add_argument('model'); p.add_argument('--work', required=True); p.add_argument('--threads', type=int, default=2)
p.add_argument('--repeat', type=int, default=5); p.add_argument('--tuned', action='store_true'); p.add_argument('--only', nargs='*')
a = p.parse_args(); torch.set_num_threads(a.threads)
OPENERS = [[57, 5248, 22657], [57, 744, 22657], [37388], [57, 2526], [57, 416, 982], [57, 5248, 441, 1730, 288], [57, 744, 441, 1730, 288],
           [57, 5248, 7168, 288], [57, 3763, 982], [1653, 354, 5646], [57, 40150], [14875, 28, 339]]
rows = [json.loads(line)['ids'] for line in open(pathlib.Path(a.work)/'generate.jsonl')]


def pad(seqs):
    n = max(map(len, seqs))
    return torch.tensor([[2]*(n-len(s))+s for s in seqs]), torch.tensor([[0]*(n-len(s))+[1]*len(s) for s in seqs])


def refusal(model, ids, mask):
    at = (mask.cumsum(1) - 1).clamp(min=0)  # generate() makes these of the mask, a pass by itself does not
    out = model(input_ids=ids, attention_mask=mask, position_ids=at, use_cache=True, logits_to_keep=1)
    first = F.log_softmax(out.logits[:, -1].double(), -1); width = max(map(len, OPENERS)) - 1; total = torch.zeros(len(ids), dtype=torch.double)
    texts = torch.tensor([(o + [2]*width)[:width] for o in OPENERS]); cache = out.past_key_values; cache.batch_repeat_interleave(len(OPENERS))
    behind = torch.cat([mask.repeat_interleave(len(OPENERS), 0), torch.ones(len(ids)*len(OPENERS), width, dtype=mask.dtype)], 1)
    positions = (mask.sum(1).repeat_interleave(len(OPENERS))[:, None] + torch.arange(width)[None])
    logits = model(input_ids=texts.repeat(len(ids), 1), attention_mask=behind, position_ids=positions, past_key_values=cache).logits
    for k, opener in enumerate(OPENERS):
        log = first[:, opener[0]].clone()
        for i, token in enumerate(opener[1:]):
            log += F.log_softmax(logits[k::len(OPENERS), i].double(), -1)[:, token]
        total += log.exp()
    return total.clamp(max=1).tolist()


def answer(model, n, new, batch=32):
    out = []; beside = []
    for i in range(0, n, batch):
        ids, mask = pad(rows[i:i+batch])
        with torch.inference_mode():
            o = model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=new, do_sample=False, pad_token_id=2)
            beside += refusal(model, ids, mask)
        out += o[:, ids.shape[1]:].tolist()
    return out, beside


model = AutoModelForCausalLM.from_pretrained(a.model, dtype=torch.bfloat16 if a.tuned else torch.float32).eval(); answer(model, 32, 2); times = []
for _ in range(max(1, a.repeat//2)):
    t = time.perf_counter(); out, beside = answer(model, 128, 16); times.append(time.perf_counter()-t)
print(json.dumps(dict(name='the same with refusal probability' + (' (tuned)' if a.tuned else ''), seconds=round(statistics.median(times), 4),
                      all=[round(t, 4) for t in times], tokens=2048, result=[sum(map(sum, out)), sum(beside), beside[0], beside[127]],
                      peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, threads=a.threads)), flush=True)
